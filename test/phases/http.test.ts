/** An `http` step over a service that a test plays: what each answer comes to, and what is asked of it. */
import { describe, expect, it } from "vitest";
import type { Attempt } from "../../src/phases/change-kind.ts";
import type { Scope } from "../../src/phases/expression.ts";
import { httpChange, type HttpChangeSpec } from "../../src/phases/kinds/http/change.ts";
import { httpGet, type HttpReadSpec } from "../../src/phases/kinds/http/read.ts";
import { http } from "../../src/phases/kinds/http/index.ts";
import type { HttpPort, HttpReply, HttpSent } from "../../src/ports/http.ts";
import type { JsonObject } from "../../src/ports/json.ts";
import { failure } from "../../src/ports/outcome.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { err, ok } from "../../src/ports/result.ts";
import { bad, good } from "../support/result.ts";

const scope = { target: { id: "a/b" }, facts: {}, inputs: {}, run: { id: "r" } } as unknown as Scope;
const JOB = {
  id: "result.job",
  poll: "/jobs/${job}/${target.id}",
  query: { of: "job", full: "true" },
  done: "result.state == 'done'",
  failed: "result.state == 'failed'",
  message: "result.error",
};
const SPEC: HttpChangeSpec = { kind: "http", op: "post", path: "/boats/${target.id}", connection: "sea" };

interface Sea {
  readonly ports: Ports;
  readonly asked: string[];
}

/** Services by name; the first answers so. */
function sea(answer: Partial<HttpReply> | HttpSent, ...names: readonly string[]): Sea {
  const asked: string[] = [];
  const reply = { status: 200, excerpt: "", ...answer } as HttpReply;
  const port = (name: string): HttpPort => ({
    name,
    ask: async (path) => {
      asked.push(`${name}: GET ${path}`);
      return "kind" in answer ? err(failure("unreachable", "nobody there")) : ok(reply);
    },
    send: async ({ method, path, json }) => {
      asked.push(`${name}: ${method} ${path} ${JSON.stringify(json) ?? ""}`.trimEnd());
      return "kind" in answer ? answer : { kind: "answered", reply };
    },
  });
  const all = names.length === 0 ? ["sea"] : names;
  return { ports: { http: Object.fromEntries(all.map((name) => [name, port(name)])) } as unknown as Ports, asked };
}

const requestOf = (spec: HttpChangeSpec): JsonObject => good(httpChange.request(spec, scope));
const attempt = (spec: HttpChangeSpec, more: Partial<Attempt> = {}): Attempt => ({
  request: requestOf(spec),
  preview: null,
  prepared: {},
  tag: { run: "r", step: "s", attempt: "a" },
  remote: null,
  known: null,
  ...more,
});
const dispatched = (spec: HttpChangeSpec, answer: Partial<HttpReply> | HttpSent) =>
  httpChange.dispatch(attempt(spec), sea(answer).ports);

describe("a request", () => {
  it("is sent as it was approved", async () => {
    const spec: HttpChangeSpec = {
      ...SPEC,
      query: { all: "true" },
      body: { id: "target.id" },
      job: JOB,
      accepted: [202],
    };
    const { ports, asked } = sea({ status: 202, json: { job: 7 } });
    expect(await httpChange.dispatch(attempt(spec), ports)).toEqual({ kind: "accepted", id: "7" });
    expect(asked).toEqual(['sea: POST /boats/a%2Fb?all=true {"id":"a/b"}']);
    expect(httpChange.requestLines(requestOf(spec))).toEqual([
      "on the connection sea:",
      "POST /boats/a%2Fb?all=true",
      "{",
      '  "id": "a/b"',
      "}",
      "taken when it answers 202",
      "its job is result.job of the answer, asked about with GET /jobs/‹job›/a%2Fb?of=‹job›&full=true:",
      "done when result.state == 'done', failed when result.state == 'failed'",
    ]);
    expect(httpChange.effects(requestOf(spec), null)).toEqual([
      { what: "POST /boats/‹target.id›", verb: "", count: 1 },
    ]);
  });

  it.each<[string, HttpChangeSpec, RegExp]>([
    ["a path", { ...SPEC, path: "/boats/${target.none}" }, /^path \(target\.none\)/u],
    ["a query", { ...SPEC, query: { a: "null" } }, /^query a/u],
    ["a body", { ...SPEC, body: "target.none" }, /^body \(target\.none\)/u],
    ["a job", { ...SPEC, job: { ...JOB, poll: "/jobs/${job}/${target.none}" } }, /^job\.poll/u],
  ])("is none without %s", (_what, spec, message) => {
    expect(bad(httpChange.request(spec, scope)).message).toMatch(message);
  });

  it("is destroying where it deletes", () => {
    expect(["post", "put", "patch"].map((op) => httpChange.risk({ ...SPEC, op } as HttpChangeSpec))).toEqual(
      Array(3).fill("change"),
    );
    expect(httpChange.risk({ ...SPEC, op: "delete" })).toBe("destroy");
  });
});

