/** The order in which rows come back. */
import { expect, test } from "vitest";
import type { ForeignKey } from "../../../src/connections/mysql/change/foreign-keys.ts";
import { inFreeOrder, parentsFirst, rowsInOrder } from "../../../src/connections/mysql/change/order.ts";
import type { Row } from "../../../src/connections/mysql/change/row.ts";
import { imageOf, tableOf, targetOf } from "./table.ts";

const COLUMNS = [{ name: "id" }, { name: "parent", nullable: true }];
const keyFrom = (child: string, parent: string, schema = "db"): ForeignKey => ({
  name: `${child}_${parent}`,
  child: { schema, table: child },
  columns: ["parent"],
  parent: { schema: "db", table: parent },
  referenced: ["id"],
  onDelete: "CASCADE",
  onUpdate: "CASCADE",
});
const image = (table: string) => imageOf(targetOf(tableOf(COLUMNS, { table, label: table })), [], []);
const namesOf = (keys: readonly ForeignKey[], ...tables: string[]): string[] =>
  parentsFirst(tables.map(image), keys).map(({ target }) => target.info.table);

test("tables stand behind those that they point at, in whatever order they came", () => {
  const keys = [keyFrom("steps", "jobs"), keyFrom("jobs", "contexts")];
  expect(namesOf(keys, "steps", "jobs", "contexts")).toEqual(["contexts", "jobs", "steps"]);
  expect(namesOf(keys, "contexts", "jobs", "steps")).toEqual(["contexts", "jobs", "steps"]);
});

test("tables that need nothing of each other, or each other, keep their order", () => {
  expect(namesOf([], "b", "a")).toEqual(["b", "a"]);
  expect(namesOf([keyFrom("a", "a"), keyFrom("c", "a")], "b", "a")).toEqual(["b", "a"]);
  expect(namesOf([keyFrom("a", "b"), keyFrom("b", "a")], "a", "b")).toEqual(["b", "a"]);
});

test("a table of another database with the same name is another table", () => {
  expect(namesOf([keyFrom("steps", "jobs", "other")], "steps", "jobs")).toEqual(["steps", "jobs"]);
});

test("a row stands behind the row of its table that it points at, however long the chain", () => {
  const rows: Row[] = Array.from({ length: 20_000 }, (_, index) => [String(index), String(index + 1)]);
  const info = tableOf(COLUMNS);
  expect(rowsInOrder(info, rows, [keyFrom("jobs", "jobs")])).toEqual(rows.toReversed());
  expect(rowsInOrder(info, rows, [keyFrom("jobs", "contexts"), keyFrom("steps", "jobs")])).toEqual(rows);
});

test("a row that points at nothing here, or at itself, stays where it is", () => {
  const rows: Row[] = [
    ["1", null],
    ["2", "9"],
    ["3", "3"],
  ];
  expect(rowsInOrder(tableOf(COLUMNS), rows, [keyFrom("jobs", "jobs")])).toEqual(rows);
});

const UNIQUE = tableOf([{ name: "id" }, { name: "slot" }], { unique: [["id"], ["slot"]] });

test("a row goes back behind the one that holds its unique value by now; unchanged rows do not go back", () => {
  const oldRows: Row[] = [
    ["1", "a"],
    ["2", "b"],
    ["3", "c"],
    ["4", "d"],
  ];
  const newRows: Row[] = [
    ["1", "b"],
    ["2", "c"],
    ["3", "x"],
    ["4", "d"],
  ];
  // The value that 1 had is free; 2 gave its own to 1, and 3 its own to 2.
  expect(inFreeOrder(UNIQUE, oldRows, newRows)).toEqual([0, 1, 2]);
  expect(inFreeOrder(UNIQUE, oldRows.toReversed(), newRows.toReversed())).toEqual([3, 2, 1]);
});

test("rows that hold each other's values are all named, since no order helps them", () => {
  const [a, b]: [Row, Row] = [
    ["1", "a"],
    ["2", "b"],
  ];
  const swapped: Row[] = [
    ["1", "b"],
    ["2", "a"],
  ];
  expect(new Set(inFreeOrder(UNIQUE, [a, b], swapped))).toEqual(new Set([0, 1]));
});
