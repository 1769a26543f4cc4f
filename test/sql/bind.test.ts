import { describe, expect, it } from "vitest";
import { type Bindable, bindNamed } from "../../src/sql/bind.ts";

describe("binding", () => {
  it("puts each value in its place, in order, as often as it is named", () => {
    expect(bindNamed("UPDATE t SET a=:a, b=:b WHERE c=:a", { a: "1", b: null })).toEqual({
      ok: true,
      value: { sql: "UPDATE t SET a=?, b=? WHERE c=?", values: ["1", null, "1"] },
    });
  });

  it("gives each item of a list its placeholder", () => {
    expect(
      bindNamed("SELECT 1 WHERE a IN (:a) AND b NOT IN ( 'x', :b , :c )", { a: ["1", "2"], b: ["3"], c: "4" }),
    ).toEqual({
      ok: true,
      value: { sql: "SELECT 1 WHERE a IN (?, ?) AND b NOT IN ( 'x', ? , ? )", values: ["1", "2", "3", "4"] },
    });
  });

  it("leaves strings, comments, quoted names and assignments alone", () => {
    const sql = "SELECT ':a', \":a\", `:a`, @x:=1 /* :a */ -- :a\n # :a";
    expect(bindNamed(sql, {})).toEqual({ ok: true, value: { sql, values: [] } });
  });

  it.each<[string, Record<string, Bindable | Bindable[]>, string]>([
    ["SELECT :a", {}, "unknown-name"],
    ["SELECT :toString", {}, "unknown-name"],
    ["SELECT 1", { a: "1" }, "unused-name"],
    ["SELECT ':a'", { a: "1" }, "unused-name"],
    ["SELECT 1 WHERE a IN (:a)", { a: [] }, "empty-list"],
    ["SELECT 1 WHERE a = :a", { a: ["1"] }, "list-outside-in"],
    ["SELECT f(:a)", { a: ["1", "2"] }, "list-outside-in"],
    ["SELECT 1 WHERE a IN (f(:a))", { a: ["1", "2"] }, "list-outside-in"],
    ["SELECT 1 WHERE a IN (1 + :a)", { a: ["1", "2"] }, "list-outside-in"],
    ["SELECT 1 WHERE a = ? AND b = :b", { b: "1" }, "positional"],
    ["SELECT ':a", { a: "1" }, "malformed"],
  ])("refuses %s with %j", (sql, values, kind) => {
    expect(bindNamed(sql, values)).toMatchObject({ ok: false, error: { kind } });
  });

  it.each([1, 1n, true, undefined, {}, [1], new Date(0), [["a"]]])("throws on %o", (value) => {
    expect(() => bindNamed("SELECT 1 WHERE a IN (:a)", { a: value as unknown as string })).toThrow(TypeError);
  });

  it("binds 2000 hostile values without letting one into the text", () => {
    const hostile = Array.from({ length: 2000 }, (_, index) => `'"\`\\); DROP TABLE t; -- ${index} :b ? \0`);
    const bound = bindNamed("SELECT 1 WHERE a IN (:a)", { a: hostile });
    expect(bound).toMatchObject({ ok: true, value: { values: hostile } });
    expect(bound.ok && bound.value.sql.replaceAll("?, ", "")).toBe("SELECT 1 WHERE a IN (?)");
  });
});
