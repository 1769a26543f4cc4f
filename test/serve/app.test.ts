/** Who is answered, how often, and what every answer of the endpoint has; over a desk, without a site. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { health, problem, runList, runState } from "../../src/serve/answers.ts";
import { MOST_BODY } from "../../src/serve/body.ts";
import type { FoundRun, Health } from "../../src/serve/desk.ts";
import { rateLimit } from "../../src/serve/guard.ts";
import { listen } from "../../src/serve/listen.ts";
import { openApi } from "../../src/serve/openapi.ts";
import { endpoint } from "../../src/packs/appliance/endpoint/index.ts";
import type { Extension, Route } from "../../src/serve/route.ts";
import { routesOf } from "../../src/serve/routes.ts";
import { runView, timestamp } from "../../src/serve/views.ts";
import { History } from "../engine/history.ts";
import { good } from "../support/result.ts";
import { endpointOver, optionsOver, TOKEN } from "./desk.ts";

const errorOf = (text: string): string => problem.parse(JSON.parse(text)).error;

test.each([
  ["none", ""],
  ["another", "Bearer another"],
  ["one that begins alike", `Bearer ${TOKEN}x`],
  ["another scheme", `Basic ${TOKEN}`],
  ["two words", `Bearer ${TOKEN} x`],
])("a token that is wrong: %s", async (_what, authorization) => {
  const ask = await endpointOver({ runs: () => [] });
  const answer = await ask("/api/v1/runs", { headers: { authorization } });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    401,
    { error: "the token is missing or wrong; nothing was begun", request: "request-1" },
  ]);
  expect(answer.headers["www-authenticate"]).toBe("Bearer");
});

test("every answer bears the request's id and is stored nowhere", async () => {
  const ask = await endpointOver({ runs: () => [] });
  const { status, headers, text } = await ask("/api/v1/runs", { headers: { authorization: `bearer ${TOKEN}` } });
  expect([status, runList.parse(JSON.parse(text))]).toEqual([200, { version: 2, runs: [] }]);
  expect(headers).toMatchObject({
    "x-request-id": "request-1",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
});

test("a call beyond the rate is told when to come again", async () => {
  const ask = await endpointOver({ runs: () => [] }, { rate: { burst: 1, per_second: 0.3 } });
  expect((await ask("/api/v1/runs")).status).toBe(200);
  const { status, headers, text } = await ask("/api/v1/runs");
  expect([status, headers["retry-after"], errorOf(text)]).toEqual([429, "4", "too many requests; nothing was begun"]);
});

test("a bucket fills again with time, and never beyond its size", () => {
  let time = 0;
  const wait = rateLimit({ burst: 2, per_second: 0.5 }, () => time);
  expect([wait(), wait(), wait()]).toEqual([0, 0, 2]);
  time = 1000;
  expect(wait()).toBe(1);
  time = 2000;
  expect([wait(), wait()]).toEqual([0, 2]);
  time = 1_000_000;
  expect([wait(), wait(), wait()]).toEqual([0, 0, 2]);
});

test.each([
  ["its length says so", {}],
  ["it comes in chunks", { "transfer-encoding": "chunked" }],
])("a body that is too large is refused: %s", async (_how, headers) => {
  const ask = await endpointOver({});
  const call = { method: "POST", headers, body: "x".repeat(MOST_BODY + 1) };
  const answer = await ask("/api/v1/failover/a/cleanup-failed", call);
  expect([answer.status, answer.headers.connection, errorOf(answer.text)]).toEqual([
    413,
    "close",
    "the body is larger than 65536 bytes; nothing was begun",
  ]);
});

test("a body as large as it may be is thrown away", async () => {
  const ask = await endpointOver({ begin: async () => ({ kind: "unknown" }) });
  const body = "x".repeat(MOST_BODY);
  const answer = await ask("/api/v1/failover/a/cleanup-failed", { method: "POST", body });
  expect(answer.status).toBe(404);
});

test("another method is told which there are, another path where to look", async () => {
  const ask = await endpointOver({});
  const wrong = await ask("/api/v1/runs", { method: "DELETE" });
  expect([wrong.status, wrong.headers.allow, errorOf(wrong.text)]).toEqual([
    405,
    "POST, GET",
    "only POST and GET are answered here",
  ]);
  const other = await ask("/healthz", { method: "DELETE" });
  expect([other.status, other.headers.allow, errorOf(other.text)]).toEqual([405, "GET", "only GET is answered here"]);
  const nowhere = await ask("/api/v2/runs");
  expect([nowhere.status, errorOf(nowhere.text)]).toEqual([
    404,
    "there is nothing here; GET /openapi.json lists what is",
  ]);
});

test("a bug is logged by the request's id, and the caller is told where to look", async () => {
  const lines: string[] = [];
  const runs = (): never => {
    throw new Error("it broke");
  };
  const ask = await endpointOver({ runs }, { log: (line) => void lines.push(line) });
  const { status, text } = await ask("/api/v1/runs");
  expect([status, errorOf(text)]).toEqual([
    500,
    "this is a bug in Handrail; whether something was begun is in GET /api/v1/runs",
  ]);
  expect(lines).toEqual(["request request-1: this is a bug in Handrail: it broke"]);
});

test.each([
  ["NONSENSE", "400 Bad Request", "the request cannot be understood"],
  [
    `GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}`,
    "431 Request Header Fields Too Large",
    "the request's head is too large",
  ],
])("what is no request is answered and ends the connection (%#)", async (head, status, error) => {
  const listening = good(await listen(optionsOver()));
  const socket = connect(listening.port, listening.host);
  socket.write(`${head}\r\n\r\n`);
  const [first, ...rest] = (await text(socket)).split("\r\n");
  await listening.stop(0);
  expect(first).toBe(`HTTP/1.1 ${status}`);
  expect(rest).toContain("connection: close");
  expect(JSON.parse(rest.at(-1) ?? "")).toEqual({ error: `${error}; nothing was begun`, request: "" });
});

test("a port that is taken is said with the way on", async () => {
  const first = good(await listen(optionsOver()));
  const second = await listen({ ...optionsOver(), port: first.port });
  await first.stop(0);
  expect(second).toEqual({
    ok: false,
    error:
      "something listens there already; end it (ss -ltnp shows what it is), or name another port with --port (EADDRINUSE)",
  });
});

const part = (well: boolean) => ({ well, says: well ? "it answers" : "10.0.0.7 does not answer" });
const healthOf = (daemon: boolean): Health => ({
  parts: { database: part(true), volume_daemon: part(daemon), cloudstack: part(true) },
  connections: {},
});

test.each([
  [true, 200],
  [false, 503],
])("health: %s is %i, and a stranger learns no more", async (daemon, status) => {
  const ask = await endpointOver({ health: async () => healthOf(daemon) });
  const own = await ask("/healthz");
  expect([own.status, health(endpoint.health.parts).parse(JSON.parse(own.text))]).toEqual([
    status,
    { well: daemon, ...healthOf(daemon).parts },
  ]);
  const stranger = await ask("/healthz", { headers: { authorization: "" } });
  const silent = { ...part(daemon), says: "" };
  expect([stranger.status, JSON.parse(stranger.text)]).toEqual([
    status,
    { well: daemon, database: { well: true, says: "" }, volume_daemon: silent, cloudstack: { well: true, says: "" } },
  ]);
});

const history = new History().begun().done("vol-1");
const found = (status: "running" | "paused" | "left-in-the-middle" | "closed"): FoundRun => ({
  status,
  state: history.state,
  receipt: history.receipt,
});

test("a run is shown with its steps and what is known of each", async () => {
  const ask = await endpointOver({ find: (id) => (id === "run-1" ? found("paused") : null) });
  const { status, text } = await ask("/api/v1/runs/run-1");
  const view = runState.parse(JSON.parse(text));
  expect(status).toBe(200);
  expect(view).toMatchObject({
    run_id: "run-1",
    status: "paused",
    runbook: history.state.runbook.id,
    seq: history.events.length,
    exit: null,
    next: "handrail resume run-1",
    says: `vm-a: ${history.receipt.targets[0]?.end.message}`,
    targets: [{ key: "ctx-a", label: "vm-a", status: "going", says: history.receipt.targets[0]?.end.message }],
  });
  expect(view.targets[0]?.phases).toMatchObject([
    {
      phase: "detach",
      title: "2 Detach",
      status: "open",
      steps: [
        { step: "detach", item: "vol-1", does: "change", status: "ended", mark: "succeeded", basis: "observation" },
        { step: "detach", item: "vol-2", does: "change", status: "planned", mark: null },
      ],
    },
  ]);
  const nothing = await ask("/api/v1/runs/run-2");
  expect([nothing.status, errorOf(nothing.text)]).toEqual([404, "the journal has no such run"]);
});

test("how to go on is said of a run that stopped, and only of one", () => {
  const next = (["running", "paused", "left-in-the-middle", "closed"] as const).map(
    (status) => runView("run-1", found(status), "go on").next,
  );
  expect(next).toEqual([null, "go on", "go on", null]);
});

test("a run that waits for its turn has nothing to show yet", () => {
  const view = runView("run-1", { status: "queued", state: null, receipt: null }, "go on");
  expect(runState.parse(view)).toEqual({
    version: 2,
    run_id: "run-1",
    status: "queued",
    runbook: null,
    seq: 0,
    exit: null,
    says: "waits until another run has ended",
    next: null,
    targets: [],
    receipt: null,
  });
});

test.each([
  [0, "2026-11-22T03:12:00.000Z"],
  [-90, "2026-11-22T04:42:00.000+01:30"],
  [210, "2026-11-21T23:42:00.000-03:30"],
])("a time %i minutes off is written as the original writes it", (offset, text) => {
  const now = Object.assign(new Date("2026-11-22T03:12:00Z"), { getTimezoneOffset: () => offset });
  expect(timestamp(now)).toBe(text);
});

test("the description has every route with its answers, parameters and whether it needs the token", async () => {
  const ask = await endpointOver({});
  const { status, text } = await ask("/openapi.json", { headers: { authorization: "" } });
  expect([status, JSON.parse(text)]).toEqual([
    200,
    JSON.parse(JSON.stringify(openApi(routesOf(endpoint), endpoint.description))),
  ]);
  expect(JSON.parse(text)).toMatchObject({
    openapi: "3.1.0",
    paths: {
      "/api/v1/runs/{id}/events": {
        get: {
          operationId: "streamRun",
          summary: expect.stringContaining("as they happen"),
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "string" } },
            { name: "Last-Event-ID", in: "header", description: "go on after this event", schema: { type: "string" } },
          ],
          responses: {
            200: { content: { "text/event-stream": {} } },
            404: { description: "no such run", content: { "application/json": { schema: { type: "object" } } } },
          },
          security: [{ bearer: [] }],
        },
      },
      "/healthz": { get: { security: [], parameters: [] } },
    },
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  });
  expect(text).not.toContain("$schema");
});

test("a product's routes stand before our own, each with an id and a place that no other has", () => {
  const bell: Route = {
    method: "POST",
    path: "/api/v1/bell",
    id: "ring",
    says: "Rings.",
    answers: { 200: { says: "it rang", body: null } },
    handle: (c) => c.json({ rang: true }),
  };
  const house: Extension = {
    description: "A house.",
    routes: [bell],
    health: { says: "Is it well?", parts: ["door"] },
  };
  const routes = routesOf(house);
  expect(routes[0]).toBe(bell);
  for (const name of ["id", "path"] as const) {
    const names = routes.map((route) => (name === "id" ? route.id : `${route.method} ${route.path}`));
    expect(new Set(names).size).toBe(names.length);
  }
  expect(routes.filter(({ open }) => open === true).map(({ id }) => id)).toEqual(["health", "openApi"]);
});
