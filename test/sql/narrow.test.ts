/** A change that is held to the rows that were shown: one more condition, and not a character of it lost. */
import { expect, it } from "vitest";
import { anatomy } from "../../src/sql/anatomy.ts";
import { narrow } from "../../src/sql/narrow.ts";

it.each([
  ["UPDATE t SET a = 1", "UPDATE t SET a = 1 WHERE `id` = 5"],
  ["UPDATE t SET a = 1 ORDER BY b LIMIT 3;", "UPDATE t SET a = 1 WHERE `id` = 5 ORDER BY b LIMIT 3"],
  ["UPDATE t SET a = 1 LIMIT 3", "UPDATE t SET a = 1 WHERE `id` = 5 LIMIT 3"],
  ["UPDATE t SET a = 1 -- all\n ORDER BY b", "UPDATE t SET a = 1 WHERE `id` = 5 -- all\n ORDER BY b"],
  ["UPDATE t SET a = 1 WHERE b OR c", "UPDATE t SET a = 1 WHERE (b OR c\n) AND `id` = 5"],
  ["DELETE FROM t WHERE b /* x */ LIMIT 2 -- end", "DELETE FROM t WHERE (b\n) AND `id` = 5 /* x */ LIMIT 2"],
  ["DELETE t FROM t JOIN u USING (id)", "DELETE t FROM t JOIN u USING (id) WHERE `id` = 5"],
  ["UPDATE t SET a = (SELECT 1 WHERE 1 LIMIT 1)", "UPDATE t SET a = (SELECT 1 WHERE 1 LIMIT 1) WHERE `id` = 5"],
])("%s becomes %s", (sql, expected) => {
  const change = anatomy(sql);
  if (change === null || change.verb === "insert") throw new Error("it is no change of rows");
  expect(narrow(change, "`id` = 5")).toBe(expected);
});
