/** The only listener for keys: turns what Ink heard into names of the key table. */
import { useInput, usePaste, type Key } from "ink";
import type { Console } from "./console.ts";

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

/** The name of a key, '' for what has none. */
export function nameOf(input: string, key: Key): string {
  const entry = NAMED.find(([flag]) => key[flag] === true);
  if (entry !== undefined) return entry[1];
  if (key.ctrl) return `ctrl-${input}`;
  if (key.meta) return "";
  return input === " " ? "space" : input;
}

export function useKeys(console: Console): void {
  useInput((input, key) => {
    const name = nameOf(input, key);
    const text = key.ctrl || key.meta || NAMED.some(([flag]) => key[flag] === true) ? "" : input;
    // Keys that came in one piece stay together, so that a question can see that nobody pressed them one by one.
    if (text.length <= 1) console.press({ key: name, text });
    else console.type(text);
  });
  usePaste((text) => console.paste(text));
}
