/** One press of a key, and what a piece that arrived at once holds of them. */

export interface Press {
  /** A name as in the key table, or one printable character. */
  readonly key: string;
  /** All characters that came in one piece, when they are text. */
  readonly text: string;
}

/** Keys that have no character of their own, as they arrive among others over a slow line. */
const CONTROLS: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u007f": "backspace",
  "\b": "backspace",
};

/** The presses in a piece that arrived at once, one after the other: Enter and Backspace are keys there, too, never text. */
export const pressesIn = (text: string): Press[] =>
  Array.from(text, (char): Press => {
    const control = CONTROLS[char];
    return control === undefined ? { key: char === " " ? "space" : char, text: char } : { key: control, text: "" };
  });
