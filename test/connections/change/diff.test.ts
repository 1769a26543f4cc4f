/** What a person is shown of the rows of a change, and the digests that an approval is bound to. */
import { describe, expect, test } from "vitest";
import { digestAfter, MOST_TEXT, tablePreview } from "../../../src/connections/mysql/change/diff.ts";
import { digestRows, digestTexts, rowTexts, type Row } from "../../../src/connections/mysql/change/row.ts";
import type { Assignment } from "../../../src/sql/anatomy.ts";
import { imageOf, tableOf, targetOf } from "./table.ts";

const JOBS = tableOf([
  { name: "id" },
  { name: "state", type: "varchar(20)", charset: "utf8mb4", nullable: true },
  { name: "changed_at", type: "datetime", extra: "on update current_timestamp()" },
  { name: "size", extra: "STORED GENERATED", expression: "length(state)" },
]);
const OLD: Row[] = [
  ["1", "stuck", "2026-01-01", "5"],
  ["2", "stuck", "2026-01-02", "5"],
  ["3", "ready", "2026-01-03", "5"],
];
const setting = (column: string): Assignment => ({ source: null, column, text: "", tokens: [] });

describe("an update", () => {
  const changed: Row[] = OLD.map(([id, , time]) => [id ?? "", "ready", time ?? "", "5"]);
  const preview = tablePreview(imageOf(targetOf(JOBS, { assignments: [setting("state")] }), OLD, changed));

  test("tells rows that change from rows that stay as they are", () => {
    expect(preview).toMatchObject({
      table: "jobs",
      key_columns: ["id"],
      keys: [["1"], ["2"], ["3"]],
      matched: 3,
      diff: { verb: "update", changed: 2, unchanged: 1 },
    });
    expect("by" in preview).toBe(false);
  });

  test("shows of each row only what changes, and of each column how often", () => {
    const cells = [{ column: "state", before: "stuck", after: "ready" }];
    expect(preview.diff?.rows).toEqual([
      { key: ["1"], cells },
      { key: ["2"], cells },
    ]);
    expect(preview.diff?.columns).toEqual([
      {
        column: "state",
        rows: 2,
        at_commit: false,
        different: 1,
        commonest: [{ before: "stuck", after: "ready", rows: 2 }],
      },
    ]);
  });

  test("is bound to every value before and after", () => {
    expect(preview.diff?.before).toBe(digestRows(OLD));
    expect(preview.diff?.after).toBe(digestRows(changed));
    expect(preview.diff?.before).not.toBe(preview.diff?.after);
  });
});

test("a column that is decided at commit is shown as such, only follows, and is in no digest of what comes after", () => {
  const target = targetOf(JOBS, { assignments: [setting("STATE")], volatile: new Set([2]) });
  const at = (time: string): Row[] => [["1", "ready", time, "5"], OLD[1] ?? [], OLD[2] ?? []];
  const { diff } = tablePreview(imageOf(target, OLD, at("2026-02-01")));
  expect(diff?.rows).toEqual([
    {
      key: ["1"],
      cells: [
        { column: "state", before: "stuck", after: "ready" },
        { column: "changed_at", before: "2026-01-01", after: "2026-02-01", at_commit: true },
      ],
    },
  ]);
  expect(diff?.columns.map(({ column, at_commit }) => [column, at_commit])).toEqual([
    ["state", false],
    ["changed_at", true],
  ]);
  const after = digestAfter({ target, oldRows: OLD, newRows: at("2026-02-01") });
  expect(after).toBe(digestAfter({ target, oldRows: OLD, newRows: at("2026-03-01") }));
  expect(after).not.toBe(digestAfter({ target, oldRows: OLD, newRows: OLD }));
});

test("a clock that the statement itself sets moves the row by itself", () => {
  const target = targetOf(JOBS, { assignments: [setting("Changed_At")], volatile: new Set([2]) });
  expect(tablePreview(imageOf(target, OLD, OLD)).diff).toMatchObject({ changed: 3, unchanged: 0 });
  const follows = targetOf(JOBS, { volatile: new Set([2]) });
  expect(tablePreview(imageOf(follows, OLD, OLD)).diff).toMatchObject({ changed: 0, unchanged: 3, rows: [] });
});

test("a row that goes shows every column, and nothing after it", () => {
  const { diff, by } = tablePreview(imageOf(targetOf(JOBS, { verb: "DELETE" }), OLD.slice(0, 1), null, ["jobs_fk"]));
  expect(by).toEqual(["jobs_fk"]);
  expect(diff).toMatchObject({ verb: "delete", changed: 1, unchanged: 0, after: digestRows([]) });
  expect(diff?.rows[0]?.cells.map(({ column, before, after }) => [column, before, after])).toEqual([
    ["id", "1", null],
    ["state", "stuck", null],
    ["changed_at", "2026-01-01", null],
    ["size", "5", null],
  ]);
});