describe("an answer", () => {
  it.each<[string, HttpChangeSpec, Partial<HttpReply> | HttpSent, object]>([
    ["200", SPEC, { status: 200 }, { kind: "applied" }],
    ["200 where 202 was meant", { ...SPEC, accepted: [202] }, { status: 200 }, { kind: "unknown" }],
    ["404 where it is accepted", { ...SPEC, accepted: [200, 404] }, { status: 404 }, { kind: "applied" }],
    ["404", SPEC, { status: 404 }, { kind: "unknown", word: { code: "404" } }],
    [
      "500",
      SPEC,
      { status: 500, excerpt: "no memory" },
      { kind: "unknown", evidence: { status: 500, answer: "no memory" } },
    ],
    ["303", SPEC, { status: 303 }, { kind: "unknown" }],
    ["none", SPEC, { kind: "lost", message: "hung up" }, { kind: "unknown", message: "hung up" }],
    ["nobody", SPEC, { kind: "not-sent", message: "refused" }, { kind: "not-applied", why: "not-sent" }],
    ["no JSON for a job", { ...SPEC, job: JOB }, { status: 200, excerpt: "ok" }, { kind: "unknown" }],
    ["no id for a job", { ...SPEC, job: JOB }, { json: {} }, { kind: "unknown" }],
    ["an empty id", { ...SPEC, job: JOB }, { json: { job: "" } }, { kind: "unknown" }],
    ["a map for an id", { ...SPEC, job: JOB }, { json: { job: {} } }, { kind: "unknown" }],
    ["an id without end", { ...SPEC, job: JOB }, { json: { job: "x".repeat(201) } }, { kind: "unknown" }],
  ])("%s", async (_what, spec, answer, outcome) => {
    expect(await dispatched(spec, answer)).toMatchObject({ kind: "ended", outcome });
  });

  it("of 500 is no word that nothing more will come", async () => {
    expect(await dispatched(SPEC, { status: 500 })).not.toHaveProperty("outcome.word");
    expect(await dispatched(SPEC, { status: 303 })).not.toHaveProperty("outcome.word");
  });
});

describe("a job", () => {
  const poll = (answer: Partial<HttpReply> | HttpSent, id = "7/8") => {
    const { ports, asked } = sea(answer);
    return httpChange.poll(id, requestOf({ ...SPEC, job: JOB }), ports).then((observation) => ({ observation, asked }));
  };

  it("is asked about by its id, in its place", async () => {
    const { observation, asked } = await poll({ json: { state: "going" } });
    expect(observation).toEqual({ ok: true, value: null });
    expect(asked).toEqual(["sea: GET /jobs/7%2F8/a%2Fb?of=7%2F8&full=true"]);
  });

  it.each<[string, Partial<HttpReply> | HttpSent, object]>([
    ["done", { json: { state: "done" } }, { value: { kind: "applied" } }],
    [
      "failed",
      { json: { state: "failed", error: "no wind" } },
      { value: { kind: "unknown", word: { code: null }, message: "sea says that its job 7/8 failed: no wind" } },
    ],
    ["forgotten", { status: 404 }, { value: { kind: "unknown" } }],
    ["without a state", { json: {} }, { error: { kind: "garbled" } }],
    ["in a state that is no text", { json: { state: 1 } }, { ok: true }],
    ["no JSON", { excerpt: "<html>" }, { error: { kind: "garbled" } }],
    ["in trouble", { status: 502 }, { error: { kind: "unreachable", code: "502" } }],
    ["refused", { status: 401 }, { error: { kind: "refused", code: "401" } }],
    ["not answered", { kind: "lost", message: "" }, { error: { kind: "unreachable" } }],
  ])("%s", async (_what, answer, expected) => expect((await poll(answer)).observation).toMatchObject(expected));

  it("that is done and failed at once is not understood", async () => {
    const job = { ...JOB, failed: "true" };
    const both = await httpChange.poll("7", requestOf({ ...SPEC, job }), sea({ json: { state: "done" } }).ports);
    expect(both).toMatchObject({ error: { kind: "garbled" } });
  });
});

