/** What a changing statement is taken for: never for another kind of statement, and for nothing where that is not sure. */
import { expect, it } from "vitest";
import { anatomy } from "../../src/sql/anatomy.ts";

it.each([
  ["UPDATE t SET a = 1 WHERE b = 2", "update", []],
  ["DELETE FROM t WHERE b = 2", "delete", ["t"]],
  ["DELETE t FROM t WHERE b = 2", "delete", ["t"]],
  ["DELETE t.* FROM t JOIN u ON u.id = t.id WHERE b = 2", "delete", ["t"]],
  ["DELETE FROM t USING t JOIN u ON u.id = t.id WHERE b = 2", "delete", ["t"]],
] as const)("%s is read", (sql, verb, emptied) => {
  const found = anatomy(sql);
  expect(found?.verb).toBe(verb);
  expect(found?.verb === "insert" ? null : found?.emptied).toEqual(emptied);
});

// Whose emptied tables cannot be read is no UPDATE either, though `b = 2` looks like an assignment.
it.each([
  "DELETE `` FROM t WHERE b = 2",
  "DELETE t + u FROM t WHERE b = 2",
  "DELETE FROM a, b WHERE b = 2",
  "DELETE FROM t USING t WHERE b = 2 ORDER BY b RETURNING b",
  "UPDATE IGNORE t SET a = 1",
  "UPDATE t SET a",
  "UPDATE t, u SET t.a = u.a LIMIT 1",
  "UPDATE t WHERE a = 1",
])("%s is read as nothing", (sql) => {
  expect(anatomy(sql)).toBeNull();
});

/** Of an INSERT: its columns, the expressions of each column over all rows, and whether a query gives them. */
it.each<[string, readonly string[] | null, readonly (readonly string[])[] | null, boolean]>([
  [
    "INSERT INTO t (a, b) VALUES (1, 2), (3, now())",
    ["a", "b"],
    [
      ["1", "3"],
      ["2", "now ( )"],
    ],
    false,
  ],
  ["INSERT t (a) VALUE (1)", ["a"], [["1"]], false],
  ["INSERT INTO t VALUES (1)", null, [["1"]], false],
  ["INSERT INTO t () VALUES ()", [], [], false],
  ["INSERT INTO t (a, b) VALUES (1), (2, 3)", ["a", "b"], null, false],
  ["INSERT INTO t SET a = 1, b = 2", ["a", "b"], [["1"], ["2"]], false],
  ["INSERT INTO t (a) SELECT x FROM u", ["a"], [["x"]], true],
  ["INSERT INTO t (a) SELECT x FROM u UNION SELECT y FROM v", ["a"], null, true],
  ["INSERT INTO t SELECT * FROM u", null, null, true],
  ["INSERT INTO t (a) WITH c AS (SELECT 1) SELECT * FROM c", ["a"], null, true],
  ["INSERT INTO t (a) (SELECT 1)", ["a"], null, true],
])("%s is taken apart", (sql, columns, items, queried) => {
  const parts = anatomy(sql);
  if (parts?.verb !== "insert") throw new Error("it is no INSERT");
  const texts = parts.items?.map((column) => column.map((item) => item.map(({ text }) => text).join(" "))) ?? null;
  expect([parts.columns, texts, parts.queried]).toEqual([columns, items, queried]);
  expect(parts.sources).toEqual([{ table: "t", schema: null, alias: "t", derived: false }]);
});

it("an INSERT names its table with the database in front", () => {
  expect(anatomy("INSERT INTO `d``b`.t VALUES (1)")?.sources).toEqual([
    { table: "t", schema: "d`b", alias: "t", derived: false },
  ]);
});

it.each([
  "INSERT IGNORE INTO t (a) VALUES (1)",
  "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2",
  "INSERT INTO t (a) VALUES (1) RETURNING a",
  "INSERT INTO t (a) VALUES 1",
  "INSERT INTO t (1) VALUES (1)",
  "REPLACE INTO t (a) VALUES (1)",
])("%s is no INSERT of new rows alone", (sql) => {
  expect(anatomy(sql)).toBeNull();
});
