/** A pasted text falls apart into the statements that a person sees in it. */
import { expect, it } from "vitest";
import { splitStatements } from "../../src/sql/split.ts";

it.each<[string, string[]]>([
  ["", []],
  ["SELECT 1", ["SELECT 1"]],
  ["a; b;c", ["a", "b", "c"]],
  ["a;\n\n", ["a"]],
  [" a -- ;\n ; /* ; */ b ", ["a -- ;", "/* ; */ b"]],
  ["';'; `x;`; \";\"", ["';'", "`x;`", '";"']],
])("%j is %j", (text, statements) => expect(splitStatements(text)).toEqual(statements));

it.each(["; ;", "/* c */", "-- a\n;# b"])("%j holds none: nobody is asked about what does nothing", (text) =>
  expect(splitStatements(text)).toEqual([]),
);

it("a comment behind the last statement is none", () => expect(splitStatements("a; /* c */")).toEqual(["a"]));

it("a quote ends where the server's mode ends it", () => {
  const text = String.raw`SELECT 'a\'; b'`;
  expect(splitStatements(text)).toEqual([text]);
  expect(splitStatements(text, { noBackslashEscapes: true, ansiQuotes: false })).toEqual([
    String.raw`SELECT 'a\'`,
    "b'",
  ]);
});
