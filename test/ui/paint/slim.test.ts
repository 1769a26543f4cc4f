/** What Ink writes, piece by piece, and what is sent of it. */
import { expect, test } from "vitest";
import { Slimmer } from "../../../src/ui/paint/slim.ts";

const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";
const CLEAR = "\u001b[H\u001b[J";
const SIZE = { columns: 10, rows: 2 };
const ERASE = "\u001b[2K\u001b[1A\u001b[2K\u001b[G";

/** Everything that is sent for these pieces. */
const sent = (slimmer: Slimmer, ...pieces: readonly string[]): string =>
  pieces.map((piece) => slimmer.take(piece, SIZE)).join("");
const frame = (slimmer: Slimmer, text: string, size = SIZE): string =>
  [BEGIN, text, END].map((piece) => slimmer.take(piece, size)).join("");

function after(text: string): Slimmer {
  const slimmer = new Slimmer();
  frame(slimmer, text);
  return slimmer;
}

test("the first frame is sent as a whole, in one piece", () => {
  const slimmer = new Slimmer();
  expect(slimmer.take(BEGIN, SIZE)).toBe("");
  expect(slimmer.take("\u001b[?25l", SIZE)).toBe("");
  expect(slimmer.take("a\nb", SIZE)).toBe("");
  expect(slimmer.take(END, SIZE)).toBe(`${BEGIN}\u001b[?25l${CLEAR}a\nb${END}`);
});

test.each([
  ["erased row by row", `${ERASE}a\nc`],
  ["cleared", "\u001b[1;1H\u001b[Ja\nc"],
])("of another frame only what differs is sent, though Ink has the old one %s", (_what, text) => {
  expect(frame(after("a\nb"), text)).toBe(`${BEGIN}\u001b[2Hc${END}`);
});

test("nothing is sent for a frame that is the same", () => {
  expect(frame(after("a\nb"), `${ERASE}a\nb`)).toBe("");
});

test.each([
  ["keyboard and cursor", "\u001b[?2004h\u001b[?25l"],
  ["the wheel", "\u001b[?1007s\u001b[?1007h"],
  ["a question to the terminal", "\u001b]11;?\u0007"],
  ["nothing at all", ""],
])("%s goes through, and the cells stay known", (_what, text) => {
  const slimmer = after("a\nb");
  expect(sent(slimmer, text)).toBe(text);
  expect(frame(slimmer, `${ERASE}a\nc`)).toBe(`${BEGIN}\u001b[2Hc${END}`);
});

test.each([
  ["the other screen", "\u001b[?1049l"],
  ["an erasure", ERASE],
  ["text", "a word"],
])("%s goes through, and nobody knows the cells any more", (_what, text) => {
  const slimmer = after("a\nb");
  expect(sent(slimmer, text)).toBe(text);
  expect(frame(slimmer, `${ERASE}a\nc`)).toBe(`${BEGIN}${CLEAR}a\nc${END}`);
});

test.each([
  ["is higher than the window", ["a\nb\nc"]],
  ["goes on below itself", ["a\nb\n"]],
  ["is wider than the window", ["a\n01234567890"]],
  ["moves the cursor", ["a\n\u001b[3Cb"]],
  ["comes in several pieces", ["a\n", "b"]],
])("what %s goes through as it is, and nobody knows the cells any more", (_what, pieces) => {
  const slimmer = after("a\nb");
  const all = [BEGIN, ...pieces, END];
  expect(sent(slimmer, ...all)).toBe(all.join(""));
  expect(frame(slimmer, `${ERASE}a\nc`)).toBe(`${BEGIN}${CLEAR}a\nc${END}`);
});

test("in a window of another size nothing is known", () => {
  const wide = { columns: 11, rows: 2 };
  expect(frame(after("a\nb"), `${ERASE}a\nb`, wide)).toBe(`${BEGIN}${CLEAR}a\nb${END}`);
  const high = { columns: 10, rows: 3 };
  expect(frame(after("a\nb"), `${ERASE}a\nb\nc`, high)).toBe(`${BEGIN}${CLEAR}a\nb\nc${END}`);
});

test("in a window that has grown only the old frame is drawn as a whole, and of the new one what differs", () => {
  const slimmer = after("a\nb");
  const high = { columns: 10, rows: 3 };
  expect(frame(slimmer, `${ERASE}a\nb\n`, high)).toBe(`${BEGIN}${CLEAR}a\nb\n${END}`);
  expect(frame(slimmer, `${ERASE}a\nb\nc`, high)).toBe(`${BEGIN}\u001b[3Hc${END}`);
});
