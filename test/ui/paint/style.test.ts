import { expect, test } from "vitest";
import { afterCodes, sgr, type Style } from "../../../src/ui/paint/style.ts";

const styleOf = (...codes: readonly string[]): Style => {
  const style = codes.reduce<Style | null>((now, code) => (now === null ? null : afterCodes(now, code)), 0);
  if (style === null) throw new Error(`no style: ${codes.join()}`);
  return style;
};

const COLOURS = ["39", "31", "36", "95"];
const MARKS = ["0", "1", "2", "7", "1;2", "1;7", "2;7", "1;2;7"];
const ALL = COLOURS.flatMap((colour) => MARKS.map((marks) => styleOf(marks, colour)));

/** The codes of a sequence; none is to set everything back. */
const codesOf = (sequence: string): string => sequence.replace("\u001b[", "").replace(/m$/u, "");

test("leads from every style to every other, and nowhere where they are the same", () => {
  expect(new Set(ALL).size).toBe(32);
  for (const from of ALL) {
    expect(sgr(from, from)).toBe("");
    for (const to of ALL.filter((style) => style !== from)) expect(afterCodes(from, codesOf(sgr(from, to)))).toBe(to);
  }
});

test.each([
  ["sets what is new", ["1"], ["1", "31"], "\u001b[31m"],
  ["sets all back at once", ["1", "7", "31"], [], "\u001b[m"],
  ["sets back and anew where that is shorter", ["1", "31"], ["2"], "\u001b[0;2m"],
  ["takes one thing away", ["1", "31"], ["31"], "\u001b[22m"],
  ["takes bold away, and lets dim stay", ["1", "2"], ["2"], "\u001b[0;2m"],
  ["takes the colour away", ["1", "31"], ["1"], "\u001b[39m"],
  ["changes a colour", ["31"], ["35"], "\u001b[35m"],
] as const)("%s", (_what, from, to, sequence) => {
  expect(sgr(styleOf(...from), styleOf(...to))).toBe(sequence);
});

test.each(["4", "38;5;1", "48", "41", "1;3", "x"])("does not know %s", (codes) => {
  expect(afterCodes(0, codes)).toBeNull();
});
