/** Which columns a query answers with. */
import { expect, it } from "vitest";
import { givenColumns } from "../../src/sql/result-columns.ts";
import type { LexMode } from "../../src/sql/token.ts";

/** The names of all columns; null where the text does not tell each. */
function resultColumns(sql: string, mode?: LexMode): readonly string[] | null {
  const { names, isWhole } = givenColumns(sql, mode);
  return isWhole ? names : null;
}

it.each([
  ["SELECT id, COUNT(*) FROM boats GROUP BY id", ["id"]],
  ["SELECT id, a * b FROM boats", ["id"]],
  ["SELECT a.id, b.id FROM a JOIN b", ["id", "id"]],
  ["SELECT * FROM boats", null],
  ["SELECT b.*, 1 AS one FROM boats b", null],
  ["SELECT id, 'name' FROM boats", null],
  ["SELECT id, NULL FROM boats", null],
  ["SHOW TABLES", null],
])("of %s a runbook can name only some columns, where the text tells any", (sql, names) =>
  expect(givenColumns(sql)).toEqual({ names, isWhole: false }),
);

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
  ["SELECT ALL a FROM t", ["a"]],
  ["SELECT DISTINCTROW a", ["a"]],
  ["SELECT STRAIGHT_JOIN HIGH_PRIORITY a, b", ["a", "b"]],
  ...["INTO @x", "FOR UPDATE", "WHERE 1", "GROUP BY 1", "HAVING 1", "ORDER BY 1", "LIMIT 1"].map(
    (clause): [string, string[]] => [`SELECT a ${clause}`, ["a"]],
  ),
  ["SELECT a INTERSECT SELECT b", ["a"]],
  ["SELECT a EXCEPT SELECT b", ["a"]],
  ["SELECT x.t.`a``b`", ["a`b"]],
  ["SELECT f(a, b) r, (SELECT x, y FROM z) q", ["r", "q"]],
  ["SELECT a + 1 AS b", ["b"]],
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
  "SELECT a) FROM t",
  "SELECT a,",
  "SELECT , a",
  "SELECT",
  "SELECT DISTINCT",
  "SELECT FROM t",
  "SELECT a.b.c.d",
  "SELECT a.b.c.d e",
  "SELECT a AS END",
  "SELECT f(1) AS NULL",
  "SELECT a 'e'",
  "SELECT BINARY a",
  "SELECT TRUE",
  "SELECT FALSE",
  "SELECT DEFAULT",
  "SELECT 1 + a b",
  "SELECT a AS b c",
  "SELECT @x a",
  "SELECT NULL a",
  "x SELECT a",
  "(SELECT a)",
  "WITH c AS (SELECT a) UPDATE t SET b = 1",
  "",
])("is not told by %s", (sql) => expect(resultColumns(sql)).toBeNull());

it("is told with the quotes of the server's mode", () => {
  const mode = { ansiQuotes: true, noBackslashEscapes: false };
  expect(resultColumns('SELECT "a""b" FROM t', mode)).toEqual(['a"b']);
  expect(resultColumns('SELECT "a" FROM t')).toBeNull();
});
