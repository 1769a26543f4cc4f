/** The built server, killed in the middle of a run: nothing is lost and nothing is done twice. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectLedgerAgrees } from "../support/batch.ts";
import { done, effects, expectRevertedBeforeDeleted, expectRecovered, keyOf, openJobs } from "../support/effects.ts";
import { anEndpoint, ask, cleanupPath, configure, TOKEN } from "../support/endpoint.ts";
import { anIncident, type Incident } from "../support/incident.ts";
import { HANDRAIL } from "../support/program.ts";

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
  const args = ["serve", "--lab", "--config", config];
  const server = spawn(HANDRAIL, args, {
    env: { ...process.env, ...incident.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(server.stdout, "data")) as [Buffer];
  const url = String(said).replace("listening on ", "").trim();
  const call = ask(url, cleanupPath(VM), { method: "POST", hangUpAfter: 600_000 });
  await expect.poll(async () => (await effects(incident.lab)).length).toBeGreaterThan(0);
  server.kill("SIGKILL");
  await once(server, "exit");
  expect((await call).status).toBe(0);

  const endpoint = await anEndpoint(incident, { granted: 10 });
  const runs = (await ask(endpoint.url, "/api/v1/runs")).json["runs"] as { run_id: string; status: string }[];
  expect(runs.map(({ status }) => status)).toEqual(["left-in-the-middle"]);
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
  await expectLedgerAgrees(incident, [incident.events(runs[0]?.run_id ?? "")]);
});

test("a caller killed in the middle loses nothing: its run goes on to the end, and the ledger agrees", async () => {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, VM);
  const jobs = await openJobs(incident.lab, key);
  const endpoint = await anEndpoint(incident, { granted: 10 });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const call = `await fetch(${JSON.stringify(endpoint.url + cleanupPath(VM))}, { method: "POST", headers: ${JSON.stringify(headers)} })`;
  const caller = spawn(process.execPath, ["--input-type=module", "-e", call], { stdio: "ignore" });
  await expect.poll(async () => (await effects(incident.lab)).length).toBeGreaterThan(0);
  caller.kill("SIGKILL");
  expect(await once(caller, "exit")).toEqual([null, "SIGKILL"]);

  const runs = async () =>
    (await ask(endpoint.url, "/api/v1/runs")).json["runs"] as { run_id: string; status: string }[];
  expect((await runs()).map(({ status }) => status)).toEqual(["running"]);
  await expect.poll(async () => (await runs())[0]?.status).toBe("closed");
  const [run] = await runs();
  await endpoint.stop();
  await expectRecovered(incident.lab, key, jobs);
  await expectLedgerAgrees(incident, [incident.events(run?.run_id ?? "")]);
});
