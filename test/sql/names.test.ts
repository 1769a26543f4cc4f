/** Names in SQL that may stand for a table, and names of what a body calls: rather too many than one too few. */
import { describe, expect, it } from "vitest";
import { OLDEST_MARIADB } from "../../src/sql/dialects/dialect.ts";
import { lex } from "../../src/sql/lexer.ts";
import { mentionsIn } from "../../src/sql/mentions.ts";
import { namesIn } from "../../src/sql/names.ts";
import { isSignificant, type Token } from "../../src/sql/token.ts";

const tokensOf = (sql: string): Token[] => lex(sql).filter(isSignificant);

describe("names that may be a table", () => {
  /** `schema.name`, with a mark behind those that can be nothing else. */
  const of = (sql: string): string[] =>
    namesIn(tokensOf(sql)).map(
      ({ schema, name, surely }) => `${schema === null ? "" : `${schema}.`}${name}${surely ? "!" : ""}`,
    );

  it.each<[string, string[]]>([
    ["SELECT a FROM t", ["t!"]],
    ["SELECT a FROM db.t", ["db.t!"]],
    ["SELECT a FROM `t``x` AS b WHERE c = 1", ["t`x!"]],
    ["SELECT a FROM t JOIN u ON t.id = u.id", ["t!", "u!"]],
    ["SELECT a FROM t STRAIGHT_JOIN u", ["t!", "u!"]],
    ["SELECT a FROM t, u", ["t!", "u!"]],
    ["SELECT a FROM t x, u", ["t!", "x", "u!"]],
    ["SELECT a FROM t AS x, db.u AS y, v", ["t!", "db.u!", "v!"]],
    ["SELECT a FROM (t, u)", ["t!", "u!"]],
    ["SELECT a FROM ((t))", ["t!"]],
    ["SELECT a FROM .t", ["t"]],
    ["SELECT a, b FROM t", ["b", "t!"]],
    ["SELECT (a) FROM t", ["a", "t!"]],
    ["SELECT EXTRACT(YEAR FROM c) FROM t", ["YEAR", "c", "t!"]],
    ["SELECT TRIM(BOTH FROM c) FROM t", ["BOTH", "c", "t!"]],
    ["SELECT a FROM t WHERE b IN (SELECT c FROM u)", ["t!", "u!"]],
    ["SELECT a FROM t WHERE b IS DISTINCT FROM c", ["t!", "c"]],
    ["SELECT a FROM (SELECT b FROM t) x, u", ["t!", "u"]],
    ["SELECT a FROM t WHERE b = 1 AND c LIKE 'x'", ["t!"]],
    ["SELECT a FROM t ORDER BY b LIMIT 1", ["t!"]],
    ["SELECT CASE WHEN a THEN b ELSE c END FROM t", ["END", "t!"]],
  ])("%s", (sql, names) => expect(of(sql)).toEqual(names));
});

describe("what a body names", () => {
  const of = (sql: string) => {
    const { bare, qualified, calls, acts } = mentionsIn(tokensOf(sql), OLDEST_MARIADB);
    return { bare: [...bare], qualified: qualified.map((pair) => pair.join(".")), calls, acts };
  };

  it("is each name by itself, and each pair with a dot once", () => {
    expect(of("UPDATE `t` SET a = NEW.b WHERE db.u = 1")).toEqual({
      bare: ["UPDATE", "t", "SET", "a", "WHERE"],
      qualified: ["NEW.b", "db.u"],
      calls: [],
      acts: [],
    });
    expect(of("SELECT a.* FROM t").qualified).toEqual([]);
  });

  it.each<[string, string[]]>([
    ["SELECT lower(a)", []],
    ["SELECT mine(a)", ["mine"]],
    ["SELECT db.mine(a)", ["mine"]],
    ["SELECT db.lower(a)", ["lower"]],
    ["SELECT `lower`(a)", ["lower"]],
    ["SELECT mine (a), mine(b)", ["mine"]],
    ["INSERT INTO mine (a) VALUES (1)", []],
    ["INSERT INTO db.mine (a) VALUES (1)", []],
    ["IF (a) THEN RETURN (b); END IF", []],
    ["WHILE (a) DO (b); UNTIL (c)", []],
    ["SELECT a IN (1)", []],
    ["mine", []],
  ])("%s calls %j", (sql, calls) => expect(of(sql).calls).toEqual(calls));

  it.each<[string, string[]]>([
    ["CALL p()", ["CALL"]],
    ["SELECT NEXTVAL(s)", ["NEXTVAL"]],
    ["SELECT NEXT VALUE FOR s", ["NEXT VALUE"]],
    ["SELECT next, value FROM t", []],
    ["SELECT a INTO OUTFILE 'x'", ["OUTFILE"]],
    ["EXECUTE s; EXECUTE s; KILL 1", ["EXECUTE", "KILL"]],
    ["SELECT a INTO DUMPFILE 'x'", ["DUMPFILE"]],
    ["LOAD DATA; SELECT SETVAL(s, 1)", ["LOAD", "SETVAL"]],
    ["SELECT `call` FROM t", []],
  ])("%s acts by %j", (sql, acts) => expect(of(sql).acts).toEqual(acts));
});
