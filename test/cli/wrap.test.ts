/** Lines for a terminal: broken between words, in cells, with every blank of a text that may be copied. */
import { expect, it } from "vitest";
import { fitText, wrap } from "../../src/cli/terminal/wrap.ts";
import { cells } from "../../src/ui/cells.ts";

it("measures cells: a wide character takes two", () => {
  expect(wrap("  1. 名前 名前 名前", 14)).toEqual(["  1. 名前 名前", "     名前"]);
  expect(wrap("名前名前名前", 8)).toEqual(["名前名前", "名前"]);
  const lines = fitText(`  sql: ${"名前 ".repeat(30)}`, 40).split("\n");
  expect(lines.every((line) => cells(line) <= 40)).toBe(true);
  expect(lines.slice(0, -1).every((line) => cells(line) > 34)).toBe(true);
});

it("a mark on a letter takes no cell", () => {
  expect(wrap("x\u0323\u0307x ".repeat(4).trim(), 11)).toEqual(["x\u0323\u0307x ".repeat(4).trim()]);
});

it("a break takes the place of one blank of a text that may be copied", () => {
  const sql = "UPDATE t SET a = 'one  two' WHERE b = 'three    four'";
  for (let width = 8; width < sql.length; width += 1) {
    const [first = "", ...rest] = fitText(sql, width).split("\n");
    expect([first, ...rest.map((line) => line.slice(2))].join(" ")).toBe(sql);
  }
  expect(fitText("a = 'one  two'", 9)).toBe("a = 'one\n   two'");
  expect(fitText("a = 'one  two'", 10)).toBe("a = 'one\n   two'");
});

it("other blanks at a break are no more than the break", () => {
  expect(wrap("name   value      source", 14, { hang: 7 })).toEqual(["name   value", "       source"]);
});

it("a longer word stays whole where it may be copied, and is cut where the lines must fit", () => {
  const line = "see /a/path/that/is/long/to/the/end of it";
  expect(fitText(line, 12)).toBe("see\n  /a/path/that/is/long/to/the/end\n  of it");
  expect(wrap(line, 12)).toEqual(["see", "/a/path/that", "/is/long/to/", "the/end of", "it"]);
});

it("the numbered lines of a listing stand as they are", () => {
  const text = `a shell text:\n   1 | ${"echo  one; ".repeat(5)}\n  12 | ${"echo 二 ".repeat(9)}`;
  expect(fitText(text, 20)).toBe(text);
});

it("a short first word is left on its line where the second one does not fit beside it", () => {
  expect(fitText("      to /a/long/path/here/and/there/more on", 40).split("\n")).toEqual([
    "      to",
    "        /a/long/path/here/and/there/more",
    "        on",
  ]);
});

it("a value of any length is broken without a character lost", () => {
  const value = "word ".repeat(40_000).trim();
  const lines = wrap(`  :v = ${value}`, 80, { hang: 4 });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.map((line) => line.trim()).join(" ")).toBe(`:v = ${value}`);
});
