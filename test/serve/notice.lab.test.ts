/** Notices to a real receiver: signed, and never able to hold a run up. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { signature, type Notice } from "../../src/readers/webhook.ts";
import { anEndpoint, ask, cleanupPath, configure } from "../support/endpoint.ts";
import { anIncident, type Incident } from "../support/incident.ts";

const SECRET = "a secret of the test, long enough";
let incident: Incident;
let stop: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  incident = await anIncident();
});
afterEach(() => stop());
afterAll(() => incident.down());

interface Received {
  readonly body: Notice;
  readonly signed: boolean;
}

type Manner = (response: ServerResponse, at: number) => void;

async function receiver(manner: Manner): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const opened = Math.floor(Date.now() / 1000);
  const server = createServer((request: IncomingMessage, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (text += part));
    request.on("end", () => {
      const time = String(request.headers["x-handrail-timestamp"]);
      const signed = request.headers["x-handrail-signature"] === `sha256=${signature(SECRET, time, text)}`;
      received.push({
        body: JSON.parse(text) as Notice,
        signed: signed && Number(time) >= opened && Number(time) <= Date.now() / 1000,
      });
      manner(response, received.length);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
    stop = () => Promise.resolve();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

const VM = "pgtest2";

/** A granted run with notices to this address. */
async function recover(url: string) {
  await incident.world("stuck-virtio");
  const config = await configure(incident, { notice: { url, secret: SECRET } });
  return incident.recover({ vm: [VM], config });
}

const well: Manner = (response) => void response.writeHead(204).end();

test("the end of a run is told once, signed", async () => {
  const { url, received } = await receiver(well);
  const said = await recover(url);
  expect(said.exit).toBe(0);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    signed: true,
    body: { version: 2, notice: "ended", run_id: said.run, targets: [VM], next: null },
  });
  expect(said.err).not.toContain("notice");
});

test("a run of the endpoint that waits for an approval is told, with the command to go on", async () => {
  const { url, received } = await receiver(well);
  await incident.world("stuck-virtio");
  const endpoint = await anEndpoint(incident, { notice: { url, secret: SECRET } });
  const got = await ask(endpoint.url, cleanupPath(VM), { method: "POST" });
  await endpoint.stop();
  expect(got.status).toBe(409);
  const run = String(got.json["run_id"]);
  expect(received.map(({ body }) => [body.notice, body.next])).toEqual([
    ["approval-needed", `HANDRAIL_LAB=incident handrail resume ${run} --lab`],
  ]);
  expect(JSON.stringify(received)).not.toContain(SECRET);
});

test("a run that is taken up again tells its end as well, and names the same run", async () => {
  const { url, received } = await receiver(well);
  await incident.world("stuck-virtio");
  const config = await configure(incident, { notice: { url, secret: SECRET } });
  const paused = await incident.cli("run", [incident.runbook], { vm: [VM], config });
  expect(paused.exit).toBe(5);
  const grant = await incident.grant({ vm: [VM] });
  const resumed = await incident.cli("resume", ["last"], { grant, config });
  expect(resumed.exit).toBe(0);
  const told = received.map(({ body }) => [body.notice, body.run_id]);
  expect(told).toEqual([
    ["approval-needed", paused.run],
    ["ended", paused.run],
  ]);
  expect(received.every(({ signed }) => signed)).toBe(true);
});

test("a receiver that answers 500 is tried again with the same id, and the notice arrives", async () => {
  const { url, received } = await receiver((response, at) => void response.writeHead(at === 1 ? 500 : 200).end());
  const said = await recover(url);
  expect(said.exit).toBe(0);
  expect(received).toHaveLength(2);
  expect(received[0]?.body.id).toBe(received[1]?.body.id);
  expect(said.err).not.toContain("not delivered");
});

test("a receiver that is down or never answers changes nothing about the run, and that is said at its end", async () => {
  const slow = await receiver(() => undefined);
  const said = await recover(slow.url);
  expect(said.exit).toBe(0);
  expect(said.err).toContain("1 notice was not delivered");
  await stop();
  const down = await recover(slow.url);
  expect(down.exit).toBe(0);
  expect(down.err).toContain("1 notice was not delivered");
});
