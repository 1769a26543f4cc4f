import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { keepFrame } from "../../../../src/cli/console/opening/keep.ts";
import { fileName, openingFolder, openingKey, opensBoard } from "../../../../src/cli/console/opening/key.ts";

const root = mkdtempSync(join(tmpdir(), "handrail-keep-"));
afterAll(() => rmSync(root, { recursive: true }));

test("so many frames are kept, and the newest ones", () => {
  const env = { XDG_CACHE_HOME: root };
  const folder = openingFolder(env) ?? "";
  for (let number = 0; number < 40; number += 1) {
    keepFrame(env, `key ${number}`, `frame ${number}`);
    // Files of the same moment have no order.
    utimesSync(join(folder, fileName(`key ${number}`)), number, number);
  }
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  expect(texts).toHaveLength(24);
  expect(texts).toContain("key 39\nframe 39");
  expect(texts).not.toContain("key 3\nframe 3");
});

test("where nothing can be kept, nothing happens", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  expect(() => keepFrame({ XDG_CACHE_HOME: file }, "key", "frame")).not.toThrow();
  expect(() => keepFrame({ HOME: "nowhere" }, "key", "frame")).not.toThrow();
  expect(openingFolder({ HOME: root })).toBe(`${root}/.cache/handrail/opening`);
  expect(openingFolder({ HOME: "ada" })).toBe(null);
});

test("a key has what a first frame depends on, and no other variable", () => {
  const size = { columns: 80, rows: 24 };
  const key = openingKey(["--lab"], { TERM: "xterm", HANDRAIL_LAB: "one", SECRET: "hidden" }, size, "build");
  expect(key).not.toMatch(/hidden|\n/u);
  const others = [
    openingKey(["--lab", "--ascii"], { TERM: "xterm", HANDRAIL_LAB: "one" }, size, "build"),
    openingKey(["--lab"], { TERM: "vt220", HANDRAIL_LAB: "one" }, size, "build"),
    openingKey(["--lab"], { TERM: "xterm", HANDRAIL_LAB: "two" }, size, "build"),
    openingKey(["--lab"], { TERM: "xterm", HANDRAIL_LAB: "one" }, { ...size, rows: 25 }, "build"),
    openingKey(["--lab"], { TERM: "xterm", HANDRAIL_LAB: "one" }, size, "another build"),
    openingKey(["--lab"], { HANDRAIL_LAB: "xterm", TERM: "one" }, size, "build"),
  ];
  expect(new Set([key, ...others]).size).toBe(7);
  expect(openingKey(["--lab"], { TERM: "xterm", HANDRAIL_LAB: "one" }, size, "build")).toBe(key);
});

test.each([
  [[], true],
  [["console", "--lab"], true],
  [["--lab"], true],
  [["run", "x"], false],
  [["journal", "list"], false],
])("%j opens the board: %s", (words, isBoard) => {
  expect(opensBoard(words)).toBe(isBoard);
});
