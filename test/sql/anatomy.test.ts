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
