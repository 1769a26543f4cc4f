/** Opens the console over what was painted before it, and keeps its own first frame for the next one. */
import type { ConsoleWish } from "../../../ui/console.ts";
import type { openConsole, OpenedConsole } from "../../../ui/open.tsx";
import { keepFrame } from "./keep.ts";
import { openingNow } from "./opening.ts";
import { tap } from "./tap.ts";

/** Where nothing waits any more, milliseconds after the first frame, it is kept. */
const KEEP_MS = 1000;

/** Keeps a first frame after a while, or when it is told that the console ends. */
function keepLater(text: string): () => void {
  const opening = openingNow();
  const { columns, rows } = process.stdout;
  if (opening === null || opening.size.columns !== columns || opening.size.rows !== rows) return () => undefined;
  const keep = (): void => keepFrame(process.env, opening.key, text);
  const timer = setTimeout(keep, KEEP_MS).unref();
  return () => {
    clearTimeout(timer);
    keep();
  };
}

/** An opened console that has the terminal. */
export interface Taken {
  readonly screen: OpenedConsole;
  /** From here on the console answers for the terminal: what signals do is seen to. */
  readonly takeOver: () => void;
  /** Before it closes: nothing that it writes is held back any more, and its first frame is kept. */
  readonly end: () => void;
}

/** Opens a console on this process's terminal, whether something is painted there or not. */
export function openOver(opening: typeof openConsole, wish: ConsoleWish, stdin: NodeJS.ReadStream): Taken {
  const painting = openingNow()?.painting ?? null;
  const { stdout, release } = tap(process.stdout, painting);
  let keep = (): void => undefined;
  const onDrawn = (): void => {
    keep = keepLater(release());
  };
  return {
    screen: opening(wish, { stdin, stdout, onDrawn }),
    takeOver: () => painting?.takeOver(),
    end: () => {
      release();
      keep();
    },
  };
}
