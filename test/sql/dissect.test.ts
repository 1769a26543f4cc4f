import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/sql/classify.ts";
import { dissect, keySelect, namedIn, quoteName } from "../../src/sql/dissect.ts";

const preview = (sql: string) => {
  const parts = dissect(sql);
  return parts === null ? null : keySelect(parts, ["id"], { forUpdate: true });
};

describe("the rows that a change would touch are selected by its own text", () => {
  it.each([
    [
      "UPDATE failover_jobs SET status=:s, note=:n WHERE id IN (:jobs) AND status = :old",
      "SELECT `id` FROM failover_jobs WHERE id IN (:jobs) AND status = :old FOR UPDATE",
      ["jobs", "old"],
    ],
    ["DELETE FROM t WHERE a=1", "SELECT `id` FROM t WHERE a=1 FOR UPDATE", []],
    ["delete from `d`.`t` x where x.a=1;", "SELECT `id` FROM `d`.`t` AS x WHERE x.a=1 FOR UPDATE", []],
    ["UPDATE t AS x SET x.a = 1", "SELECT `id` FROM t AS x FOR UPDATE", []],
    [
      "DELETE FROM t WHERE a=1 ORDER BY b DESC, c LIMIT 3 -- the end",
      "SELECT `id` FROM t WHERE a=1 ORDER BY b DESC, c LIMIT 3 FOR UPDATE",
      [],
    ],
    ["UPDATE t SET a='WHERE x' WHERE b=' ORDER BY '", "SELECT `id` FROM t WHERE b=' ORDER BY ' FOR UPDATE", []],
    [
      "UPDATE t SET a=(SELECT 1 FROM u WHERE v LIMIT 1) WHERE b IN (SELECT c FROM d WHERE e ORDER BY f)",
      "SELECT `id` FROM t WHERE b IN (SELECT c FROM d WHERE e ORDER BY f) FOR UPDATE",
      [],
    ],
    ["UPDATE t SET t.where=1 WHERE t.limit=2", "SELECT `id` FROM t WHERE t.limit=2 FOR UPDATE", []],
    ["UPDATE t SET a=1 WHERE b=2 # x\n AND c=3", "SELECT `id` FROM t WHERE b=2 # x\n AND c=3 FOR UPDATE", []],
  ])("%s", (sql, expected, names) => {
    expect(preview(sql)).toEqual({ sql: expected, names });
  });

  it("quotes the columns", () => {
    expect(quoteName("a`b")).toBe("`a``b`");
    for (const name of ["", "a\0"]) expect(() => quoteName(name)).toThrow("not a name of a column or table");
  });

  it("locks them only where it is told to, and knows every column that is asked for", () => {
    const parts = dissect("UPDATE t SET a = :a WHERE b = :b OR c = :b LIMIT 1");
    if (parts === null) throw new Error("it is not taken apart");
    expect(keySelect(parts, ["id", "a`b"], { forUpdate: false })).toEqual({
      sql: "SELECT `id`, `a``b` FROM t WHERE b = :b OR c = :b LIMIT 1",
      names: ["b"],
    });
    expect(() => keySelect(parts, [], { forUpdate: false })).toThrow("a key select needs columns");
  });

  it("tells where its clauses stand in its text", () => {
    const sql = "UPDATE `d`.t /* x */ SET a = 1 /* y */ WHERE b /* z */ ORDER BY c, d LIMIT 2 ;";
    const range = (text: string) => ({ start: sql.indexOf(text), end: sql.indexOf(text) + text.length, text });
    const mode = { noBackslashEscapes: true, ansiQuotes: false };
    expect(dissect(sql, mode)).toEqual({
      verb: "update",
      table: "`d`.t",
      alias: null,
      set: range("a = 1"),
      where: range("b"),
      order: range("c, d"),
      limit: range("2"),
      mode,
    });
    expect(dissect("DELETE FROM t AS x")).toMatchObject({ verb: "delete", alias: "x", set: null, where: null });
  });

  it("names each parameter of a text once, in order, by the mode of the server", () => {
    expect(namedIn("SELECT :b, :a, ':c', :b")).toEqual(["b", "a"]);
    expect(namedIn(String.raw`'\', :a, '`)).toEqual([]);
    expect(namedIn(String.raw`'\', :a`, { noBackslashEscapes: true, ansiQuotes: false })).toEqual(["a"]);
  });
});

