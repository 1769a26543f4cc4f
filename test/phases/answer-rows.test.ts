/** Rows of an answer in JSON: what is missing or of another type makes it an answer that nobody understands. */
import { describe, expect, it } from "vitest";
import { rowsOf, type RowsSpec } from "../../src/phases/answer-rows.ts";
import type { Json } from "../../src/ports/json.ts";

const rows = (answer: Json, spec: Partial<RowsSpec> = {}): unknown => {
  const read = rowsOf(answer, { columns: { id: "text" }, ...spec });
  return read.ok ? read.value : read.error;
};

describe("where rows stand", () => {
  it.each<[string, Json, Partial<RowsSpec>, unknown]>([
    ["the answer, a list", [{ id: "a" }, { id: "b" }], {}, [{ id: "a" }, { id: "b" }]],
    ["the answer, one map", { id: "a", more: 1 }, {}, [{ id: "a" }]],
    ["a list inside", { data: { items: [{ id: "a" }] } }, { rows: "data.items" }, [{ id: "a" }]],
    ["an empty list", { items: [] }, { rows: "items" }, []],
    ["each of a map", { a: { s: 1 }, b: { s: 2 } }, { rows: "*", from: { id: "*" } }, [{ id: "a" }, { id: "b" }]],
    [
      "each inside each",
      { x: { t: [{ id: 1 }, { id: 2 }] }, y: { t: [] } },
      { rows: "*.t" },
      [{ id: "1" }, { id: "2" }],
    ],
    ["a field deeper in a row", [{ meta: { id: "a" } }], { from: { id: "meta.id" } }, [{ id: "a" }]],
  ])("%s", (_what, answer, spec, expected) => expect(rows(answer, spec)).toEqual(expected));

  it.each<[Json, Partial<RowsSpec>, string]>([
    [{ data: [] }, { rows: "items" }, "it has no items where items says"],
    [{ items: null }, { rows: "items" }, "of row 1 its id is missing, and has to be text"],
    [{ items: 7 }, { rows: "items.*" }, "it has no * where items.* says"],
    [[["a"]], {}, "of row 1 its id is missing, and has to be text"],
    [[{ id: "a" }], { from: { id: "*" } }, "of row 1 its id is missing, and has to be text"],
    [{ a: { s: 1 } }, { rows: "*.toString" }, "it has no toString where *.toString says"],
  ])("%j has none", (answer, spec, message) => expect(rows(answer, spec)).toBe(message));
});

describe("what a column holds", () => {
  it.each<[RowsSpec["columns"][string], Json, Json]>([
    ["text", "a", "a"],
    ["text", "", ""],
    ["text", 7, "7"],
    ["int", 7, 7],
    ["bool", false, false],
  ])("%s: %j", (type, value, cell) => expect(rows([{ id: value }], { columns: { id: type } })).toEqual([{ id: cell }]));

  it.each<[RowsSpec["columns"][string], Json]>([
    ["text", null],
    ["text", true],
    ["text", { a: 1 }],
    ["text", ["a"]],
    ["int", "7"],
    ["int", null],
    ["int", "1.5"],
    ["bool", "true"],
    ["bool", 1],
    ["text", "x".repeat(16_385)],
  ])("%s: not %j", (type, value) =>
    expect(rows([{ id: value }], { columns: { id: type } })).toMatch(/^of row 1 its id (?:is|has)/u),
  );

  it("may be missing only where the runbook says so, and reads as nothing then", () => {
    const optional = { optional: ["id"] };
    expect(rows([{}, { id: null }, { id: "a" }], optional)).toEqual([{ id: "" }, { id: "" }, { id: "a" }]);
    expect(rows([{ id: true }], optional)).toMatch(/true or false/u);
  });

  it("is bounded, all rows together", () => {
    expect(rows(Array.from({ length: 10_001 }, () => ({ id: "a" })))).toMatch(/10001 rows/u);
    expect(rows(Array.from({ length: 200 }, () => ({ id: "x".repeat(10_000) })))).toMatch(/2000000 characters/u);
  });
});