test("a new row shows every column; a key that the server gives is said to come at commit, and order does not count", () => {
  const target = targetOf(JOBS, { verb: "INSERT", volatile: new Set([0]) });
  const rows = OLD.slice(0, 2);
  const preview = tablePreview(imageOf(target, null, rows));
  expect(preview.keys).toEqual([["at commit"], ["at commit"]]);
  expect(preview.diff).toMatchObject({ verb: "insert", changed: 2, before: digestRows([]) });
  expect(preview.diff?.rows[0]?.cells[0]).toEqual({ column: "id", before: null, after: "1", at_commit: true });
  expect(preview.diff?.after).toBe(digestTexts(rowTexts(rows, new Set([0])).toSorted()));
  expect(preview.diff?.after).toBe(digestAfter({ target, oldRows: null, newRows: rows.toReversed() }));
});

test("a row that gets a new key shows both", () => {
  const [first = []] = OLD;
  const moved: Row = ["9", ...first.slice(1)];
  const { diff } = tablePreview(imageOf(targetOf(JOBS), [first], [moved]));
  expect(diff?.rows).toEqual([{ key: ["1"], new_key: ["9"], cells: [{ column: "id", before: "1", after: "9" }] }]);
});

const TEXTS = tableOf([{ name: "id" }, { name: "log", type: "longtext", charset: "utf8mb4" }]);
const cellOf = (before: string | null, after: string | null) =>
  tablePreview(imageOf(targetOf(TEXTS), [["1", before]], [["1", after]])).diff?.rows[0]?.cells[0];

test("a value as long as may be shown is shown whole", () => {
  expect(cellOf("a".repeat(MOST_TEXT), "b")).toEqual({ column: "log", before: "a".repeat(MOST_TEXT), after: "b" });
  expect(cellOf(null, "b")).toEqual({ column: "log", before: null, after: "b" });
});

test("a longer one is cut to where the two begin to differ, and says how long it is", () => {
  const alike = "a".repeat(100);
  const long = `${alike}${"b".repeat(600)}`;
  expect(cellOf(long, `${alike}c`)).toEqual({
    column: "log",
    before: `…${long.slice(60, 60 + MOST_TEXT)}… (700 characters)`,
    after: `${alike}c`,
  });
  expect(cellOf(`${"a".repeat(10)}${"b".repeat(MOST_TEXT)}`, "c")?.before).toBe(
    `${"a".repeat(10)}${"b".repeat(MOST_TEXT - 10)}… (510 characters)`,
  );
  expect(cellOf(`${"a".repeat(400)}${"b".repeat(140)}`, "a".repeat(400))?.before).toBe(
    `…${"a".repeat(40)}${"b".repeat(140)}`,
  );
});

test("many rows are summed up: the first 200 one by one, and of each column the three commonest pairs", () => {
  const pairs = Array.from({ length: 300 }, (_, index) => `v${[0, 0, 0, 1, 1, 2, 2, 2, 2, 3][index % 10]}`);
  const oldRows: Row[] = pairs.map((_, index) => [String(index), null]);
  const newRows: Row[] = pairs.map((value, index) => [String(index), value]);
  const { diff } = tablePreview(imageOf(targetOf(TEXTS), oldRows, newRows));
  expect(diff?.rows).toHaveLength(200);
  expect(diff?.columns).toEqual([
    {
      column: "log",
      rows: 300,
      at_commit: false,
      different: 4,
      commonest: [
        { before: null, after: "v2", rows: 120 },
        { before: null, after: "v0", rows: 90 },
        { before: null, after: "v1", rows: 60 },
      ],
    },
  ]);
});

test("an empty text is another value than none", () => {
  const rows = (first: string | null, second: string | null): Row[] => [
    ["1", first],
    ["2", second],
  ];
  const { diff } = tablePreview(imageOf(targetOf(TEXTS), rows("", null), rows("x", "x")));
  expect(diff?.columns[0]?.commonest).toEqual([
    { before: "", after: "x", rows: 1 },
    { before: null, after: "x", rows: 1 },
  ]);
});

test("rows are shown until their values together are too much", () => {
  const big = "b".repeat(MOST_TEXT);
  const rows = (value: string): Row[] => Array.from({ length: 200 }, (_, index) => [String(index), value + index]);
  const wide = tableOf([
    { name: "id" },
    ...Array.from({ length: 6 }, (_, index) => ({ name: `c${index}`, type: "text", charset: "utf8mb4" })),
  ]);
  const widen = ([id, value]: Row): Row => [id ?? "", ...Array.from({ length: 6 }, () => value ?? null)];
  const { diff } = tablePreview(
    imageOf(targetOf(wide), rows("a".repeat(400)).map(widen), rows(big.slice(0, 400)).map(widen)),
  );
  // About 4.8 KB for each row, of 256 KB.
  expect(diff?.rows.length).toBe(55);
});
