import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeLines, safeText } from "../../src/text/safe-text.ts";

/** What the escapes stand for: if this gives back every input, no two inputs can look alike. */
function unescape(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})|<U\+([0-9A-F]{4,6})>/g, (_, short, long) =>
    String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
}

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("\\", "x", "1", "b", "<", "U", "+", "2", "0", "E", ">", "\u001b", "\u202e", "5", "c"),
  }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  fc.string({ unit: fc.constantFrom("e", "\u0301", "é", "\u212b", "å", "\u030a", "\u1100", "\u1161", "가", "\u0323") }),
);

describe("safe text", () => {
  it.each([
    ["plain stays plain", "pgtest1 (42 %) <ok> C:\\temp", "pgtest1 (42 %) <ok> C:\\temp"],
    ["an escape sequence is shown", "\u001b]8;;http://x\u0007", "\\x1b]8;;http://x\\x07"],
    ["a newline and a tab are shown", "a\nb\tc", "a\\x0ab\\x09c"],
    ["C1 and DEL are shown", "\u009b2J\u007f", "\\x9b2J\\x7f"],
    ["bidi controls are shown", "a\u202eb\u2066", "a<U+202E>b<U+2066>"],
    ["zero width is shown", "pg\u200btest\ufeff1", "pg<U+200B>test<U+FEFF>1"],
    ["tag characters are shown", "x\u{e0041}", "x<U+E0041>"],
    ["lone surrogates are shown", "\ud800x\udc00", "<U+D800>x<U+DC00>"],
    ["line separators are shown", "a\u2028b\u2029", "a<U+2028>b<U+2029>"],
    ["variation selectors are shown", "☠\ufe0f", "☠<U+FE0F>"],
    ["spaces that are not the space are shown", "a\u00a0b\u3000", "a<U+00A0>b<U+3000>"],
    ["an escape spelled out is told from a real one", "\\x1b <U+202E>", "\\x5cx1b <U+003C>U+202E>"],
    ["a mark without a base is shown", "\u0301a", "<U+0301>a"],
    ["accents as one code point stay", "Zürich 東京 é", "Zürich 東京 é"],
    ["accents as two code points are told from one", "e\u0301", "e<U+0301>"],
  ])("%s", (_, input, output) => {
    expect(safeText(input)).toBe(output);
  });

  it("renders distinct inputs distinctly", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(unescape(safeText(text))).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });

  it("renders distinct inputs distinctly even to an eye that composes accents", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = safeText(text);
        expect(shown.normalize("NFC")).toBe(shown);
      }),
      { numRuns: 3000 },
    );
  });

  it("leaves nothing that a terminal acts on", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(safeText(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      }),
      { numRuns: 3000 },
    );
  });

  it("keeps lines apart when asked to", () => {
    expect(safeLines("a\r\nb\n")).toEqual(["a\\x0d", "b", ""]);
  });
});
