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

/** Whether `handrail` alone starts this very program: the first of that name on the PATH is it. */
function isOnPath(own: string, path: string): boolean {
  const first = path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => real(join(folder, NAME)))
    .find((file) => file !== null);
  return first !== undefined && first === real(own);
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
