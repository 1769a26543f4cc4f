/** The parts of the endpoint by themselves: who may ask, what a body is, what its table says of each route. */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { endpoint } from "../../src/packs/appliance/endpoint/index.ts";
import { health, runList, runState } from "../../src/serve/answers.ts";
import { bodyOf, MOST_BODY } from "../../src/serve/body.ts";
import { rateLimit, tokenCheck } from "../../src/serve/guard.ts";
import { listen } from "../../src/serve/listen.ts";
import { openApi } from "../../src/serve/openapi.ts";
import type { Env, Route } from "../../src/serve/route.ts";
import { COMMON, routesOf } from "../../src/serve/routes.ts";
import { runView } from "../../src/serve/views.ts";
import { Secret } from "../../src/text/secret.ts";
import { History } from "../engine/history.ts";
import { bad } from "../support/result.ts";
import { endpointOver, optionsOver } from "./desk.ts";

const PLATFORM = [globalThis.Request, globalThis.Response];

test("listening changes nothing that the rest of the program uses", async () => {
  await endpointOver({});
  expect(globalThis.Request).toBe(PLATFORM[0]);
  expect(globalThis.Response).toBe(PLATFORM[1]);
});

describe("a token", () => {
  const knows = tokenCheck(new Secret("token", "the-token"));
  test.each(["Bearer the-token", "bearer the-token", "BEARER the-token"])("is known in %j", (header) => {
    expect(knows(header)).toBe(true);
  });
  test.each([
    undefined,
    "",
    "the-token",
    "Bearer",
    "Bearer ",
    "Bearer  the-token",
    "xBearer the-token",
    "Bearer the-token x",
    "Bearer The-Token",
    "Bearer the-toke",
  ])("is not in %j", (header) => expect(knows(header)).toBe(false));
  test("that is empty is known by nobody", () => {
    const none = tokenCheck(new Secret("token", ""));
    expect([none(undefined), none(""), none("Bearer ")]).toEqual([false, false, false]);
  });
});

test("a call beyond the rate waits whole seconds, rounded up, until there is room for one", () => {
  let time = 5000;
  const wait = rateLimit({ burst: 1, per_second: 0.4 }, () => time);
  expect([wait(), wait()]).toEqual([0, 3]);
  time += 2400;
  expect(wait()).toBe(1);
  time += 100;
  expect(wait()).toBe(0);
});

describe("a body", () => {
  const incoming = (chunks: Iterable<Buffer>, headers = {}): IncomingMessage & Readable =>
    Object.assign(Readable.from(chunks), { headers }) as never;

  test("is read to its end, in however many pieces it comes", async () => {
    const body = incoming([Buffer.alloc(MOST_BODY - 1), Buffer.alloc(1)]);
    expect([(await bodyOf(body))?.length, body.readableEnded]).toEqual([MOST_BODY, true]);
    expect(await bodyOf(incoming([Buffer.from("{"), Buffer.from("}")]))).toEqual(Buffer.from("{}"));
    expect(await bodyOf(incoming([]))).toEqual(Buffer.alloc(0));
  });

  test("is too large by one byte, and its stream is left as it is, for the answer", async () => {
    const body = incoming([Buffer.alloc(MOST_BODY), Buffer.alloc(1), Buffer.alloc(1)]);
    expect([await bodyOf(body), body.destroyed]).toEqual([null, false]);
  });

  test("that says it is too large is not read at all", async () => {
    const body = incoming([Buffer.alloc(1)], { "content-length": String(MOST_BODY + 1) });
    expect([await bodyOf(body), body.readableDidRead]).toEqual([null, false]);
    expect(await bodyOf(incoming([Buffer.alloc(1)], { "content-length": String(MOST_BODY) }))).toHaveLength(1);
  });

  test("that broke off is none", async () => {
    function* pieces(): Generator<Buffer> {
      yield Buffer.alloc(1);
      throw new Error("it broke off");
    }
    expect(await bodyOf(incoming(pieces()))).toBeNull();
  });
});

const BELL: Route = {
  method: "POST",
  path: "/api/v1/bells/{bell}/rings/{ring}",
  id: "ring",
  says: "Rings.",
  headers: { "X-Loud": "how loud" },
  answers: { 200: { says: "it rang", body: z.strictObject({ rang: z.boolean() }) } },
  handle: (c) => c.json({ bell: c.req.param("bell"), ring: c.req.param("ring") }),
};
const DOOR: Route = {
  ...BELL,
  method: "GET",
  id: "listen",
  open: true,
  headers: {},
  answers: { 200: { says: "a sound", body: null, media: "audio/wav" } },
};

