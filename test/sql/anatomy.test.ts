/** What a changing statement is taken for: never for another kind of statement, and for nothing where that is not sure. */
import { describe, expect, it } from "vitest";
import { anatomy, type RowChange } from "../../src/sql/anatomy.ts";
import type { Token } from "../../src/sql/token.ts";

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

it.each([
  "UPDATE t, (SELECT 1) SET a = 1",
  "UPDATE (t) SET a = 1",
  "UPDATE t x, T X SET a = 1",
  "UPDATE t, t SET a = 1",
  "UPDATE a.b.c SET d = 1",
  "UPDATE t AS SET a = 1",
  "UPDATE t. SET a = 1",
  "UPDATE t SET a.b.c.d = 1",
  "UPDATE t INNER u SET a = 1",
  "UPDATE t JOIN u USING id SET a = 1",
  "UPDATE t JOIN SET a = 1",
  "UPDATE t u v SET a = 1",
  "UPDATE ONLY t SET a = 1",
  "UPDATE t, u SET t.a = 1 ORDER BY 1",
  "UPDATE t SET a = 1 WHERE 1 RETURNING a",
  "UPDATE t SET a =",
  "UPDATE t SET a = 1,",
  "UPDATE t SET a := 1",
  "UPDATE t SET a = 1)",
  "UPDATE t SET a = 1;;",
  "UPDATE t",
  "DELETE FROM t JOIN u USING (id)",
  "DELETE FROM a JOIN b USING (id), c WHERE 1",
  "DELETE t, t + u FROM t, u",
  "DELETE t, u",
  "DELETE QUICK t FROM t",
  "DELETE LOW_PRIORITY FROM t",
  "DELETE t QUICK FROM t",
  "DELETE t x FROM t",
  "DELETE t WHERE 1 FROM t",
  "DELETE t FROM t RETURNING a",
  "DELETE FROM t RETURNING a",
  "DELETE FROM t WHERE",
  "DELETE t",
  "DELETE FROM",
  "",
])("%s is read as nothing", (sql) => {
  expect(anatomy(sql)).toBeNull();
});

const changeOf = (sql: string): RowChange => {
  const change = anatomy(sql);
  if (change === null || change.verb === "insert") throw new Error("it is no change of rows");
  return change;
};
const textsOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join(" ");

describe("the tables of a change, each by schema, name, alias, and whether it is worked out", () => {
  it.each<[string, string[]]>([
    ["t", ["t as t"]],
    ["a.t AS x", ["a.t as x"]],
    ["`a b`.`t` `x`", ["a b.t as x"]],
    ["t.set", ["t.set as set"]],
    ["t x, t", ["t as x", "t as t"]],
    ["t JOIN u USING (id, b), v", ["t as t", "u as u", "v as v"]],
    ["t LEFT JOIN u ON left(t.a, 1) = right(u.b, 1) AND (u.c, 1) = (1, 2) JOIN v x", ["t as t", "u as u", "v as x"]],
    ["t CROSS JOIN u INNER JOIN v ON 1, w", ["t as t", "u as u", "v as v", "w as w"]],
    ["t NATURAL LEFT OUTER JOIN u RIGHT JOIN v ON 1", ["t as t", "u as u", "v as v"]],
    ["t STRAIGHT_JOIN u ON t.a = u.a", ["t as t", "u as u"]],
    ["t, (SELECT 1 AS q, 2 FROM w) AS d", ["t as t", "(…) as d"]],
    ["(WITH c AS (SELECT 1) SELECT 1) d, t", ["(…) as d", "t as t"]],
    ["t, JSON_TABLE('[]', '$' COLUMNS (a INT PATH '$')) j", ["t as t", "(…) as j"]],
    ["json_table", ["json_table as json_table"]],
  ])("UPDATE %s", (refs, sources) => {
    const change = changeOf(`UPDATE ${refs} SET a = 1`);
    const names = change.sources.map(({ schema, table, alias, derived }) =>
      derived ? `(…)${table} as ${alias}` : `${schema === null ? "" : `${schema}.`}${table} as ${alias}`,
    );
    expect(names).toEqual(sources);
    expect(change.refs).toBe(refs);
    expect(change.single).toBe(sources.length === 1);
  });
});

it("an UPDATE is taken apart into what it sets, which rows it means, and in which order", () => {
  const sql =
    "UPDATE a.t x SET x.b = c + 1, `d``e` = 'f', a.x.g = (h, 2) /* i */ WHERE j = /* k */ 2 ORDER BY l, m LIMIT 3 ; -- n";
  const change = changeOf(sql);
  expect(change).toMatchObject({
    where: "j = /* k */ 2",
    order: "l, m",
    limit: "3",
    text: sql.slice(0, sql.indexOf(" ;")),
    predicate: { start: sql.indexOf("j ="), end: sql.indexOf(" ORDER") },
  });
  expect(change.set.map(({ source, column, text, tokens }) => [source, column, text, textsOf(tokens)])).toEqual([
    ["x", "b", "c + 1", "c + 1"],
    [null, "d`e", "'f'", "'f'"],
    ["x", "g", "(h, 2)", "( h , 2 )"],
  ]);
  expect(textsOf(change.choice)).toBe("a . t x WHERE j = 2 ORDER BY l , m LIMIT 3");
  expect(textsOf(change.tokens)).toBe(
    "a . t x SET x . b = c + 1 , `d``e` = 'f' , a . x . g = ( h , 2 ) WHERE j = 2 ORDER BY l , m LIMIT 3",
  );
});

