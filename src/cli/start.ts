/**
 * The way in. The program is built twice: in chunks that are loaded as they are needed, and, for what is asked often and is over
 * at once, in one file, since finding and reading many small ones takes longer than what they do.
 */
import { enableCompileCache } from "node:module";
import { leaveOpening } from "./console/opening/opening.ts";
import { openTerminal } from "./console/opening/paint.ts";

/** What both of them are. */
interface Program {
  readonly main: () => Promise<void>;
}

/** Where the build puts the one and the other. */
declare const HANDRAIL_PROGRAM: string;
declare const HANDRAIL_LIST: string;
/** What it is built from. */
declare const HANDRAIL_BUILD: string;

/** Keeps compiled code between starts, in the user's own cache: what others could write to is never run. */
function keepCompiledCode(): void {
  const { HOME: home, XDG_CACHE_HOME: cache } = process.env;
  const base = cache?.startsWith("/") === true ? cache : home?.startsWith("/") === true ? `${home}/.cache` : null;
  if (base !== null) enableCompileCache(`${base}/handrail/compiled`);
}

// The launcher's, for this process alone: what it starts shares out its memory as it sees fit.
delete process.env["MALLOC_ARENA_MAX"];
const words = process.argv.slice(2);
const [command, word] = words;
leaveOpening(openTerminal(words, process.env, HANDRAIL_BUILD));
keepCompiledCode();
const program: Program = await import(command === "journal" && word === "list" ? HANDRAIL_LIST : HANDRAIL_PROGRAM);
await program.main();
