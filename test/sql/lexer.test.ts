import * as fc from "fast-check";
import { expect, it } from "vitest";
import { lex } from "../../src/sql/lexer.ts";
import { isSignificant, lexMode } from "../../src/sql/token.ts";

const piece = fc.constantFrom(
  "'",
  '"',
  "`",
  "\\",
  "/*",
  "*/",
  "/*!",
  "-- ",
  "--",
  "#",
  "\n",
  "\r",
  "\0",
  ":a",
  ":=",
  "?",
  "@",
  "@@",
  "0x",
  "1e",
  ".",
  "1",
  "e+",
  "SELECT",
  " ",
  "é",
  "\ud800",
  "(",
  "<=>",
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(piece, { maxLength: 30 }).map((parts) => parts.join("")),
);
const mode = fc.record({ noBackslashEscapes: fc.boolean(), ansiQuotes: fc.boolean() });

it("loses nothing of any text, in any mode", () => {
  fc.assert(
    fc.property(text, mode, (sql, lexMode) => {
      const tokens = lex(sql, lexMode);
      expect(tokens.map((token) => token.text).join("")).toBe(sql);
      let at = 0;
      for (const token of tokens) {
        expect(token.start).toBe(at);
        expect(token.end).toBeGreaterThan(at);
        at = token.end;
      }
    }),
    { numRuns: 5000 },
  );
});

const kinds = (sql: string, sqlMode = "") =>
  lex(sql, lexMode(sqlMode))
    .filter(isSignificant)
    .map((token) => `${token.kind} ${token.text}`);

it.each([
  ["a.1b", "", ["word a", "operator .", "word 1b"]],
  ["a .5", "", ["word a", "number .5"]],
  ["1.5e-3", "", ["number 1.5e-3"]],
  ["1abc 1e5x 0x1F 0xfg", "", ["word 1abc", "word 1e5x", "number 0x1F", "word 0xfg"]],
  ["'a\\'b'", "", ["string 'a\\'b'"]],
  ["'a\\'b'", "NO_BACKSLASH_ESCAPES", ["string 'a\\'", "word b", "bad '"]],
  ['"a"', "", ['string "a"']],
  ['"a"', "ANSI", ['quoted "a"']],
  ["`a``b`", "", ["quoted `a``b`"]],
  ["5--1", "", ["number 5", "operator -", "operator -", "number 1"]],
  ["5--", "", ["number 5"]],
  [":a:b := ::c", "", ["named :a", "named :b", "operator :=", "operator :", "named :c"]],
  ["@a @'b c' @@global.x", "", ["variable @a", "variable @'b c'", "variable @@global", "operator .", "word x"]],
  ["/*!1*//*M!2*//*+3*//*4*/", "", ["executable /*!1*/", "executable /*M!2*/", "hint /*+3*/"]],
  ["'open", "", ["bad 'open"]],
])("%j under %j", (sql, sqlMode, expected) => {
  expect(kinds(sql, sqlMode)).toEqual(expected);
});