describe("after a lost answer", () => {
  const settled = (spec: HttpChangeSpec, more: Partial<Attempt>, answer: Partial<HttpReply> | HttpSent = {}) => {
    const { ports, asked } = sea(answer);
    return httpChange.settle(attempt(spec, more), ports).then((trail) => ({ trail, asked }));
  };

  it("nothing is known of a request without a job, and nothing is asked", async () => {
    const { trail, asked } = await settled(SPEC, {});
    expect(trail).toMatchObject({ kind: "ended", outcome: { kind: "unknown" } });
    expect(asked).toEqual([]);
    const known = { kind: "unknown", message: "answers 409", evidence: {}, word: { code: "409" } } as const;
    expect((await settled(SPEC, { known })).trail).toEqual({ kind: "ended", outcome: known });
  });

  it("a job is asked about: it goes on, ended, or nobody can tell", async () => {
    const spec = { ...SPEC, job: JOB };
    const look = async (answer: Partial<HttpReply> | HttpSent) => (await settled(spec, { remote: "7" }, answer)).trail;
    expect(await look({ json: { state: "going" } })).toEqual({ kind: "accepted", id: "7" });
    expect(await look({ json: { state: "done" } })).toMatchObject({ outcome: { kind: "applied" } });
    expect(await look({ kind: "lost", message: "" })).toMatchObject({ outcome: { kind: "unknown" } });
    expect(await look({ json: { state: "failed" } })).toMatchObject({
      outcome: { kind: "unknown", word: { code: null } },
    });
    expect(await look({ status: 404 })).not.toHaveProperty("outcome.word");
  });
});

describe("a question", () => {
  const READ: HttpReadSpec = { kind: "http", op: "get", path: "/boats/${target.id}", columns: { id: "text" } };
  const ask = (answer: Partial<HttpReply> | HttpSent, more: Partial<HttpReadSpec> = {}) =>
    httpGet.ask({ ...READ, ...more }, scope, sea(answer).ports);

  it("has rows for an answer", async () => {
    expect(await ask({ json: [{ id: "a", more: 1 }] })).toEqual({ ok: true, value: [{ id: "a" }] });
  });

  it.each<[string, Partial<HttpReply> | HttpSent, Partial<HttpReadSpec>, object]>([
    ["404 where it means none", { status: 404 }, { missing: "empty" }, { value: [] }],
    ["404", { status: 404 }, {}, { error: { kind: "refused", code: "404" } }],
    ["401 where 404 means none", { status: 401 }, { missing: "empty" }, { error: { kind: "refused" } }],
    ["503", { status: 503 }, {}, { error: { kind: "unreachable", code: "503" } }],
    ["302", { status: 302 }, {}, { error: { kind: "garbled" } }],
    ["a code that is accepted", { status: 299, json: [] }, { accepted: [299] }, { value: [] }],
    ["200 where another is", { status: 200, json: [] }, { accepted: [299] }, { error: { kind: "garbled" } }],
    ["no JSON", { excerpt: "<html>" }, {}, { error: { kind: "garbled" } }],
    ["other rows", { json: [{ ids: 1 }] }, {}, { error: { kind: "garbled" } }],
    ["nobody", { kind: "lost", message: "" }, {}, { error: { kind: "unreachable" } }],
    ["no value", { json: [] }, { path: "/${target.none}" }, { error: { kind: "garbled" } }],
  ])("%s", async (_what, answer, more, expected) => expect(await ask(answer, more)).toMatchObject(expected));
});

describe("a connection", () => {
  it("need not be named where there is only one", () => {
    expect(http.lacks?.({}, sea({}).ports)).toBeNull();
    expect(http.lacks?.({}, sea({}, "sea", "lake").ports)).toContain("name one with connection");
    expect(http.lacks?.({ connection: "lake" }, sea({}, "sea", "lake").ports)).toBeNull();
    expect(http.lacks?.({ connection: "toString" }, sea({}).ports)).toContain("no http connection toString");
  });

  it("that is not there is sent nothing", async () => {
    const { ports, asked } = sea({}, "sea", "lake");
    const { connection: _connection, ...unnamed } = SPEC;
    expect(await httpChange.dispatch(attempt(unnamed), ports)).toMatchObject({ outcome: { why: "not-sent" } });
    expect(asked).toEqual([]);
  });
});
