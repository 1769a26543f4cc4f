/** Which calls of a query are harmless, which only the server can judge, and which speak against a read whatever it says. */
import { describe, expect, it } from "vitest";
import { checkCalls, routineText } from "../../src/sql/calls.ts";
import { classify, classifyAtBest } from "../../src/sql/classify.ts";
import { dialectOf } from "../../src/sql/dialects/dialect.ts";
import { lex } from "../../src/sql/lexer.ts";
import { isSignificant } from "../../src/sql/token.ts";

const OPTIONS = { sqlMode: "", dialect: dialectOf("mariadb", "10.11") };

describe("functions that only the server knows are named, as it may be asked for them", () => {
  it.each<[string, string[]]>([
    ["SELECT f(), db.g(), `h``i`()", ["f()", "db.g()", "h`i()"]],
    ["SELECT against (1)", ["against()"]],
    ["SELECT of (1)", ["of()"]],
    ["SELECT 1, f() AS mine (a)", ["f()"]],
    ["SELECT * FROM (SELECT 1) AS mine (f())", ["mine()", "f()"]],
    ["SELECT * FROM (SELECT 1) AS mine (a, 5)", ["mine()"]],
    ["WITH c (1) AS (SELECT 1) SELECT 1", ["c()"]],
    ["WITH c (a,) AS (SELECT 1) SELECT 1", ["c()"]],
    ["WITH c (a) AS d SELECT 1", ["c()"]],
    ["WITH c (a) SELECT 1", ["c()"]],
    ["WITH c AS (SELECT f (a)) SELECT 1", ["f()"]],
    ["WITH c AS (SELECT 1) SELECT g(2), h (a) AS (SELECT 1)", ["g()", "h()"]],
    ["EXPLAIN UPDATE t SET a = f()", ["f()"]],
    ["SHOW VARIABLES WHERE f()", ["f()"]],
  ])("%s", (sql, routines) => {
    const classification = classify(sql, OPTIONS);
    expect(classification.routines.map(routineText)).toEqual(routines);
    expect(classification.reasons).toEqual(routines.map((routine) => `${routine} is not known to be without effects`));
    expect(classification.class).toBe("unknown");
  });

  it("with the database that they are called in, without quotes", () => {
    expect(classify("SELECT f(), `d b`.`g`()", OPTIONS).routines).toEqual([
      { schema: null, name: "f" },
      { schema: "d b", name: "g" },
    ]);
  });
});

it.each([
  ["SELECT 5(1)", "a call of 5"],
  ["SELECT 'a'(1)", "a call of 'a'"],
  ["SELECT 'x' f(1)", "a call of f in an odd place"],
  ["SELECT 'x' `in` (1)", "a call of `in` in an odd place"],
  ["SELECT 'x' ANY (1)", "a call of ANY in an odd place"],
  ["SELECT (1)(2)", "a parenthesis in an odd place"],
  ["SELECT a.(1)", "a parenthesis in an odd place"],
  ["SELECT a.b.c(1)", "a call of a qualified name: c"],
  ["SELECT 'a'.c(1)", "a call of a qualified name: c"],
  ["SELECT mariadb_schema.abs(1)", "a call of a qualified name: abs"],
  ["SELECT `ORACLE_SCHEMA`.abs(1)", "a call of a qualified name: abs"],
  ["SELECT any(1)", "a call of any"],
  ["SELECT a + any (SELECT 1)", "a call of any"],
  ["SELECT 1 UNION ANY (SELECT 1)", "a call of ANY"],
  ["SELECT DISTINCT ALL (1)", "a call of ALL"],
  ["SELECT count (*)", "a gap in the call of count"],
  ["SELECT last_insert_id(5)", "last_insert_id() is remembered for later statements"],
  ["SELECT `abs`(1)", "a call of `abs`"],
  ["SELECT `in`(1)", "a call of `in`"],
  ["SELECT `sleep`(1)", "sleep() waits, or keeps the server busy, as long as its caller says"],
])("%s: %s, and no server is asked", (sql, reason) => {
  expect(classify(`${sql}, f()`, OPTIONS)).toMatchObject({ reasons: [reason, expect.stringMatching(/^f\(\)/u)] });
  expect(classify(`${sql}, f()`, OPTIONS).routines).toEqual([]);
});

it.each([
  "SELECT 'x' IN (1)",
  "SELECT 'x' BETWEEN (1) AND (2)",
  "SELECT * FROM JSON_TABLE(a, '$' COLUMNS (b INT PATH '$')) t",
  "SELECT a = any (SELECT 1), a <=> any (SELECT 1), a <> some (SELECT 1), a != all (SELECT 1)",
  "SELECT a < all (SELECT 1), a <= all (SELECT 1), a > all (SELECT 1), a >= all (SELECT 1)",
  "SELECT ALL (1) UNION ALL (SELECT 1) EXCEPT ALL (SELECT 1) INTERSECT ALL (SELECT 2)",
  "SELECT abs (1), count(*), last_insert_id()",
  "SELECT MATCH (a) AGAINST ('x')",
  "SELECT a MEMBER OF ('[1]')",
  "SELECT * FROM (SELECT 1, 2) AS mine (a, `b`)",
  "WITH RECURSIVE c (a, b) AS (SELECT 1, 2), `d` (e) AS (SELECT 2) SELECT 1",
])("%s calls nothing", (sql) => expect(classify(sql, OPTIONS)).toMatchObject({ class: "read", reasons: [] }));