it("where a change has no predicate, there is a place for one before its order and its limit", () => {
  for (const [sql, end] of [
    ["UPDATE t SET a = 1;", "UPDATE t SET a = 1"],
    ["UPDATE t SET a = 1 ORDER BY a", "UPDATE t SET a = 1"],
    ["DELETE FROM t LIMIT 1", "DELETE FROM t"],
  ] as const)
    expect(changeOf(sql)).toMatchObject({ where: null, predicate: { start: end.length, end: end.length } });
});

it.each([
  ["DELETE FROM t x WHERE 1", "t x", ["x"]],
  ["DELETE FROM t WHERE a IN (SELECT 1 FROM u) ORDER BY a LIMIT 1", "t", ["t"]],
  ["DELETE t FROM t WHERE a IN (SELECT 1 FROM u) LIMIT 1", "t", ["t"]],
  ["DELETE a.x, y.* FROM t x, u y WHERE 1", "t x, u y", ["x", "y"]],
  ["DELETE FROM a.x.*, y USING t AS x JOIN u y USING (id)", "t AS x JOIN u y USING (id)", ["x", "y"]],
])("%s looks at %s and empties %j", (sql, refs, emptied) => {
  expect(changeOf(sql)).toMatchObject({ verb: "delete", refs, emptied, set: [] });
});

it("a text is read by the mode of the server", () => {
  const mode = { noBackslashEscapes: true, ansiQuotes: true };
  const change = anatomy(String.raw`UPDATE "t" SET a = '\' WHERE "b" = 1`, mode);
  expect(change).toMatchObject({ mode, where: '"b" = 1', sources: [{ table: "t" }] });
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
  ["INSERT INTO t (SELECT 1)", null, null, true],
  ["INSERT INTO t (WITH c AS (SELECT 1) SELECT 1)", null, null, true],
  ["INSERT t SET a=(1, 2)", ["a"], [["( 1 , 2 )"]], false],
  ["INSERT INTO t (a.b, `c`) VALUES (1, f(2, 3))", ["b", "c"], [["1"], ["f ( 2 , 3 )"]], false],
  ["INSERT INTO t (a) VALUES ()", [], [], false],
  ["INSERT INTO t VALUES (), ()", [], [], false],
  ["INSERT INTO t (a) SELECT DISTINCT a FROM u", ["a"], null, true],
  ["INSERT INTO t (a) SELECT ALL a FROM u", ["a"], null, true],
  ["INSERT INTO t (a) SELECT a EXCEPT SELECT 1", ["a"], null, true],
  ["INSERT INTO t (a) SELECT a INTERSECT SELECT 1", ["a"], null, true],
  ["INSERT INTO t (a, b) SELECT a, count(*) FROM u", ["a", "b"], [["a"], ["count ( * )"]], true],
  ["INSERT INTO t (a, b) SELECT a, u.* FROM u", ["a", "b"], null, true],
  ["INSERT INTO t (a, b) SELECT a, FROM u", ["a", "b"], null, true],
  ["INSERT INTO t (a) SELECT a WHERE 1", ["a"], [["a"]], true],
  ["INSERT INTO t (a) SELECT 1 GROUP BY 1", ["a"], [["1"]], true],
  ["INSERT INTO t (a) SELECT 1 HAVING 1", ["a"], [["1"]], true],
  ["INSERT INTO t (a) SELECT 1 ORDER BY 1", ["a"], [["1"]], true],
  ["INSERT INTO t (a) SELECT 1 LIMIT 1", ["a"], [["1"]], true],
  ["INSERT INTO t (a, b) VALUES (key, duplicate)", ["a", "b"], [["key"], ["duplicate"]], false],
])("%s is taken apart", (sql, columns, items, queried) => {
  const parts = anatomy(sql);
  if (parts?.verb !== "insert") throw new Error("it is no INSERT");
  const texts = parts.items?.map((column) => column.map((item) => item.map(({ text }) => text).join(" "))) ?? null;
  expect([parts.columns, texts, parts.queried]).toEqual([columns, items, queried]);
  expect(parts.sources).toEqual([{ table: "t", schema: null, alias: "t", derived: false }]);
  expect(anatomy(`${sql} ; -- the end`)).toMatchObject({ text: sql });
});

it("the calls of an INSERT are looked for in what fills its rows, not in its table", () => {
  const filling = (sql: string): string => textsOf(anatomy(sql)?.tokens ?? []);
  expect(filling("INSERT INTO t (a) VALUES (f())")).toBe("VALUES ( f ( ) )");
  expect(filling("INSERT INTO t SET a = f()")).toBe("a = f ( )");
  expect(filling("INSERT INTO t (a) SELECT f()")).toBe("SELECT f ( )");
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
  "INSERT INTO t (a, ) VALUES (1)",
  "INSERT INTO t (a b) VALUES (1)",
  "INSERT INTO t SET a = 1, b",
  "INSERT INTO t (a) VALUES (1), 2",
  "INSERT INTO t (a) VALUES (1) 2",
  "INSERT INTO t VALUES",
  "INSERT INTO t (a) TABLE u",
  "INSERT INTO t x",
  "INSERT INTO a.b.c VALUES (1)",
  "INSERT INTO t PARTITION (p) VALUES (1)",
  "INSERT INTO t (a) SELECT 1 INTO @x",
  "INSERT INTO t (a) SELECT 1 FROM u PROCEDURE v()",
  "INSERT DELAYED INTO t (a) VALUES (1)",
  "INSERT LOW_PRIORITY VALUES (1)",
  "REPLACE INTO t (a) VALUES (1)",
])("%s is no INSERT of new rows alone", (sql) => {
  expect(anatomy(sql)).toBeNull();
});
