/** Values in the path, the query and the body of a request: each is encoded for its place, and none can leave it. */
import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import type { Scope } from "../../src/phases/expression.ts";
import { jsonOf, leavesOf } from "../../src/phases/json-tree.ts";
import { jobPathOf, pathOf, pathOutline, pathTrouble, withJob } from "../../src/phases/url-path.ts";
import { queryOf, queryText } from "../../src/phases/url-query.ts";

const scope = (target: object, facts: object = {}): Scope => ({ target, facts, inputs: {} }) as unknown as Scope;
const TEMPLATE = "/boats/${target.id}/moor";
const path = (id: unknown, template = TEMPLATE): unknown => pathOf("path", template, scope({ id }));

describe("a path", () => {
  it.each([
    ["a/b", "/boats/a%2Fb/moor"],
    ["?x=1#y", "/boats/%3Fx%3D1%23y/moor"],
    ["%2e%2e", "/boats/%252e%252e/moor"],
    ["ü \n", "/boats/%C3%BC%20%0A/moor"],
    ["{job}", "/boats/%7Bjob%7D/moor"],
    [7, "/boats/7/moor"],
  ])("holds %j encoded", (id, value) => expect(path(id)).toEqual({ ok: true, value }));

  it.each(["", ".", "..", "\ud800", null, true, ["a"]])("refuses %j", (id) => {
    expect(path(id)).toMatchObject({ ok: false });
  });

  it("refuses what becomes a step upwards only together with the text beside it", () => {
    expect(pathOf("path", "/boats/.${target.id}", scope({ id: "x" }))).toMatchObject({ value: "/boats/.x" });
    expect(pathOf("path", "/boats/${target.id}${target.id}", scope({ id: "." }))).toMatchObject({ ok: false });
    expect(pathOf("path", "/boats/${target.a}.${target.b}", scope({ a: "a", b: "." }))).toMatchObject({ ok: false });
  });

  it("is the same number of segments below the same root, whatever the value", () => {
    assert(
      property(string({ unit: "binary" }), (id) => {
        const made = pathOf("path", TEMPLATE, scope({ id }));
        if (!made.ok) return;
        const url = new URL(`http://boats.example/api${made.value}`);
        expect([url.host, url.search, url.hash]).toEqual(["boats.example", "", ""]);
        expect(url.pathname).toMatch(/^\/api\/boats\/[^/]+\/moor$/u);
      }),
    );
  });

  it.each([
    "boats",
    "//x",
    "/a//b",
    "/a/../b",
    "/./b",
    "/a?b",
    "/a#b",
    "/a b",
    "/%2e",
    "/a\\b",
    "/{job}",
    "/ü",
    "/${x",
  ])("is refused by lint as %j", (template) => expect(pathTrouble(template)).not.toBeNull());

  it("has a place for the id of a job, which is encoded too", () => {
    const made = jobPathOf("poll", "/jobs/${job}/${target.id}", scope({ id: "a" }));
    expect(pathOf("path", "/jobs/${job}", scope({ id: "a" }))).toMatchObject({ ok: false });
    expect(made).toMatchObject({ value: "/jobs/{job}/a" });
    expect(withJob("/jobs/{job}/a", "$& /")).toEqual({ ok: true, value: "/jobs/%24%26%20%2F/a" });
    expect(withJob("/jobs/{job}/a", "..")).toMatchObject({ ok: false });
  });

  it("is outlined without values", () => expect(pathOutline(TEMPLATE)).toBe("/boats/‹target.id›/moor"));
});

describe("a query", () => {
  it("encodes names and values, and repeats a parameter for a list", () => {
    const made = queryOf({ "a[b]": "target.id", n: "1", all: "true", e: "['x', 'y&z']" }, scope({ id: "a=b&c" }));
    expect(made.ok && queryText(made.value)).toBe("?a%5Bb%5D=a%3Db%26c&n=1&all=true&e=x&e=y%26z");
    expect(queryText({})).toBe("");
  });

  it.each(["null", "{'a': 1}", "[null]", "target.none", "'\\uD800'"])("has no place for %s", (expression) => {
    expect(queryOf({ a: expression }, scope({}))).toMatchObject({ ok: false });
  });
});

describe("a body", () => {
  const tree = { name: "target.id", list: ["1", "{'deep': [true, null]}"], inner: { x: "facts.ids" } };

  it("is what its leaves say, as values", () => {
    expect(jsonOf(tree, scope({ id: '","x":"' }, { ids: ["a"] }))).toEqual({
      ok: true,
      value: { name: '","x":"', list: [1, { deep: [true, null] }], inner: { x: ["a"] } },
    });
    expect(jsonOf("{'a': 1}", scope({}))).toEqual({ ok: true, value: { a: 1 } });
  });

  it("has a leaf for each expression, with the way to it", () => {
    expect(leavesOf(tree).map(([way]) => way.join("."))).toEqual(["name", "list.0", "list.1", "inner.x"]);
  });

  it.each(["target.none", "1.5", "9007199254740993"])("cannot be made of %s", (expression) => {
    expect(jsonOf({ a: expression }, scope({}))).toMatchObject({ ok: false });
  });
});
