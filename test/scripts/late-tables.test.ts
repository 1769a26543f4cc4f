/** What the build writes otherwise in libraries measures every text as they do. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { edited, NARROW } from "../../scripts/package/late-tables.ts";
import { seeded } from "../support/crash.ts";
import { UNICODE } from "../../src/ui/theme.ts";
import { cells } from "../../src/ui/cells.ts";

const root = resolve(import.meta.dirname, "../..");
// Beside the modules that it imports.
const folder = mkdtempSync(join(root, "node_modules/.late-tables-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Width = (text: string, options?: { readonly ambiguousIsNarrow: boolean }) => number;
const widthOf = async (file: string): Promise<Width> => ((await import(file)) as { default: Width }).default;

const LIBRARY = join(root, "node_modules/string-width/index.js");
writeFileSync(join(folder, "index.mjs"), edited("string-width/index.js", readFileSync(LIBRARY, "utf8")));
const [stringWidth, widthInBuild] = (await Promise.all([LIBRARY, join(folder, "index.mjs")].map(widthOf))) as [
  Width,
  Width,
];

const GLYPHS = [...Object.values(UNICODE).filter((glyph) => typeof glyph === "string"), ...Object.values(UNICODE.keys)];
const PIECES = [
  ...GLYPHS,
  ...Array.from("abc 123-_│─┌┘═░█‹›"),
  "\u0301",
  "\u200d",
  "\ufe0f",
  "\u20e3",
  "é",
  "日本",
  "한",
  "ᄀ",
  "👩‍👩‍👧",
  "⏏",
  "✔️",
  "1️⃣",
  "ﾞ",
  "\u001b[31m",
  "\u0007",
];

test("a text of any characters has the width that the library gives", () => {
  const pick = seeded(4711);
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: pick(12) }, () => PIECES[pick(PIECES.length)] ?? "").join("");
    const wide = { ambiguousIsNarrow: false };
    const widths = [stringWidth(text), stringWidth(text, wide)];
    expect([text, widthInBuild(text), widthInBuild(text, wide)]).toEqual([text, ...widths]);
  }
});

const TOKENS = "@alcalzone/ansi-tokenize/build/tokenize.js";
const tokensOf = async (file: string): Promise<(text: string) => unknown> =>
  ((await import(file)) as { tokenize: (text: string) => unknown }).tokenize;

test("a text of any characters falls into the pieces that the library makes of it", async () => {
  const source = readFileSync(join(root, "node_modules", TOKENS), "utf8");
  // It imports from its own folder.
  const own = edited(TOKENS, source).replaceAll(
    'from "./',
    `from "${join(root, "node_modules/@alcalzone/ansi-tokenize/build")}/`,
  );
  writeFileSync(join(folder, "tokenize.mjs"), own);
  const [tokenize, tokenizeInBuild] = await Promise.all(
    [join(root, "node_modules", TOKENS), join(folder, "tokenize.mjs")].map(tokensOf),
  );
  const pick = seeded(4712);
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: pick(12) }, () => PIECES[pick(PIECES.length)] ?? "").join("");
    expect([text, tokenizeInBuild?.(text)]).toEqual([text, tokenize?.(text)]);
  }
});

test("each character that counts as narrow takes one cell, alone and beside any other", () => {
  const narrow = new RegExp(`[${NARROW}]`, "u");
  const all = Array.from({ length: 0x3000 }, (_unused, code) => String.fromCodePoint(code)).filter((char) =>
    narrow.test(char),
  );
  expect(all.length).toBeGreaterThan(100);
  for (const char of all) {
    expect([char, stringWidth(char), cells(char)]).toEqual([char, 1, 1]);
    expect(stringWidth(`a${char}${all[0] ?? ""}b`)).toBe(4);
  }
  for (const glyph of GLYPHS) expect(cells(glyph)).toBe(Array.from(glyph).length);
});
