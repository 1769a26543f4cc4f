/**
 * Stands between Ink and a terminal on a slow line. Of each frame that Ink writes only what differs from what the terminal
 * shows is sent, in one piece. All else goes through as it is.
 */
import { paint } from "./paint.ts";
import { readRows, type Row } from "./row.ts";

/** What a terminal shows only once it is there as a whole. */
const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";

// Ink comes from the last row and erases each, or it clears the screen.
// oxlint-disable-next-line no-control-regex -- sequences begin with a control character
const ERASURE = /^(?:\u001b\[2K(?:\u001b\[1A\u001b\[2K)*\u001b\[G|\u001b\[1;1H\u001b\[J)/u;
/** Cursor, keyboard and questions to the terminal: no cell changes by them. */
// oxlint-disable-next-line no-control-regex -- as above
const HARMLESS = /^(?:\u001b\[\?(?:25|1007|2004)[hlrs]|\u001b\][^\u0007\u001b]*\u0007)*$/u;

interface Shown {
  readonly rows: readonly Row[];
  readonly columns: number;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What Ink writes, turned into what is sent. */
export class Slimmer {
  /** Null: nobody knows what the terminal shows. */
  #shown: Shown | null = null;
  /** What Ink has written of a frame; null outside of one. */
  #held: string[] | null = null;

  /** Gives what is to be sent now, in a window of this size; '' while a frame is not whole. */
  take(piece: string, size: Size): string {
    if (this.#held === null) {
      if (piece !== BEGIN) return this.#pass(piece);
      this.#held = [];
      return "";
    }
    if (piece !== END) {
      this.#held.push(piece);
      return "";
    }
    const pieces = this.#held;
    this.#held = null;
    return this.#frame(pieces, size) ?? this.#pass([BEGIN, ...pieces, END].join(""));
  }

  /** What is no frame goes through; what it left of the cells nobody knows. */
  #pass(text: string): string {
    if (!HARMLESS.test(text)) this.#shown = null;
    return text;
  }

  /** Null where it is no frame that fills this window. */
  #frame(pieces: readonly string[], { columns, rows }: Size): string | null {
    const [frame = "", ...others] = pieces.filter((piece) => !HARMLESS.test(piece));
    if (others.length > 0) return null;
    const old = this.#shown?.columns === columns && this.#shown.rows.length === rows ? this.#shown.rows : null;
    const next = readRows(frame.replace(ERASURE, ""), { columns, rows }, this.#shown?.rows ?? []);
    if (next === null) return null;
    this.#shown = { rows: next, columns };
    const text = pieces.filter((piece) => piece !== frame).join("") + paint(old, next);
    return text === "" ? "" : BEGIN + text + END;
  }
}

/** A terminal to which Ink writes as to any other, and which sends as little as it can. */
export function slim(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const slimmer = new Slimmer();
  const write = (piece: string | Uint8Array, ...rest: readonly (BufferEncoding | (() => void))[]): boolean => {
    const text = slimmer.take(piece.toString(), { columns: stdout.columns, rows: stdout.rows });
    const callback = rest.at(-1);
    return text === "" && typeof callback !== "function" ? true : stdout.write(text, callback as () => void);
  };
  return new Proxy(stdout, {
    get: (target, name) => {
      if (name === "write") return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
