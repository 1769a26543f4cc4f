/** The built server, killed in the middle of a run: nothing is lost and nothing is done twice. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { done, effects, expectRevertedBeforeDeleted, expectRecovered, keyOf, openJobs } from "../support/effects.ts";
import { anEndpoint, ask, cleanupPath, configure } from "../support/endpoint.ts";
import { anIncident, type Incident } from "../support/incident.ts";

const root = new URL("../..", import.meta.url).pathname;
const VM = "pgtest2";
let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ scale: 10 });
});
afterAll(() => incident.down());

test("a server killed in the middle loses nothing: the run is found, resumed, and the ledger agrees", async () => {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, VM);
  const jobs = await openJobs(incident.lab, key);
  const config = await configure(incident, { granted: 10 });
  const args = [`${root}dist/handrail.mjs`, "serve", "--lab", "--config", config];
  const server = spawn(process.execPath, args, {
    env: { ...process.env, ...incident.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(server.stdout, "data")) as [Buffer];
  const url = String(said).replace("listening on ", "").trim();
  const call = ask(url, cleanupPath(VM), { method: "POST", hangUpAfter: 60_000 });
  await expect
    .poll(async () => (await effects(incident.lab)).length, { timeout: 20_000, interval: 20 })
    .toBeGreaterThan(0);
  server.kill("SIGKILL");
  await once(server, "exit");
  expect((await call).status).toBe(0);

  const endpoint = await anEndpoint(incident, { granted: 10 });
  const runs = (await ask(endpoint.url, "/api/v1/runs")).json["runs"] as { run_id: string; status: string }[];
  expect(runs.map(({ status }) => status)).toEqual(["left in the middle"]);
  const again = await ask(endpoint.url, cleanupPath(VM), { method: "POST" });
  expect([again.status, again.json["run_id"]]).toEqual([409, runs[0]?.run_id]);
  expect((await incident.resume({ vm: [VM] })).exit).toBe(0);
  await endpoint.stop();

  await expectRecovered(incident.lab, key, jobs);
  const all = await effects(incident.lab);
  expectRevertedBeforeDeleted(all);
  const reverted = done(all, "revertSnapshot");
  expect(reverted.length).toBeGreaterThan(0);
  expect(new Set(reverted).size).toBe(reverted.length);
});
