/** Many who wait for operations of the Volume Daemon, over real HTTP: how often it is asked, and what each is told. */
import { afterEach, describe, expect, it } from "vitest";
import { httpClient } from "../../../../src/connections/http.ts";
import { volumePort } from "../../../../src/packs/appliance/connections/volume-daemon.ts";
import type { CloudStackPort } from "../../../../src/packs/appliance/ports/cloudstack.ts";
import type { VolumePort } from "../../../../src/packs/appliance/ports/volume.ts";
import { deadUrl, say, startHttp, type FakeServer } from "../../../support/http-server.ts";

const servers: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const TICK = 60;
const port = (url: string): VolumePort =>
  volumePort({
    url,
    http: httpClient({ redact: (text) => text }),
    cloudstack: {} as CloudStackPort,
    redact: (text) => text,
    tickMs: TICK,
    clock: { scale: 1 },
    process: { service: () => Promise.reject(new Error("nothing here is without an end")) },
  });

const operation = (id: string, status = "completed") => ({
  id,
  type: "detach",
  status,
  volume_id: `volume-of-${id}`,
  request: {},
});
const idsOf = (count: number): string[] => Array.from({ length: count }, (_unused, at) => `operation-${at}`);

/** A daemon whose list is as given, and which knows every operation by its id. */
async function daemon(list: (limit: number) => unknown, status = 200): Promise<FakeServer> {
  const server = await startHttp(({ path }, response) => {
    const url = new URL(path, "http://daemon");
    if (url.pathname === "/api/v1/operations") say(response, status, list(Number(url.searchParams.get("limit"))));
    else say(response, 200, operation(url.pathname.split("/").at(-1) ?? "", "executing"));
  });
  servers.push(server);
  return server;
}

const lists = (server: FakeServer): number => server.asked.filter(({ path }) => path.includes("?limit=")).length;
const singles = (server: FakeServer): number => server.asked.length - lists(server);

describe("operations that are awaited", () => {
  it("one alone is asked for by its id, and at once", async () => {
    const server = await daemon(() => []);
    const volume = port(server.url);
    for (const id of idsOf(3)) {
      expect(await volume.operation(id)).toMatchObject({ ok: true, value: { id, status: "executing" } });
    }
    expect([lists(server), singles(server)]).toEqual([0, 3]);
  });

  it("two hundred at once are answered by one list that is long enough", async () => {
    const ids = idsOf(200);
    const server = await daemon((limit) => ids.slice(0, limit).map((id) => operation(id)));
    const volume = port(server.url);
    const answers = await Promise.all(ids.map((id) => volume.operation(id)));
    expect(answers.map((answer) => (answer.ok ? answer.value.id : ""))).toEqual(ids);
    expect(answers.every((answer) => answer.ok && answer.value.status === "completed")).toBe(true);
    expect([lists(server), singles(server)]).toEqual([1, 0]);
  });

  it("what comes up between two ticks shares the next one", async () => {
    const ids = idsOf(60);
    const server = await daemon(() => ids.map((id) => operation(id)));
    const volume = port(server.url);
    const began = performance.now();
    await Promise.all(
      ids.map(async (id, at) => {
        await new Promise((resolve) => void setTimeout(resolve, at * 5));
        expect(await volume.operation(id)).toMatchObject({ ok: true, value: { id } });
      }),
    );
    const ticks = Math.ceil((performance.now() - began) / TICK) + 1;
    expect(server.asked.length).toBeLessThanOrEqual(ticks);
  });

  it("every question is answered by a request that was sent after it", async () => {
    let done = false;
    const server = await daemon(() => idsOf(2).map((id) => operation(id, done ? "completed" : "executing")));
    const volume = port(server.url);
    const both = () => Promise.all(idsOf(2).map((id) => volume.operation(id)));
    expect((await both()).map((answer) => answer.ok && answer.value.status)).toEqual(["executing", "executing"]);
    done = true;
    expect((await both()).map((answer) => answer.ok && answer.value.status)).toEqual(["completed", "completed"]);
  });

  it.each([
    ["are not in it", () => [operation("operation-0")], 200, 2],
    ["cannot be read in it", () => [operation("operation-0"), { id: "operation-1" }, 7, null], 200, 2],
    ["are in none, since the daemon says null for an empty one", () => null, 200, 3],
    ["are in none, since the daemon's answer is no list", () => ({ error: "no such column" }), 500, 3],
  ])("those that %s are asked for by their ids", async (_why, list, status, count) => {
    const server = await daemon(list, status);
    const volume = port(server.url);
    const answers = await Promise.all(idsOf(3).map((id) => volume.operation(id)));
    expect(answers.map((answer) => (answer.ok ? answer.value.id : ""))).toEqual(idsOf(3));
    expect([lists(server), singles(server)]).toEqual([1, count]);
  });

  it("a daemon that does not answer is told to everybody, and asked once", async () => {
    const volume = port(await deadUrl());
    const answers = await Promise.all(idsOf(5).map((id) => volume.operation(id)));
    expect(answers.map((answer) => !answer.ok && answer.error.kind)).toEqual(Array(5).fill("unreachable"));
  });
});
