/** The endpoint as a caller sees it, over a real lab. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServe } from "../../src/cli/commands/serve.ts";
import { fault } from "../../src/packs/appliance/lab/index.ts";
import { endpoint } from "../../src/packs/appliance/endpoint/index.ts";
import { routesOf } from "../../src/serve/routes.ts";
import { effects, keyOf, query } from "../support/effects.ts";
import { ask, cleanupPath, endpointOfTest, TOKEN, type Endpoint, type EndpointOptions } from "../support/endpoint.ts";
import { anIncident, quietIo, type Incident } from "../support/incident.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

async function start(world: string, options: EndpointOptions = { granted: 100 }): Promise<Endpoint> {
  await incident.world(world);
  return endpointOfTest(incident, options);
}

const clean = (url: string, name: string, headers: Record<string, string> = {}) =>
  ask(url, cleanupPath(name), { method: "POST", headers });

const statusOf = async (name: string): Promise<string> => {
  const [row] = await query(incident.lab, "select current_status s from vm_replication_contexts where context_id = ?", [
    await keyOf(incident.lab, name),
  ]);
  return String(row?.["s"]);
};

const runsIn = async (url: string) =>
  (await ask(url, "/api/v1/runs")).json["runs"] as { run_id: string; status: string }[];

describe("a caller", () => {
  test("gets the documented answer, for a name with spaces too, and the body is ignored", async () => {
    const { url } = await start("stuck-virtio");
    const got = await ask(url, "/api/v1/failover/PhilB%20Test%20machine/cleanup-failed", {
      method: "POST",
      body: "{garbage",
    });
    expect(got.json).toMatchObject({
      success: true,
      message: "Failed execution cleanup completed for PhilB Test machine",
    });
    expect(got.json["vm_name"]).toBe("PhilB Test machine");
    expect(got.json["timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)$/u);
    expect(got.status).toBe(200);
    expect(await statusOf("PhilB Test machine")).toBe("ready_for_failover");
    const [run] = await runsIn(url);
    const [created] = incident.events(run?.run_id ?? "");
    expect(created?.actor.via).toMatchObject({
      kind: "http",
      client: "127.0.0.1",
      request: got.headers["x-request-id"],
    });
  });

  test.each([
    ["no body and no length, as curl -X POST does", "\r\n"],
    ["a body in chunks", 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n0\r\n\r\n'],
  ])("may send %s", async (_how, rest) => {
    const { url } = await start("stuck-virtio");
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const head = `POST ${cleanupPath("pgtest2")} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\n`;
    socket.write(head + rest);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /u);
  });

  test("may hang up; the run goes on to its end", async () => {
    const { url } = await start("stuck-virtio");
    await ask(url, cleanupPath("pgtest2"), { method: "POST", hangUpAfter: 150 });
    await expect.poll(() => statusOf("pgtest2")).toBe("ready_for_failover");
    await expect.poll(async () => (await runsIn(url)).map(({ status }) => status)).toEqual(["closed"]);
  });

  test("that does not want to wait gets the address of the run, and its events from where it stopped reading", async () => {
    const { url } = await start("stuck-virtio");
    const got = await clean(url, "pgtest2", { prefer: "respond-async" });
    expect(got.status).toBe(202);
    const at = String(got.headers["location"]);
    await expect.poll(async () => (await ask(url, at)).json["status"]).toBe("closed");
    expect((await ask(url, at)).json).toMatchObject({ version: 2, exit: 0, next: null });
    // A session ends after its run is closed: what came into the JobLog is counted last.
    const events = () => incident.events(String(got.json["run_id"]));
    await expect.poll(() => events().at(-1)?.type).toBe("joblog.written");
    const stream = await ask(url, `${at}/events`);
    expect(stream.headers["content-type"]).toContain("text/event-stream");
    const ids = [...stream.text.matchAll(/^id: (\d+)$/gmu)].map(([, id]) => Number(id));
    expect(ids).toEqual(events().map(({ seq }) => seq));
    const rest = await ask(url, `${at}/events`, { headers: { "last-event-id": String(ids.at(-3)) } });
    expect([...rest.text.matchAll(/^id: (\d+)$/gmu)].map(([, id]) => Number(id))).toEqual(ids.slice(-2));
  });
});

test("a caller may order the same runbook by its name, for a VM by its key, under the same standing grant", async () => {
  const { url } = await start("stuck-virtio");
  const key = await keyOf(incident.lab, "pgtest2");
  const order = (runbook: string) =>
    ask(url, "/api/v1/runs", { method: "POST", body: JSON.stringify({ runbook, target: key }) });
  const other = await order("virtio-recovery");
  expect([other.status, String(other.json["error"])]).toEqual([
    403,
    expect.stringContaining("HANDRAIL_LAB=incident handrail grant virtio-recovery --standing -o FILE --lab"),
  ]);
  const got = await order(incident.runbook);
  expect(got).toMatchObject({ status: 200, json: { success: true, target: { key, label: "pgtest2" } } });
  expect(await statusOf("pgtest2")).toBe("ready_for_failover");
});

describe("nothing is destroyed without an approval", () => {
  test("without a standing grant the run waits, the caller gets 409, and a person takes it up", async () => {
    const { url } = await start("stuck-virtio", {});
    const got = await clean(url, "pgtest2");
    expect(got.status).toBe(409);
    expect(got.json).toMatchObject({ success: false, vm_name: "pgtest2" });
    expect(String(got.json["error"])).toContain("needs an approval");
    expect(String(got.json["next"])).toBe(`HANDRAIL_LAB=incident handrail resume ${String(got.json["run_id"])} --lab`);
    const again = await clean(url, "pgtest2");
    expect([again.status, again.json["run_id"]]).toEqual([409, got.json["run_id"]]);
    expect(await statusOf("pgtest2")).not.toBe("ready_for_failover");
    const resumed = await incident.resume({ vm: ["pgtest2"] });
    expect(resumed.exit).toBe(0);
    expect((await ask(url, `/api/v1/runs/${String(got.json["run_id"])}`)).json["status"]).toBe("closed");
  });

  test("a standing grant that is used up approves nothing more", async () => {
    const { url } = await start("stuck-virtio", { granted: 1 });
    expect((await clean(url, "pgtest2")).status).toBe(200);
    const second = await clean(url, "web-frontend-02");
    expect([second.status, String(second.json["error"])]).toEqual([409, expect.stringContaining("used up")]);
  });
});

test("two servers with one standing grant keep to its rate together", async () => {
  const { url, config } = await start("stuck-virtio", { granted: 1 });
  const { io } = quietIo(incident.env);
  const second = await startServe({ values: { lab: true, config }, rest: [], io });
  try {
    expect((await clean(url, "pgtest2")).status).toBe(200);
    const late = await clean(second.url, "web-frontend-02");
    expect([late.status, String(late.json["error"])]).toEqual([409, expect.stringContaining("used up")]);
  } finally {
    await second.stop();
  }
});

describe("no run is begun", () => {
  test("for a wrong token, a large body, or a name that is none", async () => {
    const { url, said } = await start("stuck-virtio");
    const path = cleanupPath("pgtest2");
    const wishes: [string, Parameters<typeof ask>[2], number][] = [
      [path, { token: "x".repeat(48) }, 401],
      [path, { token: null }, 401],
      [path, { body: "x".repeat(70_000) }, 413],
      [path, { body: "x".repeat(70_000), headers: { "transfer-encoding": "chunked" } }, 413],
      [cleanupPath("a/b"), {}, 400],
      [cleanupPath("a\u0007b"), {}, 400],
      [cleanupPath("a\nb"), {}, 400],
      ["/api/v1/failover/a%ffb/cleanup-failed", {}, 400],
      ["/api/v1/failover/../cleanup-failed", {}, 404],
      ["/api/v1/failover/%2e%2e/cleanup-failed", {}, 404],
      [cleanupPath("x".repeat(300)), {}, 400],
      [cleanupPath("ghost"), {}, 404],
      [cleanupPath(await keyOf(incident.lab, "pgtest2")), {}, 404],
    ];
    for (const [at, wish, status] of wishes) {
      const got = await ask(url, at, { method: "POST", ...wish });
      expect({ at, status: got.status, says: String(got.json["error"]) }).toEqual({
        at,
        status,
        says: expect.stringMatching(/.{10}/u),
      });
    }
    expect((await ask(url, path)).status).toBe(405);
    expect((await ask(url, "/api/v1/runs", { token: null })).status).toBe(401);
    expect(await runsIn(url)).toEqual([]);
    expect(said.err).not.toMatch(/x{48}/u);
  });

  test("for a name that two VMs bear, and the answer lists both", async () => {
    const { url } = await start("stuck-virtio");
    const got = await clean(url, "pgtest1");
    expect([got.status, String(got.json["error"])]).toEqual([409, expect.stringContaining("2 VMs bear this name")]);
    expect(await runsIn(url)).toEqual([]);
  });

  test("beyond the rate, and the answer says when to come again", async () => {
    const { url } = await start("stuck-virtio", { rate: { burst: 2, per_second: 0.5 } });
    const all = await Promise.all([1, 2, 3].map(() => ask(url, "/healthz")));
    const late = all.find(({ status }) => status === 429);
    expect(late?.headers["retry-after"]).toBe("2");
  });
});

test("many calls for one VM and calls for many VMs begin one run for each VM, and every call is answered", async () => {
  const { url } = await start("stuck-virtio", { granted: 100, maxRuns: 3 });
  const names = ["pgtest2", "web-frontend-02", "PhilB Test machine"];
  const calls = names.flatMap((name) => Array.from({ length: 30 }, () => clean(url, name)));
  const got = await Promise.all(calls);
  for (const [at, name] of names.entries()) {
    const mine = got.slice(at * 30, at * 30 + 30);
    expect(mine.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = mine.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(29);
    expect(new Set(refused.map(({ json }) => json["run_id"])).size).toBe(1);
    expect(await statusOf(name)).toBe("ready_for_failover");
  }
  expect((await runsIn(url)).map(({ status }) => status)).toEqual(["closed", "closed", "closed"]);
});

test("a call beyond those that may wait is told to come again, and begins nothing", async () => {
  const { url } = await start("stuck-virtio", { granted: 100, maxRuns: 1, maxWaiting: 1 });
  const names = ["pgtest2", "web-frontend-02", "PhilB Test machine"];
  const got = await Promise.all(names.map((name) => clean(url, name)));
  expect(got.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 503]);
  const late = got.find(({ status }) => status === 503);
  expect(late?.json).toMatchObject({ success: false, error: expect.stringContaining("nothing was begun") });
  expect(late?.headers["retry-after"]).toBe("60");
  expect(await runsIn(url)).toHaveLength(2);
});

test("two servers on one site begin one run for each VM between them", async () => {
  const { url } = await start("stuck-virtio");
  const second = await endpointOfTest(incident, { granted: 100 });
  const names = ["pgtest2", "web-frontend-02", "PhilB Test machine"];
  const calls = names.flatMap((name) => [url, second.url].map((each) => clean(each, name)));
  const got = await Promise.all(calls);
  for (const [at, name] of names.entries()) {
    const pair = got.slice(2 * at, 2 * at + 2);
    expect(pair.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect(pair.find(({ status }) => status === 409)?.json).toMatchObject({ success: false, vm_name: name });
    expect(await statusOf(name)).toBe("ready_for_failover");
  }
  const done = (await effects(incident.lab)).filter(({ what, end }) => what === "revertSnapshot" && end === "done");
  expect(new Set(done.map(({ id }) => id)).size).toBe(done.length);
  expect((await runsIn(second.url)).map(({ status }) => status)).toEqual(["closed", "closed", "closed"]);
});

test.each(["0.0.0.0", "192.0.2.1", "::"])("nothing listens on %s, where others could reach it", async (host) => {
  await incident.world("stuck-virtio");
  await expect(endpointOfTest(incident, { more: { host } })).rejects.toMatchObject({
    exit: 65,
    message: expect.stringContaining("can be reached from elsewhere"),
  });
});

test("health tells the truth about each part, and a stranger learns no more than that", async () => {
  const { url } = await start("stuck-virtio");
  expect((await ask(url, "/healthz")).json).toMatchObject({ well: true });
  await fault(incident.lab, "daemon-unhealthy");
  await expect.poll(async () => (await ask(url, "/healthz", { token: null })).status).toBe(503);
  const got = await ask(url, "/healthz");
  expect(got.json).toMatchObject({
    database: { well: true },
    volume_daemon: { well: false },
    cloudstack: { well: true },
  });
  expect(JSON.stringify((await ask(url, "/healthz", { token: null })).json)).not.toContain("healthy:");
});

test("a server that is stopped ends the running step, pauses the run and tells its caller how to go on", async () => {
  const started = await start("stuck-virtio");
  const call = clean(started.url, "pgtest2");
  await expect.poll(async () => (await runsIn(started.url)).length).toBe(1);
  await started.stop();
  const got = await call;
  expect([got.status, String(got.json["next"])]).toEqual([500, expect.stringContaining("handrail resume")]);
  const endpoint = await endpointOfTest(incident, { granted: 100 });
  expect((await runsIn(endpoint.url)).map(({ status }) => status)).toEqual(["paused"]);
  expect(endpoint.said.err).toContain("handrail resume");
  expect((await incident.resume({ vm: ["pgtest2"] })).exit).toBe(0);
  expect(await statusOf("pgtest2")).toBe("ready_for_failover");
});

test("the description has every route with every answer, and needs no token", async () => {
  const { url } = await start("stuck-virtio");
  const { json } = await ask(url, "/openapi.json", { token: null });
  expect(json["openapi"]).toBe("3.1.0");
  const paths = json["paths"] as Record<string, Record<string, { responses: object }>>;
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => [method.toUpperCase(), path, ...Object.keys(responses)]),
  );
  expect(described).toEqual(
    routesOf(endpoint).map(({ method, path, answers }) => [method, path, ...Object.keys(answers)]),
  );
});
