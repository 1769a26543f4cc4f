/**
 * Paints a first frame that was kept, before anything of the program is loaded. The keyboard is in raw mode from then on: what is
 * typed is not echoed, and waits in the terminal until the console reads it.
 */
import { closeSync, fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { EXIT } from "../../../engine/exit.ts";
import { WHEEL_BACK } from "../../../ui/wheel.ts";
import { fileName, openingFolder, openingKey, opensBoard } from "./key.ts";
import type { Opening, Painting } from "./opening.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** The signals that ask a program to go, and how it ends. */
const SIGNALS = {
  SIGHUP: EXIT.hungUp,
  SIGINT: EXIT.interrupted,
  SIGQUIT: EXIT.quit,
  SIGTERM: EXIT.terminated,
} as const;

/** Reads what this user alone may have written; '' where there is no such file. */
function keptText(file: string): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      const { uid, mode } = fstatSync(descriptor);
      return uid === process.getuid?.() && (mode & 0o022) === 0 ? readFileSync(descriptor, "utf8") : "";
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return "";
  }
}

/** Leaves the screen and the keyboard as they were found. */
function giveBack(): void {
  writeSync(1, `${WHEEL_BACK}\u001b[?2004l\u001b[?25h\u001b[?1049l`);
  process.stdin.setRawMode(false);
}

/** Writes a first frame, and sees to it that whatever ends this process gives the terminal back. */
function paint(text: string): Painting {
  process.stdin.setRawMode(true);
  writeSync(1, text);
  let isOurs = true;
  const leave = (): void => {
    if (isOurs) giveBack();
    isOurs = false;
  };
  const disposers = Object.entries(SIGNALS).map(([signal, exit]) => {
    const go = (): void => process.exit(exit);
    process.on(signal, go);
    return () => void process.off(signal, go);
  });
  const forget = (): void => {
    process.off("exit", leave);
    for (const dispose of disposers) dispose();
  };
  process.on("exit", leave);
  return {
    text,
    takeOver: () => {
      isOurs = false;
      forget();
    },
    end: () => {
      leave();
      forget();
    },
  };
}

/** Whether somebody looks at a terminal here. Without the launcher nobody would put it back after kill -9. */
const isWatched = (env: Env): boolean => env["HANDRAIL_LAUNCHER"] === String(process.ppid) && isatty(0) && isatty(1);

/** Paints what is kept for these words in this terminal; null where they ask for something else, or nobody looks. */
export function openTerminal(words: readonly string[], env: Env, build: string): Opening | null {
  const folder = openingFolder(env);
  if (!opensBoard(words) || folder === null || !isWatched(env)) return null;
  const { columns, rows } = process.stdout;
  if (columns === undefined || rows === undefined) return null;
  const size = { columns, rows };
  const key = openingKey(words, env, size, build);
  const content = keptText(`${folder}/${fileName(key)}`);
  return { key, size, painting: content.startsWith(`${key}\n`) ? paint(content.slice(key.length + 1)) : null };
}
