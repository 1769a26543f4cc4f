/** Under what a first frame is kept: all that it depends on, so that it is never shown where another one would come. */
import { readFileSync } from "node:fs";
import type { Size } from "./opening.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Names of the environment that say what is looked at, how it is called, and how it looks. None of them is a secret. */
const NAMES = [
  ..."HANDRAIL_LAB HANDRAIL_SITE HANDRAIL_CONFIG HANDRAIL_NAME HANDRAIL_ASCII HANDRAIL_SCREEN_READER PATH HOME".split(
    " ",
  ),
  ..."XDG_STATE_HOME XDG_CONFIG_HOME TERM TERM_PROGRAM COLORTERM TMUX NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE".split(
    " ",
  ),
  ..."CI LC_ALL LC_CTYPE LANG INK_SCREEN_READER".split(" "),
];

/** Whether these words open the board and nothing else, as far as the first of them tells. */
export const opensBoard = ([word = "console"]: readonly string[]): boolean =>
  word === "console" || word.startsWith("-");

const textIn = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

/** On one line. `build` is what was built from which sources. */
export function openingKey(words: readonly string[], env: Env, size: Size, build: string): string {
  const state = env["XDG_STATE_HOME"] ?? `${env["HOME"] ?? ""}/.local/state`;
  return JSON.stringify([
    build,
    size.columns,
    size.rows,
    process.getuid?.(),
    process.argv[1],
    process.cwd(),
    // How the lists were left.
    textIn(`${state}/handrail/console.json`),
    words,
    NAMES.map((name) => env[name]),
  ]);
}

/** A short name for a key: it need not be safe from anybody, since the key itself stands in the file. FNV-1a, 32 bits. */
export function fileName(key: string): string {
  let sum = 0x81_1c_9d_c5;
  for (let index = 0; index < key.length; index += 1) sum = Math.imul(sum ^ key.charCodeAt(index), 0x01_00_01_93);
  return (sum >>> 0).toString(16).padStart(8, "0");
}

/** Where first frames are kept; null where this user has no place for what can be lost. */
export function openingFolder(env: Env): string | null {
  const { HOME: home = "", XDG_CACHE_HOME: cache = "" } = env;
  if (cache.startsWith("/")) return `${cache}/handrail/opening`;
  return home.startsWith("/") ? `${home}/.cache/handrail/opening` : null;
}
