/** Which columns a query answers with. */
import { expect, it } from "vitest";
import { resultColumns } from "../../src/sql/result-columns.ts";

it.each([
  ["SELECT id, name FROM boats", ["id", "name"]],
  ["select b.id, x.b.name from boats b", ["id", "name"]],
  ["SELECT DISTINCT COALESCE(status, '') AS status, COUNT(*) boats FROM boats GROUP BY 1", ["status", "boats"]],
  ["SELECT a.`odd name`, 'a, b' AS text, (SELECT MAX(x.id), 1 FROM x) AS top FROM a", ["odd name", "text", "top"]],
  ["SELECT CASE WHEN a = 1 THEN 2 ELSE 3 END AS kind, b FROM t WHERE c IN (1, 2)", ["kind", "b"]],
  ["WITH w AS (SELECT 1 AS inner_one) SELECT w.inner_one AS outer_one FROM w", ["outer_one"]],
  ["SELECT 1 AS a UNION SELECT 2 AS b", ["a"]],
  ["SELECT id -- the key, always\n, name FROM boats", ["id", "name"]],
  ["SELECT t.from AS a FROM t", ["a"]],
  ["SELECT a b, t.a c, 1 d, 'x' e FROM t", ["b", "c", "d", "e"]],
])("%s", (sql, columns) => expect(resultColumns(sql)).toEqual(columns));

it.each([
  "SELECT * FROM boats",
  "SELECT b.* FROM boats b",
  "SELECT COUNT(*) FROM boats",
  "SELECT a + b FROM t",
  "SELECT a - b AS c, a COLLATE utf8mb4_bin FROM t",
  "SELECT NOT a FROM t",
  "SELECT a DIV b FROM t",
  "SELECT NOW() - INTERVAL 1 DAY FROM t",
  "SELECT CASE WHEN a THEN 1 END FROM t",
  "SELECT NULL FROM t",
  "SELECT a, b AS a FROM t",
  "SELECT 1",
  "SHOW TABLES",
  "UPDATE boats SET name = 'x'",
  "SELECT (a FROM t",
  "",
])("is not told by %s", (sql) => expect(resultColumns(sql)).toBeNull());
