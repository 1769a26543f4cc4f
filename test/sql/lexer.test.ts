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

it.each([
  ["", false, false],
  ["STRICT_TRANS_TABLES, no_backslash_escapes", true, false],
  ...["ANSI", "ansi_quotes", "DB2", "MAXDB", "MSSQL", "ORACLE", "POSTGRESQL"].map(
    (name) => [`STRICT_TRANS_TABLES,${name}`, false, true] as const,
  ),
  ["XANSI,NO_BACKSLASH", false, false],
] as const)("the sql_mode %j: backslashes plain %j, double quotes of names %j", (sqlMode, plain, ofNames) => {
  expect(lexMode(sqlMode)).toEqual({ noBackslashEscapes: plain, ansiQuotes: ofNames });
});

it("a word is known by its ASCII letters in capitals, and by no letter that only looks like one", () => {
  expect(
    lex("sleep \u017fleep straße `sleep` 'a'")
      .filter(isSignificant)
      .map(({ upper }) => upper),
  ).toEqual(["SLEEP", "\u017fLEEP", "STRAßE", "`sleep`", "'a'"]);
});

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
  ["a\u0001b\u007fc", "", ["word a", "bad \u0001", "word b", "bad \u007f", "word c"]],
  ["a\u00a0b é1", "", ["word a\u00a0b", "word é1"]],
  ["a\t\r\n\v\fb", "", ["word a", "word b"]],
  // What MySQL 9 takes for a text between dollars is no name.
  ["$a a$b$", "", ["word $a", "word a$b$"]],
  ["$$ x $t$", "", ["bad $$", "word x", "bad $t$"]],
  // A comment ends at the line feed, or at a NUL, which ends it for some servers.
  ["-- a\rb\nc", "", ["word c"]],
  ["--\tb\nc --\u0001d\n# e\nf", "", ["word c", "word f"]],
  ["--\u007fa\nb", "", ["word b"]],
  ["--a", "", ["operator -", "operator -", "word a"]],
  ["# a\0b", "", ["bad \0", "word b"]],
  ["-- a\0b", "", ["bad \0", "word b"]],
  ["/**/ /*m 1*/ /*M1*/ a", "", ["word a"]],
  ["/* a /* b */", "", ["bad /* a /* b */"]],
  ["/* a\0 */", "", ["bad /* a\0 */"]],
  ["/*m!1*//*/", "", ["executable /*m!1*/", "bad /*/"]],
  ["/a */", "", ["operator /", "word a", "operator *", "operator /"]],
  // A quote ends where it stands alone, and not behind a backslash where one counts.
  ["'a''b' '\\'' 'c", "", ["string 'a''b'", "string '\\''", "bad 'c"]],
  ["'a\0b' c", "", ["bad 'a\0b'", "word c"]],
  ["'a\\", "", ["bad 'a\\"]],
  ['"a""b" "\\""', "", ['string "a""b"', 'string "\\""']],
  ['"a\\" b', "NO_BACKSLASH_ESCAPES", ['string "a\\"', "word b"]],
  ['"a\\" b', "ANSI_QUOTES", ['quoted "a\\"', "word b"]],
  ["`a\\` b", "", ["quoted `a\\`", "word b"]],
  ['@`a``b` @"c\\"d" @`e\\` f', "", ["variable @`a``b`", 'variable @"c\\"d"', "variable @`e\\`", "word f"]],
  ["@'a\\' b", "NO_BACKSLASH_ESCAPES", ["variable @'a\\'", "word b"]],
  ["@ @@", "", ["variable @", "variable @@"]],
  ["1. 1.5 .5e-3 1.e5 1e+5", "", ["number 1.", "number 1.5", "number .5e-3", "number 1.e5", "number 1e+5"]],
  ["1e 1e+ 1.f 1.5f", "", ["word 1e", "word 1e", "operator +", "number 1.", "word f", "number 1.5", "word f"]],
  ["0x 0b1 0b12 0B1 0xAf", "", ["word 0x", "number 0b1", "word 0b12", "word 0B1", "number 0xAf"]],
  [
    "`a`.5.6 ).7 .e",
    "",
    "quoted `a`|operator .|word 5|operator .|word 6|operator )|number .7|operator .|word e".split("|"),
  ],
  ["? : :1 :a1_", "", ["placeholder ?", "operator :", "operator :", "number 1", "named :a1_"]],
  [
    "a<=>->>:=<<>><>!=<= >=||&&->",
    "",
    ["word a", ..."<=> ->> := << >> <> != <= >= || && ->".split(" ").map((text) => `operator ${text}`)],
  ],
  ["=!|{", "", ["operator =", "operator !", "operator |", "operator {"]],
])("%j under %j", (sql, sqlMode, expected) => {
  expect(kinds(sql, sqlMode)).toEqual(expected);
});
