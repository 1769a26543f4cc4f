/** Which of the rows that were shown have another value since: what was cut on the page cannot tell. */
import { expect, it } from "vitest";
import { changedRows } from "../../../src/connections/mysql/change/drift.ts";
import type { TablePreview } from "../../../src/ports/sql.ts";
import { tableOf } from "./table.ts";

const info = tableOf([{ name: "id" }, { name: "note", type: "varchar(900)", charset: "utf8mb4" }]);
const shown = (...notes: readonly (string | null)[]): TablePreview => ({
  table: "part",
  key_columns: ["id"],
  keys: notes.map((_, index) => [`${index}`]),
  matched: notes.length,
  diff: {
    verb: "update",
    changed: notes.length,
    unchanged: 0,
    rows: notes.map((note, index) => ({
      key: [`${index}`],
      cells: [{ column: "note", before: note, after: "new" }],
    })),
    columns: [],
    before: "",
    after: "",
  },
});
const changed = (table: TablePreview | undefined, notes: readonly (string | null)[]) =>
  changedRows(
    table,
    info,
    table?.keys ?? [["0"]],
    notes.map((note, index) => [`${index}`, note]),
  );

it("names the rows whose value is another one now, and no other", () => {
  expect(changed(shown("a", "b", null), ["a", "c", null])).toEqual([["1"]]);
  expect(changed(shown(null, "a"), ["", null])).toEqual([["0"], ["1"]]);
});

it("has nothing to compare where nothing was shown, or where a text was cut", () => {
  expect(changed(undefined, ["a"])).toEqual([]);
  const long = "x".repeat(2_000);
  expect(changed(shown(long.slice(0, 500)), [long])).toEqual([]);
});
