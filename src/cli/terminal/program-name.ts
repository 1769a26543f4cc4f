/** By which name commands to be copied call this program, so that they work where they are read. */
import { realpathSync } from "node:fs";
import { delimiter, isAbsolute, join, relative, resolve } from "node:path";
import type { Io } from "../io.ts";
import { shellWord } from "./shell-word.ts";

const NAME = "handrail";

/** The launcher of the program that runs, or null where it was not started by one: from source, in a test. */
function launcher(): string | null {
  const [, script = ""] = process.argv;
  return /[/\\]dist[/\\]handrail\.mjs$/u.test(script) ? resolve(script, "../../bin", NAME) : null;
}

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** What the first `handrail` on a PATH really is, or null where there is none. */
function firstOnPath(path: string): string | null {
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const file = real(join(folder, NAME));
    if (file !== null) return file;
  }
  return null;
}

/** Answers of {@link isOnPath}: a program is called for as long as it runs what it was called when it was started. */
const answers = new Map<string, boolean>();

/** Whether `handrail` alone starts this very program: the first of that name on the PATH is it. */
function isOnPath(own: string, path: string): boolean {
  const question = `${own}\n${path}`;
  const reply = answers.get(question);
  if (reply !== undefined) return reply;
  const first = firstOnPath(path);
  const answer = first !== null && first === real(own);
  answers.set(question, answer);
  return answer;
}

/** The path of the launcher as it is typed from here: `bin/handrail` in a clone. */
function pathFromHere(own: string): string {
  const path = relative(process.cwd(), own);
  return path.startsWith("..") || isAbsolute(path) ? own : path;
}

/** `handrail` where that starts this program, else the path that does; HANDRAIL_NAME says another. */
export function programName(env: Io["env"]): string {
  const { HANDRAIL_NAME: name = "", PATH: path = "" } = env;
  if (name !== "") return name;
  const own = launcher();
  return own === null || isOnPath(own, path) ? NAME : shellWord(pathFromHere(own));
}
