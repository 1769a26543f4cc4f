/** The program that a person reads texts with: which it is, and a text in it. It gets a copy that nobody else can read. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import type { ReadableText } from "../../ui/read/text.ts";
import type { Io } from "../io.ts";

/** Nothing stays on the screen of what these write. */
const WRITERS: ReadonlySet<string> = new Set(["", "cat"]);
const VARIABLES = ["PAGER", "VISUAL", "EDITOR"] as const;
/** What is looked for where no variable names a program. */
const PROGRAMS = ["less", "more"] as const;

function isOnPath(name: string, env: Io["env"]): boolean {
  return (env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}

/** The command that shows a text; null where there is none. */
export function readerCommand(env: Io["env"]): string | null {
  const named = VARIABLES.map((name) => (env[name] ?? "").trim()).find((command) => !WRITERS.has(command));
  return named ?? PROGRAMS.find((name) => isOnPath(name, env)) ?? null;
}

/** A command that is one word is that program; else a shell takes it apart, and gets the file as a word of its own. */
export const readerWords = (command: string, file: string): readonly [string, readonly string[]] =>
  /^[\w./+-]+$/u.test(command) ? [command, [file]] : ["/bin/sh", ["-c", `${command} "$@"`, command, file]];

/** `less` would be gone before anybody has read what fits on the screen, where it was told so. */
const stays = (env: Io["env"]): NodeJS.ProcessEnv => ({ ...env, LESS: `${env["LESS"] ?? ""} -+F -+E -+e`.trim() });

/** What a command is called in a sentence: a path would leave it no room. */
const programName = (command: string): string => basename(command.split(/\s/u)[0] ?? "");

/** What became of a program, where it did not end well; '' where it did. */
function endText(command: string, code: number | null, signal: NodeJS.Signals | null): string {
  const name = programName(command);
  if (signal !== null) return `${name} was ended by ${signal}; the run and this page are as they were`;
  if (code === 0) return "";
  return code === NOT_FOUND
    ? `${name} is not there; PAGER, VISUAL or EDITOR names another program`
    : `${name} ended with exit code ${code}; the run and this page are as they were`;
}

/** What a shell says of a program that is not there. */
const NOT_FOUND = 127;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs the command on this terminal; '' where it ended well, else a sentence. */
function run(command: string, file: string, env: Io["env"], begun: (child: ChildProcess) => void): Promise<string> {
  const [program, args] = readerWords(command, file);
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "inherit", env: stays(env) });
    begun(child);
    child.once("error", (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === "ENOENT"
          ? endText(command, NOT_FOUND, null)
          : `${programName(command)} cannot be started: ${messageOf(error)}; PAGER, VISUAL or EDITOR names another program`,
      ),
    );
    child.once("exit", (code, signal) => resolve(endText(command, code, signal)));
  });
}

/** The copy of a text in a folder of its own. It can be read and not be written: what somebody changes there counts nowhere. */
function copyIn(folder: string, text: ReadableText): string {
  const file = join(folder, `${text.name}.${"file" in text ? "md" : "txt"}`);
  writeFileSync(file, "file" in text ? readFileSync(text.file) : text.text, { mode: 0o400, flag: "wx" });
  return file;
}

/** Shows a text; '' once the person has left the program, else why it was not shown. */
export async function readText(env: Io["env"], text: ReadableText): Promise<string> {
  const command = readerCommand(env);
  if (command === null) return "no program to read in is there: install less, or set PAGER, VISUAL or EDITOR";
  const folder = mkdtempSync(join(tmpdir(), "handrail-read-"));
  let child: ChildProcess | null = null;
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  // Where the console is ended meanwhile, neither program nor copy stays.
  const end = (): void => {
    child?.kill();
    clear();
  };
  process.once("exit", end);
  const mode =
    spawnSync("stty", ["-g"], { stdio: ["inherit", "pipe", "ignore"], encoding: "utf8" }).stdout?.trim() ?? "";
  try {
    return await run(command, copyIn(folder, text), env, (begun) => (child = begun));
  } catch (error) {
    return `the text could not be copied to be read: ${messageOf(error)}`;
  } finally {
    process.off("exit", end);
    clear();
    // A program that was killed leaves the keyboard in its own mode.
    if (mode !== "") spawnSync("stty", [mode], { stdio: ["inherit", "ignore", "ignore"] });
  }
}
