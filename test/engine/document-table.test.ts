/** The rows of several steps as one table: every row and value stands on the page, and what is the same of all stands once. */
import { describe, expect, it } from "vitest";
import type { DocumentStep } from "../../src/engine/approval-document.ts";
import { groupParts } from "../../src/engine/document-blocks.ts";
import { flow, membersLines, type Member } from "../../src/engine/document-members.ts";
import { stepTable } from "../../src/engine/document-table.ts";
import { rowTable } from "../../src/phases/diff-table.ts";
import type { ChangePreview } from "../../src/ports/sql.ts";
import { aStep } from "../support/document.ts";

type Cells = Readonly<Record<string, readonly [string | null, string | null]>>;
const diffOf = (rows: Readonly<Record<string, Cells>>) => ({
  verb: "update",
  changed: Object.keys(rows).length,
  unchanged: 0,
  rows: Object.entries(rows).map(([key, cells]) => ({
    key: [key],
    cells: Object.entries(cells).map(([column, [before, after]]) => ({ column, before, after })),
  })),
  columns: [],
});
const previewOf = (rows: Readonly<Record<string, Cells>>, more: object = {}) => ({
  matched: 1,
  keys: [],
  key_columns: ["id"],
  table: "t",
  diff: diffOf(rows),
  ...more,
});
const stepOf = (rows: Readonly<Record<string, Cells>>, more: object = {}): DocumentStep =>
  aStep({ kind: "sql.change", preview: previewOf(rows, more), request_lines: ["UPDATE t"] });

describe("a table of several steps", () => {
  it("says a side of a column once where it is the same in all rows, and both sides in the row where neither is", () => {
    const steps = [
      stepOf({ 7: { a: ["x", "y"], b: ["ready", "none"], c: ["1", ""] } }),
      stepOf({ 8: { a: ["p", "q"], b: ["ready", "none"], c: ["2", ""] } }),
    ];
    expect(stepTable(steps)).toEqual({
      common: ["change 2 rows of t, by id;", "in each row: a … -> …;", "b ready -> none;", "c … -> ''"],
      rows: [["7: x -> y, 1"], ["8: p -> q, 2"]],
    });
  });

  it.each([
    ["have other columns", [stepOf({ 7: { a: ["x", "y"] } }), stepOf({ 8: { b: ["x", "y"] } })]],
    ["reach other tables, too", [7, 8].map((id) => stepOf({ [id]: { a: ["x", "y"] } }, { others: [previewOf({})] }))],
    [
      "show only some of the rows",
      [7, 8].map((id) => stepOf({ [id]: { a: ["x", "y"] } }, { diff: { ...diffOf({}), changed: 9 } })),
    ],
    ["hold a text that is long", [7, 8].map((id) => stepOf({ [id]: { a: ["x".repeat(90), "y"] } }))],
    ["are one row", [stepOf({ 7: { a: ["x", "y"] } })]],
  ])("is none where they %s: then each has lines of its own", (_name, steps) => {
    expect(stepTable(steps)).toBeNull();
  });

  it("is none of a preview that says more than rows", () => {
    const preview = previewOf({ 7: { a: ["x", "y"] } }) as unknown as ChangePreview;
    expect(rowTable(preview)?.rows).toEqual([{ key: "7", cells: [{ column: "a", before: "x", after: "y" }] }]);
    expect(rowTable({ ...preview, blind: "no" })).toBeNull();
    expect(rowTable({ ...preview, by: ["fk"] })).toBeNull();
  });

  it("leaves a key out of its row only where the request names it in each step", () => {
    const named = (id: string, value: string): DocumentStep => ({
      ...stepOf({ [id]: { a: ["x", "y"] } }),
      request_lines: ["UPDATE t", `:key = ${value}`],
    });
    expect(stepTable([named("7", "7"), named("8", "8")])?.rows).toEqual([[], []]);
    expect(stepTable([named("7", "7"), named("8", "9")])?.rows).toEqual([["7"], ["8"]]);
  });
});

describe("members of a block", () => {
  const member = (label: string, words: readonly string[], more: Partial<Member> = {}): Member => ({
    key: `ctx-${label}`,
    label,
    words,
    rows: [],
    own: [],
    ...more,
  });
  const textsOf = (members: readonly Member[]): string[] => membersLines(members, 30).map(({ text }) => text);

  it("have a line each where it is long enough", () => {
    expect(textsOf([member("a", ["one", "two"]), member("a", ["three"])])).toEqual(["    a  one  two", "    a  three"]);
  });

  it("stand below their target where that takes fewer lines, what they share beside its name", () => {
    const long = (word: string): Member => member("target-of-these", ["noon", word.repeat(18)]);
    expect(textsOf([long("x"), long("y")])).toEqual([
      "    target-of-these  noon",
      `      ${"x".repeat(18)}`,
      `      ${"y".repeat(18)}`,
    ]);
  });

  it("have several rows on lines of their own, and a single one behind the words", () => {
    expect(textsOf([member("a", [":x = 1"], { rows: ["7: p"] })])).toEqual(["    a  :x = 1  7: p"]);
    expect(textsOf([member("a", [":x = 1"], { rows: ["7: p", "8: q"] })])).toEqual([
      "    a  :x = 1",
      "      7: p",
      "      8: q",
    ]);
  });

  it("break no piece that a line has room for", () => {
    const form = { first: "", next: "  ", gap: " " };
    expect(flow(["aaaa", "bbbb", "cc"], 8, form)).toEqual(["aaaa", "  bbbb", "  cc"]);
    expect(flow(["aa", "b".repeat(12)], 8, form)).toEqual([`aa ${"b".repeat(12)}`]);
  });

  it("are all of a block's steps", () => {
    const target = { key: "k", label: "vm", shown: [], steps: [] };
    const steps = ["1", "2"].map((id) => ({
      target,
      step: aStep({ title: `Delete ${id}`, request_lines: [`DELETE ${id}`] }),
    }));
    const [first, second] = steps;
    if (first === undefined || second === undefined) throw new Error("no steps");
    const parts = groupParts({ group: [first, second], many: false, width: 80 }, 1);
    expect(
      parts
        .flatMap(({ lines }) => lines)
        .map(({ text }) => text)
        .slice(-2),
    ).toEqual(["    1", "    2"]);
  });
});
