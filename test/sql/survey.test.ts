/** Which tables a statement is said to name: for messages, so rather the plain truth than all of it. */
import { describe, expect, it } from "vitest";
import { lex } from "../../src/sql/lexer.ts";
import { survey, unquote } from "../../src/sql/survey.ts";
import { isSignificant } from "../../src/sql/token.ts";

const tokensOf = (sql: string, ansiQuotes = false) =>
  lex(sql, { noBackslashEscapes: false, ansiQuotes }).filter(isSignificant);

describe("tables", () => {
  it.each<[string, string[]]>([
    ["SELECT a FROM t, u x, `d b`.`v`", ["t", "u", "d b.v"]],
    ["SELECT a FROM (t, u) JOIN (v, w) ON t.a = v.a", ["t", "u", "v", "w"]],
    ["SELECT a FROM t STRAIGHT_JOIN u", ["t", "u"]],
    ["SELECT a FROM t WHERE b IN (1, 2)", ["t"]],
    ["SELECT f(a, b) FROM t GROUP BY c, d", ["t"]],
    ["SELECT a FROM t HAVING (b, c) = (1, 2)", ["t"]],
    ["SELECT a FROM t ORDER BY b, c LIMIT 1, 2", ["t"]],
    ["SELECT a FROM t UNION SELECT b, c FROM u", ["t", "u"]],
    ["SELECT a FROM t JOIN u ON (b, c) = (1, 2), v", ["t", "u"]],
    ["SELECT a FROM t JOIN u USING (b, c)", ["t", "u"]],
    ["SELECT a FROM (SELECT b, c FROM t) x, u", ["t", "u"]],
    [
      "SELECT EXTRACT(YEAR FROM b), TRIM(BOTH FROM c), SUBSTRING(d FROM 1), SUBSTR(e FROM 1), MID(f FROM 1) FROM t",
      ["t"],
    ],
    ["SELECT t.from, u.join FROM t", ["t"]],
    ["SELECT a FROM LATERAL t", ["t"]],
    ["SELECT a FROM t FROM t", ["t"]],
    ["UPDATE LOW_PRIORITY IGNORE t, u SET t.a = 1, u.b = 2", ["t", "u"]],
    ["UPDATE ONLY t SET a = 1, b = c", ["t"]],
    ["DELETE QUICK FROM t WHERE a", ["t"]],
    ["INSERT INTO t (a, b) VALUES (1, c), (d, 2) ON DUPLICATE KEY UPDATE a = 1, b = 2", ["t"]],
    ["INSERT INTO t SELECT a, b FROM u", ["t", "u"]],
    ["REPLACE INTO db.t SET a = 1, b = 2", ["db.t"]],
    ["DROP TABLE IF EXISTS t", ["t"]],
    ["TRUNCATE TABLE t", ["t"]],
    ["SELECT 1 FROM WHERE a", []],
    ["SELECT 'FROM t'", []],
    ["SELECT 1", []],
  ])("%s: %j", (sql, tables) => expect(survey(tokensOf(sql)).tables).toEqual(tables));
});

describe("whether it has a WHERE of its own", () => {
  it.each([
    ["SELECT a FROM t WHERE b", true],
    ["SHOW TABLES WHERE b", true],
    ["UPDATE t SET a = 1 WHERE b", true],
    ["WITH c AS (SELECT 1 WHERE 1) DELETE FROM t WHERE b", true],
    ["WITH c AS (SELECT 1 WHERE 1) DELETE FROM t", false],
    ["DELETE FROM t USING t JOIN (SELECT 1 WHERE 1) u", false],
    ["UPDATE t SET t.where = 1", false],
    ["INSERT INTO t SELECT 1 WHERE b", null],
    ["TRUNCATE TABLE t", null],
    ["", null],
  ])("%s: %j", (sql, where) => expect(survey(tokensOf(sql)).where).toBe(where));
});

it("a name loses its quotes and keeps those that are part of it", () => {
  const names = (sql: string, ansiQuotes = false) => tokensOf(sql, ansiQuotes).map(unquote);
  expect(names("a `b` `c``d` 'e'")).toEqual(["a", "b", "c`d", "'e'"]);
  expect(names('"a""b" "c``d"', true)).toEqual(['a"b', "c``d"]);
});