describe("the description of a route", () => {
  test("has what the table says of it, and nothing else", () => {
    const parameter = (name: string) => ({ name, in: "path", required: true, schema: { type: "string" } });
    const rang = {
      type: "object",
      properties: { rang: { type: "boolean" } },
      required: ["rang"],
      additionalProperties: false,
    };
    expect(openApi([BELL, DOOR], "A house.")).toEqual({
      openapi: "3.1.0",
      info: { title: "Handrail", version: "1", description: "A house." },
      paths: {
        [BELL.path]: {
          post: {
            operationId: "ring",
            summary: "Rings.",
            parameters: [
              parameter("bell"),
              parameter("ring"),
              { name: "X-Loud", in: "header", description: "how loud", schema: { type: "string" } },
            ],
            responses: { 200: { description: "it rang", content: { "application/json": { schema: rang } } } },
            security: [{ bearer: [] }],
          },
          get: {
            operationId: "listen",
            summary: "Rings.",
            parameters: [parameter("bell"), parameter("ring")],
            responses: { 200: { description: "a sound", content: { "audio/wav": {} } } },
            security: [],
          },
        },
      },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    });
  });

  test("is a sentence for each route, answer and header, and names every answer that may come", () => {
    const statuses = (route: Route): [string, string, string, string[]] => [
      route.id,
      route.method,
      route.path,
      Object.keys(route.answers),
    ];
    const common = ["401", "413", "429", "500"];
    const routes = routesOf({ ...endpoint, routes: [] });
    expect(routes.map(statuses)).toEqual([
      [
        "beginRun",
        "POST",
        "/api/v1/runs",
        ["200", "202", "400", "401", "403", "404", "409", "413", "422", "429", "500", "503"],
      ],
      ["listRuns", "GET", "/api/v1/runs", ["200", ...common]],
      ["getRun", "GET", "/api/v1/runs/{id}", ["200", "401", "404", "413", "429", "500"]],
      ["streamRun", "GET", "/api/v1/runs/{id}/events", ["200", "400", "401", "404", "413", "429", "500", "503"]],
      ["health", "GET", "/healthz", ["200", "429", "500", "503"]],
      ["openApi", "GET", "/openapi.json", ["200", "429", "500"]],
    ]);
    expect(Object.keys(COMMON)).toEqual(common);
    for (const { says, answers, headers = {} } of routes)
      for (const text of [says, ...Object.values(answers).map((answer) => answer.says), ...Object.values(headers)])
        expect(text).toMatch(/^\S.+\S$/u);
  });
});

test("each segment of a path reaches its route, and a path with two methods tells both", async () => {
  const house = { description: "", routes: [BELL, DOOR], health: { says: "?", parts: [] } };
  const ask = await endpointOver({}, { extension: house });
  const path = "/api/v1/bells/front/rings/2";
  expect(JSON.parse((await ask(path, { method: "POST" })).text)).toEqual({ bell: "front", ring: "2" });
  const wrong = await ask(path, { method: "PUT" });
  expect([wrong.status, wrong.headers.allow, JSON.parse(wrong.text)]).toEqual([
    405,
    "POST, GET",
    { error: "only POST and GET are answered here", request: "request-2" },
  ]);
});

test("a stranger is told so before it is told what there is", async () => {
  const ask = await endpointOver({});
  const headers = { authorization: "" };
  for (const path of ["/api/v1/nothing", "/api/v1/runs", "/healthz/x"])
    expect([path, (await ask(path, { headers })).status]).toEqual([path, 401]);
});

test("the newest two hundred runs are listed", async () => {
  const limits: number[] = [];
  const run = { run_id: "r", runbook: "b", created: "c", in_doubt: true, targets: [{ key: "k", label: "l" }] };
  const states = ["queued", "running", "paused", "left-in-the-middle", "closed"] as const;
  const runs = (limit: number) => {
    limits.push(limit);
    return states.map((status) => ({ ...run, status }));
  };
  const ask = await endpointOver({ runs });
  const { text } = await ask("/api/v1/runs");
  expect(runList.parse(JSON.parse(text)).runs).toEqual(states.map((status) => ({ ...run, status })));
  expect(limits).toEqual([200]);
});

