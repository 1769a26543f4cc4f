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

  it.each<[string, Record<string, Bindable | Bindable[]>, string | null, string]>([
    ["SELECT :a", {}, "a", "there is no value for :a"],
    ["SELECT :a", { a: "1", b: "2" }, "b", "the statement does not use :b"],
    ["SELECT 1 WHERE a IN (:a)", { a: [] }, "a", "the list :a is empty"],
    ["SELECT :a", { a: ["1"] }, "a", ":a is a list, which may stand only inside IN (…)"],
    ["SELECT ?", {}, null, "use :name, not ?"],
    ["SELECT 'a", {}, null, "the statement holds something that is never closed"],
  ])("says of %s what is wrong and with which name", (sql, values, name, message) => {
    expect(bindNamed(sql, values)).toMatchObject({ ok: false, error: { name, message } });
  });

  it.each([
    ["SELECT 1 WHERE a IN (:b, :a, 1, 'x')", true],
    ["SELECT 1 WHERE a IN (1, 'x', :b, :a)", true],
    ["SELECT 1 WHERE a IN (:b, f(1), :a)", false],
    ["SELECT 1 WHERE a IN (:b, :a + 1)", false],
    ["SELECT 1 WHERE a IN :b, :a", false],
    ["IN (:b :a", false],
    ["(:b, :a)", false],
    [":a, :b", false],
    [":b, :a", false],
  ])("a list may stand in %s: %j", (sql, isAllowed) => {
    expect(bindNamed(sql, { a: ["1", "2"], b: "3" }).ok).toBe(isAllowed);
  });

  it("says of a value that cannot be bound which it is and what it is", () => {
    const bind = (value: unknown) => () => bindNamed("SELECT :a", { a: value as string });
    expect(bind(1)).toThrow("the value of :a is a number; only text, bytes and null can be bound");
    expect(bind(["1", true])).toThrow("the value of :a is a boolean; only text, bytes and null can be bound");
  });

  it("binds bytes as they are, and reads quotes by the server's mode", () => {
    const bytes = new Uint8Array([1, 2]);
    expect(bindNamed("SELECT :a", { a: bytes })).toEqual({ ok: true, value: { sql: "SELECT ?", values: [bytes] } });
    const sql = String.raw`SELECT '\', :a, ''`;
    expect(bindNamed(sql, { a: "1" }).ok).toBe(false);
    expect(bindNamed(sql, { a: "1" }, { noBackslashEscapes: true, ansiQuotes: false }).ok).toBe(true);
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