it("a part of a statement is looked over as the oldest MariaDB takes it", () => {
  const reasons = (sql: string) => checkCalls(lex(sql).filter(isSignificant));
  expect(reasons("lower(a) = 1")).toEqual([]);
  expect(reasons("f(a) = db.g(sleep(1))")).toEqual([
    "sleep() waits, or keeps the server busy, as long as its caller says",
    "f() is not known to be without effects",
    "db.g() is not known to be without effects",
  ]);
  expect(reasons("uuid_v7()")).toEqual(["uuid_v7() is not known to be without effects"]);
});

describe("a function is built in by the server's version", () => {
  it.each<["mysql" | "mariadb", string, string, boolean]>([
    ["mysql", "8.0.12", "st_transform", false],
    ["mysql", "8.0.2", "st_transform", false],
    ["mysql", "8.0.13-debug", "st_transform", true],
    ["mysql", "8.4", "st_transform", true],
    ["mysql", "8.4.1", "md5", true],
    ["mysql", "9.0", "md5", false],
    ["mysql", "8", "abs", true],
    ["mysql", "7.9", "abs", false],
    ["mysql", "of no number", "abs", false],
    ["mysql", "9.7", "lateral", true],
    ["mariadb", "11.8", "lateral", false],
    ["mariadb", "10.6.21-MariaDB", "json_equals", false],
    ["mariadb", "10.11", "json_equals", true],
    ["mariadb", "11.0", "json_equals", true],
    ["mariadb", "11.0", "uuid_v7", false],
  ])("%s %s, %s(): %s", (family, version, name, isRead) => {
    const { class: kind } = classify(`SELECT ${name}(1)`, { sqlMode: "", dialect: dialectOf(family, version) });
    expect(kind === "read").toBe(isRead);
  });

  it("and a dialect is known by the server's own words", () => {
    expect(dialectOf("mysql", "9.7").name).toBe("MySQL 9.7");
    const mysql = { sqlMode: "", dialect: dialectOf("mysql", "9.7") };
    expect(classify("SHOW AUTHORS", mysql).class).toBe("unknown");
    expect(classify("SHOW AUTHORS", OPTIONS).class).toBe("read");
    expect(classify("SHOW LIBRARY STATUS", mysql).class).toBe("read");
    expect(classify("SHOW AUTHORS").class).toBe("read");
  });
});

describe("before there is a server to ask, a statement is what the one says that thinks best of it", () => {
  it.each([
    ["SELECT md5(1)"],
    ["SELECT uuid_v7()"],
    ["SELECT etag(1)"],
    [String.raw`SELECT 'a\', sleep(1) -- '`],
    [String.raw`SELECT 'a\' , f(), '`],
  ])("%s is a read", (sql) => expect(classifyAtBest(sql)).toMatchObject({ class: "read", reasons: [] }));

  it("and if none takes it for a read, the one that would have to look into its functions", () => {
    expect(classifyAtBest("SELECT f()").routines).toEqual([{ schema: null, name: "f" }]);
    expect(classifyAtBest('SELECT "f"()').routines).toEqual([{ schema: null, name: "f" }]);
    expect(classifyAtBest("SELECT etag(1), vec_totext(1)").routines).toEqual([{ schema: null, name: "etag" }]);
  });

  it("and what none may look into is what it is", () => {
    expect(classifyAtBest("DELETE FROM t").class).toBe("change");
    expect(classifyAtBest("SELECT sleep(1)")).toMatchObject({ class: "unknown", routines: [] });
  });
});

describe("without the server's sql_mode a statement has to be the same however its quotes are read", () => {
  const DEPENDS = "its meaning depends on the server's sql_mode";
  it.each([
    ['SELECT "f"()', [DEPENDS, 'a call of "f"']],
    [String.raw`SELECT '\', f(), '`, [DEPENDS]],
    [String.raw`SELECT f('\\')`, ["f() is not known to be without effects"]],
    ['SELECT f("a")', ["f() is not known to be without effects"]],
  ])("%s", (sql, reasons) => expect(classify(sql)).toMatchObject({ class: "unknown", reasons }));

  it("and calls the same functions", () => {
    const sql = String.raw`SELECT f('\'), g('', h('')`;
    expect(classify(sql).routines).toEqual([]);
  });

  it("under ORACLE nothing is known, whatever else the mode says", () => {
    for (const sqlMode of ["ORACLE", "oracle", "ANSI,ORACLE"])
      expect(classify("DELETE FROM t WHERE f()", { sqlMode })).toMatchObject({
        class: "unknown",
        took_for: "DELETE, a change",
        reasons: ["sql_mode ORACLE"],
        routines: [],
      });
    expect(classify("SELECT 1", { sqlMode: "xORACLEx" }).class).toBe("read");
  });
});
