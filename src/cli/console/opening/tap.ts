/**
 * The terminal as the console gets it: what it writes until its first frame stands is held back, so that where the opening shows
 * the same already nothing is written at all, and where it shows something else that is cleared in the same breath.
 */
import { WHEEL_ON } from "../../../ui/wheel.ts";
import type { Painting } from "./opening.ts";

/** A terminal whose first frame is known once it was drawn. */
export interface Tap {
  readonly stdout: NodeJS.WriteStream;
  /** The first frame stands: what was held back is written, or is there already. Gives its text; later writes go through. */
  readonly release: () => string;
}

/** How Ink takes the alternate screen: an opening has it already, and taking it twice loses the place of the cursor. */
const SCREEN_ON = "\u001b[?1049h";
/** Home, and nothing below: what an opening showed is gone. */
const CLEAR = "\u001b[H\u001b[J";

/** What is written over an opening: nothing where it shows just that. */
const overPainting = (painting: Painting, text: string): string =>
  painting.text === text ? "" : text.replace(WHEEL_ON, "").replace(SCREEN_ON, CLEAR);

/** Taps `stdout`; without an opening what is written goes through at once. */
export function tap(stdout: NodeJS.WriteStream, painting: Painting | null): Tap {
  const texts: string[] = [];
  let isOpen = false;
  const write = (text: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    if (isOpen) return Reflect.apply(stdout.write, stdout, [text, ...rest]) as boolean;
    texts.push(typeof text === "string" ? text : Buffer.from(text).toString());
    if (painting === null) return Reflect.apply(stdout.write, stdout, [text, ...rest]) as boolean;
    const callback = rest.at(-1);
    if (typeof callback === "function") process.nextTick(callback);
    return true;
  };
  return {
    stdout: new Proxy(stdout, {
      get: (target, name) => {
        if (name === "write") return write;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }),
    release: () => {
      const text = texts.join("");
      if (!isOpen && painting !== null) stdout.write(overPainting(painting, text));
      isOpen = true;
      return text;
    },
  };
}