describe("an answer is of the form that is described", () => {
  const list = (run: object) =>
    runList.safeParse({
      version: 2,
      runs: [{ run_id: "r", runbook: "b", created: "c", status: "closed", in_doubt: false, targets: [], ...run }],
    }).success;
  test.each([
    [{}, true],
    [{ status: "open" }, false],
    [{ in_doubt: null }, false],
    [{ more: 1 }, false],
    [{ targets: [{ key: "k" }] }, false],
    [{ targets: [{ key: "k", label: "l", more: 1 }] }, false],
  ])("of a run in a list, %j: %j", (run, isOf) => expect(list(run)).toBe(isOf));

  test.each([
    [{}, true],
    ...["read", "change", "gate"].map((does) => [{ does }, true] as const),
    ...["observation", "statement", "inference"].map((basis) => [{ basis }, true] as const),
    [{ mark: null }, true],
    [{ does: "wait" }, false],
    [{ basis: "hope" }, false],
    [{ more: 1 }, false],
    [{ says: null }, false],
  ] as const)("of a step, %j: %j", (over, isOf) => {
    const step = {
      step: "s",
      item: "",
      title: "t",
      does: "read",
      status: "s",
      mark: "m",
      basis: "observation",
      says: "",
    };
    const phases = [{ phase: "p", title: "t", status: "s", steps: [{ ...step, ...over }] }];
    const target = { key: "k", label: "l", status: "s", says: "", phases };
    const run = { version: 2, run_id: "r", status: "closed", runbook: "b", seq: 1, exit: 0, says: "", next: "n" };
    expect(runState.safeParse({ ...run, targets: [target], receipt: null }).success).toBe(isOf);
  });

  test("of health, part by part", () => {
    const schema = health(["door", "bell"]);
    const part = { well: true, says: "" };
    expect(schema.safeParse({ well: true, door: part, bell: part }).success).toBe(true);
    for (const wrong of [
      { well: true, door: part },
      { well: true, door: part, bell: { well: true } },
    ])
      expect(schema.safeParse(wrong).success).toBe(false);
  });
});

describe("where it cannot listen", () => {
  test("an address that this machine has not is said with the way on", async () => {
    expect(bad(await listen({ ...optionsOver(), host: "203.0.113.1" }))).toBe(
      "this machine has no such address; look at `host` of serve in the configuration (EADDRNOTAVAIL)",
    );
  });
});

describe("a run that ended", () => {
  const view = (history: History) =>
    runView("run-1", { status: "closed", state: history.state, receipt: history.receipt }, "go on");
  const closed = () =>
    new History({ keys: ["ctx-a", "ctx-b"] }).begun().done("vol-1").add("run.closed", {}, { exit: 4, ends: [] });

  test("has its exit code, each target's end in a sentence, and nothing to go on with", () => {
    const history = closed();
    const [first, second] = history.receipt.targets;
    expect(view(history)).toMatchObject({
      exit: 4,
      next: null,
      seq: history.events.length,
      says: `vm-a: ${first?.end.message}; vm-b: ${second?.end.message}`,
      targets: [
        { key: "ctx-a", label: "vm-a", status: first?.end.kind, says: first?.end.message },
        { key: "ctx-b", label: "vm-b", status: second?.end.kind, says: second?.end.message },
      ],
      receipt: history.receipt,
    });
  });

  test("shows of each target the phases that it came to, and no others", () => {
    const [first, second] = view(closed()).targets;
    expect(first?.phases.map(({ phase }) => phase)).toEqual(["detach"]);
    expect(second?.phases).toEqual([]);
  });
});

test("a request has its id wherever it ends, also in a router of its own", async () => {
  const app = new Hono<Env>();
  const route = routesOf(endpoint).find(({ id }) => id === "getRun");
  app.get("/:id", (c) => {
    c.set("requestId", "request-7");
    return route?.handle(c, { ...optionsOver().desk, find: () => null }) ?? c.text("no route", 500);
  });
  const answer = await app.request("/run-9");
  expect([answer.status, await answer.json()]).toEqual([
    404,
    { error: "the journal has no such run", request: "request-7" },
  ]);
});
