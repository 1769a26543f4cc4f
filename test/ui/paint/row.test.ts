import { expect, test } from "vitest";
import { readRow, readRows } from "../../../src/ui/paint/row.ts";

const SIZE = { columns: 10, rows: 2 };

test("reads what stands in each cell, and nothing behind the last", () => {
  const row = readRow("a \u001b[1mb\u001b[22m \u001b[2m  \u001b[22m");
  expect(row?.cells.map(({ char }) => char).join("")).toBe("a b");
  expect(new Set(row?.cells.map(({ style }) => style)).size).toBe(2);
});

test.each([
  ["a letter that takes two cells", "漢"],
  ["a mark over a letter", "e\u0301"],
  ["a letter that old terminals draw wide", "é"],
])("%s makes a row of which nobody knows the cells", (_what, text) => {
  expect(readRow(`a ${text} `)?.isPlain).toBe(false);
  expect(
    readRow(`a ${text} `)
      ?.cells.map(({ char }) => char)
      .join(""),
  ).toBe(`a ${text} `);
});

test.each([
  ["moves the cursor", "a\u001b[2Cb"],
  ["is a link", "\u001b]8;;http://x\u0007a\u001b]8;;\u0007"],
  ["goes to a tab", "a\tb"],
  ["has a style that the console does not draw with", "\u001b[4ma\u001b[24m"],
  ["leaves a style behind", "\u001b[1ma"],
  ["is half a sequence", "a\u001b"],
])("what %s is no row", (_what, text) => {
  expect(readRow(text)).toBeNull();
  expect(readRows(`x\n${text}`, SIZE, [])).toBeNull();
});

test("a window has as many rows as it is high, empty ones below a shorter text, and none wider than it", () => {
  expect(readRows("a\nb", SIZE, [])).toHaveLength(2);
  expect(readRows("a\nb\nc", SIZE, [])).toBeNull();
  expect(readRows("a", SIZE, [])?.map(({ text }) => text)).toEqual(["a", ""]);
  expect(readRows("a\n01234567890", SIZE, [])).toBeNull();
  expect(readRows("a\n0123456789", SIZE, [])).toHaveLength(2);
  expect(readRows("a\n漢漢漢漢漢", SIZE, [])).toHaveLength(2);
  expect(readRows("a\n漢漢漢漢漢 ", SIZE, [])).toBeNull();
});

test("a row that stood there before is taken from there", () => {
  const before = readRows("a\nb", SIZE, []) ?? [];
  const now = readRows("c\nb", SIZE, before) ?? [];
  expect(now[1]).toBe(before[1]);
  expect(now[0]).not.toBe(before[0]);
});