describe("what is not understood is not taken apart", () => {
  it.each([
    "UPDATE t, u SET t.a=1 WHERE t.id=u.id",
    "UPDATE t JOIN u ON t.id=u.id SET t.a=1",
    "UPDATE t LEFT JOIN u USING (id) SET t.a=1",
    "UPDATE (t) SET a=1",
    "UPDATE t PARTITION (p0) SET a=1",
    "UPDATE t FOR PORTION OF p FROM 1 TO 2 SET a=1",
    "UPDATE LOW_PRIORITY t SET a=1",
    "UPDATE IGNORE t SET a=1",
    "UPDATE t SET",
    "UPDATE t WHERE a=1",
    "UPDATE t SET a=1 WHERE",
    "UPDATE t SET a=1 LIMIT 1 WHERE b=2",
    "UPDATE t SET a=1 WHERE b=2 WHERE c=3",
    "UPDATE t SET a=1 ORDER b",
    "UPDATE t SET a=1 RETURNING a",
    "DELETE t FROM t JOIN u",
    "DELETE t WHERE a=1",
    "DELETE FROM t USING t JOIN u",
    "DELETE FROM t, u USING t JOIN u",
    "DELETE FROM t.* WHERE a=1",
    "DELETE QUICK FROM t WHERE a=1",
    "DELETE HISTORY FROM t",
    "DELETE FROM t WHERE a=1 RETURNING a",
    "DELETE FROM t WHERE a=1; DELETE FROM u",
    "DELETE FROM t WHERE a=(1",
    "DELETE FROM t WHERE a=1)",
    "DELETE FROM t WHERE a='x",
    "DELETE FROM t /*! WHERE a=1 */",
    "DELETE FROM t WHERE a=1 /*M! OR 1 */",
    "DELETE /*+ x */ FROM t WHERE a=1",
    "WITH c AS (SELECT 1) DELETE FROM t WHERE a=1",
    "EXPLAIN DELETE FROM t",
    "ANALYZE UPDATE t SET a=1",
    "INSERT INTO t SET a=1",
    "UPDATE t AS SET a=1",
    "UPDATE t x y SET a=1",
    "UPDATE d. SET a=1",
    "UPDATE d.e.f SET a=1",
    "UPDATE 'd' SET a=1",
    "UPDATE QUICK t SET a=1",
    "UPDATE ONLY SET a=1",
    "UPDATE SET SET a=1",
    "UPDATE t SET a=1 ORDER BY",
    "UPDATE t SET a=1 LIMIT",
    "UPDATE t SET a=1 GROUP BY a",
    "UPDATE t SET a=1 WHERE b=1 HAVING c=1",
    "UPDATE t SET a=1 WHERE b=1 UNION SELECT 1",
    "UPDATE t SET a=1 WHERE b=1 INTO @x",
    "UPDATE t SET a=1 WHERE b=1 PROCEDURE f()",
    "UPDATE t SET a=1;;",
    "DELETE FROM t SET a=1",
    "DELETE FROM",
    "SELECT 1",
    "",
  ])("%s", (sql) => {
    expect(dissect(sql)).toBeNull();
  });
});

it("what was taken apart gives a select that reads, whatever stands in it", () => {
  const word = fc.constantFrom(
    "a",
    "`w h`",
    "'x'",
    "1",
    "=",
    "AND",
    "(",
    ")",
    ":p",
    "/* c */",
    "-- c\n",
    "IN",
    ",",
    "WHERE",
    "SET",
    "LIMIT",
    ".",
    "t",
    "ORDER BY",
    ";",
    '"',
    "\\",
  );
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(text, text, (set, where) => {
      const parts = dissect(`UPDATE t SET ${set} WHERE ${where}`);
      const select = parts === null ? "SELECT 1" : keySelect(parts, ["id"], { forUpdate: false }).sql;
      const { reasons } = classify(select, { sqlMode: "" });
      expect(reasons.filter((reason) => !/call|effects|odd place/.test(reason))).toEqual([]);
    }),
    { numRuns: 5000 },
  );
});
