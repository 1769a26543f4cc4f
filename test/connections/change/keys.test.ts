/** What tells the rows of a table apart, rows as texts, and how they are sent in portions. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { passedOn, ruleOf, type ForeignKey } from "../../../src/connections/mysql/change/foreign-keys.ts";
import { holdReplacement, keyInfos, keyPlaces, portions } from "../../../src/connections/mysql/change/images.ts";
import { keysOf } from "../../../src/connections/mysql/change/keys.ts";
import {
  digestOf,
  equalRows,
  keyName,
  pick,
  rowName,
  rowTexts,
  textRows,
  type Row,
} from "../../../src/connections/mysql/change/row.ts";
import { described, tableOf } from "./table.ts";

const COLUMNS = [
  { name: "id" },
  { name: "Name", type: "varchar(9)", charset: "utf8mb4", nullable: true },
  { name: "b" },
];
/** Name, column, prefix, nullable, whether values repeat. */
const index = (
  name: string,
  column: string | null,
  more: { prefix?: string; nullable?: boolean; repeats?: boolean } = {},
): Row => [name, column, more.prefix ?? null, more.nullable === true ? "YES" : "", more.repeats === true ? "1" : "0"];
const keys = (...indexes: Row[]) => keysOf("jobs", described(COLUMNS, { indexes }));

describe("the key of a table", () => {
  test("is the first unique index of whole columns without NULL", () => {
    expect(
      keys(
        index("repeats", "b", { repeats: true }),
        index("part", "id", { prefix: "4" }),
        index("nullable", "Name", { nullable: true }),
        index("two", "id"),
        index("two", "b"),
        index("later", "id"),
      ),
    ).toEqual({
      key: ["id", "b"],
      unique: [["id"], ["Name"], ["id", "b"], ["id"]],
      indexed: new Set(["b", "id", "name"]),
    });
  });

  test("cannot be an index over an expression, which also names no column", () => {
    expect(keys(index("made", null), index("PRIMARY", "id"))).toEqual({
      key: ["id"],
      unique: [["id"]],
      indexed: new Set(["id"]),
    });
  });

  test("needs every column of its index to be whole", () => {
    const half = [index("two", "id"), index("two", "Name", { nullable: true })];
    expect(() => keys(...half)).toThrow('The table "jobs" has no key that names each row');
  });

  test("is looked for in tables alone, of the engine that rolls back", () => {
    const of = (tables: Row[]) => () =>
      keysOf("jobs", described(COLUMNS, { tables, indexes: [index("PRIMARY", "id")] }));
    expect(of([])).toThrow('There is no table "jobs" in this database.');
    expect(of([["VIEW", null, null]])).toThrow('"jobs" is a view: its rows cannot be told apart through it');
    expect(of([["BASE TABLE", "MyISAM", "1"]])).toThrow(
      '"jobs" is a MyISAM table: a change to it cannot be rolled back',
    );
    expect(of([["SYSTEM VERSIONED", "InnoDB", "1"]])).not.toThrow();
  });
});

test("where the key stands among the columns", () => {
  const info = tableOf(COLUMNS, { keyColumns: ["b", "id"] });
  expect(keyPlaces(info.columns, ["b", "id", "none"])).toEqual([2, 0, -1]);
  expect(keyInfos(info).map(({ name }) => name)).toEqual(["b", "id"]);
});

test("rows as texts", () => {
  const answer = {
    rows: [
      [1, null, Buffer.from("é"), "x"],
      ["a", null],
    ],
  };
  expect(textRows(answer as never)).toEqual([
    ["1", null, "é", "x"],
    ["a", null],
  ]);
  expect(pick(["a", null, "c"], [2, 1, 7])).toEqual(["c", "", ""]);
  expect(
    rowTexts(
      [
        ["a", "b"],
        ["c", null],
      ],
      new Set([0]),
    ),
  ).toEqual(['["b"]', "[null]"]);
  expect([keyName(["a"]), keyName(["a", "b"]), keyName([null])]).toEqual(['a"', rowName(["a", "b"]), "[null]"]);
});

test("rows are the same value by value, and one that is not there is never the same", () => {
  expect(equalRows(["a", null], ["a", null])).toBe(true);
  expect([equalRows(["a"], ["a", null]), equalRows(["a"], ["b"]), equalRows([""], [null])]).toEqual([
    false,
    false,
    false,
  ]);
  expect([equalRows(undefined, ["a"]), equalRows(["a"], undefined)]).toEqual([false, false]);
});

test("a row's digest tells null from an empty text, and where one value ends", () => {
  const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
  expect(digestOf(["é", null, ""])).toBe(sha("2:é-:0:"));
});

test("rows go in portions of so many characters, each in its order, one that is too long alone", () => {
  const rows: Row[] = [["aaaa"], ["bbbb"], [null], ["c".repeat(40)], ["d"]];
  // 10 each for the first three: two characters, and four beside each value.
  expect(portions(rows, 20).map(({ from, rows: part }) => [from, part.length])).toEqual([
    [0, 2],
    [2, 1],
    [3, 1],
    [4, 1],
  ]);
  expect(portions(rows, 1000)).toEqual([{ from: 0, rows }]);
  expect(portions([], 1000)).toEqual([]);
});

test("what may stand for bytes that are no characters is found in any column", () => {
  expect([holdReplacement([["a", null]]), holdReplacement([["a"], ["b\uFFFD"]])]).toEqual([false, true]);
});

test("what a foreign key does to the rows that point", () => {
  const key = (onDelete: string, onUpdate: string) => ({ onDelete, onUpdate }) as ForeignKey;
  expect([ruleOf(key("CASCADE", "RESTRICT"), "DELETE"), ruleOf(key("CASCADE", "RESTRICT"), "UPDATE")]).toEqual([
    "CASCADE",
    "RESTRICT",
  ]);
  const passed = (["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"] as const).map((rule) => [
    passedOn(key(rule, rule), "DELETE"),
    passedOn(key(rule, rule), "UPDATE"),
  ]);
  expect(passed).toEqual([
    ["DELETE", "UPDATE"],
    ["UPDATE", "UPDATE"],
    ["UPDATE", "UPDATE"],
    [null, null],
    [null, null],
  ]);
});
