/** What is sent brings any screen to any other, cell for cell, and is short. */
import { expect, test } from "vitest";
import { paint } from "../../../src/ui/paint/paint.ts";
import { readRows, type Row } from "../../../src/ui/paint/row.ts";
import { seeded } from "../../support/seeded.ts";
import { emulator } from "./emulator.ts";
import { changedLines, randomLine } from "./random-rows.ts";

const SCREENS = 120;

function rowsOf(lines: readonly string[], columns: number): Row[] {
  const rows = readRows(lines.join("\n"), { columns, rows: lines.length }, []);
  if (rows === null) throw new Error("these are no rows");
  return rows;
}

const painted = (old: readonly string[], next: readonly string[], columns = 80): string =>
  paint(rowsOf(old, columns), rowsOf(next, columns));

test.each([1, 2, 3])("brings any screen to the next one, cell for cell (seed %i)", async (seed) => {
  const chance = seeded(seed);
  const columns = 20 + chance(100);
  const height = 5 + chance(30);
  const terminal = emulator(columns, height);
  let lines = Array.from({ length: height }, () => randomLine(columns, chance));
  let shown: Row[] | null = null;
  let lengthOfAll = 0;
  let lengthOfSent = 0;
  for (let screen = 0; screen < SCREENS; screen += 1) {
    const next = rowsOf(lines, columns);
    const sent = paint(shown, next);
    await terminal.write(sent);
    const whole = emulator(columns, height);
    await whole.write(lines.join("\n"));
    expect(terminal.cells(), `screen ${screen}: ${JSON.stringify(sent)}`).toEqual(whole.cells());
    expect(terminal.row()).toBe(height - 1);
    whole.terminal.dispose();
    lengthOfAll += lines.join("\n").length;
    lengthOfSent += sent.length;
    shown = next;
    lines = changedLines(lines, columns, chance);
  }
  expect(lengthOfSent).toBeLessThan(lengthOfAll / 2);
});

test("nothing is sent where nothing differs", () => {
  expect(painted(["a", "\u001b[1mb\u001b[22m", "漢"], ["a", "\u001b[1mb\u001b[22m", "漢"])).toBe("");
});

test("the style of a space that nobody sees is none", () => {
  expect(painted(["a b", ""], ["a\u001b[2m \u001b[22mb", "\u001b[31m   \u001b[39m"])).toBe("");
});

test("a space that is filled is seen", () => {
  expect(painted(["a", ""], ["a\u001b[7m  \u001b[27m", ""])).toBe("\u001b[;2H\u001b[7m  \u001b[m\n");
});

test("only cells that differ are written, in the row in which Ink stands afterwards", () => {
  expect(painted(["one 1 two", "", ""], ["one 2 two", "", ""])).toBe("\u001b[;5H2\n\n");
});

test("what comes soon after is reached by writing what stands between, what comes late by a jump", () => {
  expect(painted(["1 1", ""], ["2 2", ""])).toBe("\u001b[H2 2\n");
  expect(painted([`1${"-".repeat(20)}1`, ""], [`2${"-".repeat(20)}2`, ""])).toBe("\u001b[H2\u001b[20C2\n");
});

test("the rest of a row is erased where the new one is shorter", () => {
  expect(painted(["a long row", "of words"], ["a", "of words"])).toBe("\u001b[;2H\u001b[K\n");
});

test("what a filled row leaves is erased in the terminal's own style", () => {
  const filled = (text: string): string => `\u001b[7m${text}\u001b[27m`;
  expect(painted([`${filled("a and more words")} end`, ""], [filled("b and more words"), ""])).toBe(
    "\u001b[H\u001b[7mb\u001b[15C\u001b[m\u001b[K\n",
  );
});

test("a row with characters of which terminals think differently is written as a whole", () => {
  expect(painted(["漢字 1 and more", ""], ["漢字 2 and more", ""])).toBe("\u001b[H\u001b[K漢字 2 and more\u001b[2H");
  expect(painted(["漢字", ""], ["plain", ""])).toBe("\u001b[H\u001b[Kplain\n");
  expect(painted(["plain", ""], ["e\u0301", ""])).toBe("\u001b[H\u001b[Ke\u0301\u001b[2H");
});

test("where nobody knows what stands there, the screen is cleared first", () => {
  expect(paint(null, rowsOf(["a", "", "b"], 80))).toBe("\u001b[H\u001b[Ja\n\nb");
});

test("after the last column a line feed leads to the next row", () => {
  expect(painted(["", "", ""], ["x".repeat(80), "  y", ""])).toBe(`\u001b[H${"x".repeat(80)}\n\u001b[2Cy\n`);
  expect(painted(["a", "", ""], [`b${" ".repeat(78)}c`, "", ""])).toBe("\u001b[Hb\u001b[78Cc\n\n");
});

test.each([
  ["up", 1, 12, 5],
  ["down", 12, 1, 5],
  ["up, to the end of the screen", 5, 24, 3],
  ["down, from the beginning of the screen", 20, 0, 2],
])("rows that move %s are moved by the terminal", async (_what, from, to, count) => {
  const names = Array.from({ length: 24 }, (_unused, row) => `${"row of words ".repeat(5)}${row}`);
  const moved = names.toSpliced(from, count);
  moved.splice(to > from ? to - count : to, 0, ...names.slice(from, from + count));
  const terminal = emulator(80, 24);
  await terminal.write(paint(null, rowsOf(names, 80)));
  const sent = painted(names, moved);
  await terminal.write(sent);
  expect(terminal.cells().map((row) => row.trimEnd())).toEqual(moved);
  expect(terminal.row()).toBe(23);
});

test("a list that is scrolled costs the rows that are new", () => {
  const list = Array.from(
    { length: 40 },
    (_unused, row) => `${row}: ${String.fromCodePoint(97 + (row % 26)).repeat(60)}`,
  );
  const sent = painted(["head", ...list.slice(0, 20), "foot"], ["head", ...list.slice(3, 23), "foot"]);
  expect(sent.length).toBeLessThan(4 * 66);
});
