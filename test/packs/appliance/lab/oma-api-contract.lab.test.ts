import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  clearFaults,
  downLab,
  fault,
  killProcess,
  readLedger,
  sqlQuietly,
  startProcess,
  upLab,
  type Lab,
} from "../../../../src/packs/appliance/lab/index.ts";
import { adminCall } from "../../../../src/packs/appliance/lab/appliance/admin-client.ts";
import { labScale } from "../../../support/pace.ts";
import { scenarios, type Scenario } from "./recorded.ts";
import { compare, compareRows, play } from "./replay.ts";
import { omaSetups, recorderBare, shortName } from "./setups.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await upLab({ dir: mkdtempSync(join(tmpdir(), "lab-oma-")), world: "bare", scale: labScale(20) });
});

afterAll(() => downLab(lab, { keep: false }));

/** What has to happen before an exchange other than the first. */
async function between(name: string, index: number, ids: Map<string, string>): Promise<void> {
  if (name === "oma-07" && index === 1) {
    await expect.poll(newestCleanup).not.toBe("");
    await expect.poll(busy).toBe(0);
    ids.set("7416c4a1-f00a-4221-a26c-cd4df74a0b40", await newestCleanup());
  }
  if (name === "oma-15" && index === 1) ids.set("13565989-6f52-4339-ac18-14dc9315e239", await newestCleanup());
  if (name === "oma-13" && index === 1) await clearFaults(lab, "cloudstack-fail-job");
  if (name === "oma-16") await expect.poll(busy).toBe(0);
  if (name === "oma-23" && index === 0) await killProcess(lab, "database", { signal: "SIGTERM" });
  if (name === "oma-23" && index === 4) await startProcess(lab, "database");
}

async function newestCleanup(): Promise<string> {
  const rows = (await sqlQuietly(
    lab,
    "select id from job_tracking where job_type = 'cleanup' order by created_at desc",
  )) as { id: string }[];
  return rows[0]?.id ?? "";
}

/** How much API and daemon still work on, whether or not they have answered about it. */
async function busy(): Promise<number> {
  const answers = (await Promise.all(
    (["api", "daemon"] as const).map((role) => adminCall(lab.config, role, "GET /lab/alive")),
  )) as { busy: number }[];
  return answers.reduce((sum, answer) => sum + answer.busy, 0);
}

/** Which recorded rows belong after which exchange; what is not named belongs to the end. */
const rowsAfter: Record<string, number> = {
  "oma-06 db_when_connection_closed": 0,
  "oma-06 db_1500ms_later": 1,
  "oma-07 db_12s_later": 1,
  "oma-13 db_after": 0,
};

async function playAll(scenario: Scenario): Promise<void> {
  const name = shortName(scenario);
  const ids = new Map<string, string>();
  for (const [index, exchange] of scenario.exchanges.entries()) {
    await between(name, index, ids);
    compare(exchange, await play(lab, scenario.target, exchange, ids), ids);
    for (const key of Object.keys(scenario).filter((each) => rowsAfter[`${name} ${each}`] === index))
      await compareRows(lab, scenario[key], null);
  }
  for (const key of Object.keys(scenario).filter(
    (each) => each.startsWith("db_") && rowsAfter[`${name} ${each}`] === undefined,
  ))
    await compareRows(lab, scenario[key], null);
}

/** Lets neither of two calls begin its detach before the other one has looked, however slow this machine is. */
async function atOnce<T>(calls: () => Promise<T>): Promise<T> {
  const { ports, rootPassword } = lab.config;
  const place = { host: "127.0.0.1", port: ports.mysql, database: "migratekit_oma" };
  const root = await createConnection({ ...place, user: "root", password: rootPassword });
  try {
    await root.query("LOCK TABLES volume_operations WRITE");
    const answers = calls();
    answers.catch(() => undefined); // told below; where the wait fails first, that is what is told
    const waits = "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE state LIKE 'Waiting for table%'";
    await expect.poll(async () => (await root.query(waits))[0]).toEqual([{ n: 2 }]);
    await root.query("UNLOCK TABLES");
    return await answers;
  } finally {
    root.destroy();
  }
}

/** Two calls at the same time; either may be the one that wins. */
async function playTogether(scenario: Scenario): Promise<void> {
  const [first, second] = scenario.exchanges;
  if (!first || !second) throw new Error("two exchanges were recorded");
  const answers = await atOnce(() =>
    Promise.all([first, second].map((each) => play(lab, scenario.target, each, new Map()))),
  );
  const refused = answers.findIndex((answer) => answer !== "none" && answer.status === 500);
  compare(first, answers[refused] ?? "none", new Map());
  compare(second, answers[1 - refused] ?? "none", new Map());
  await compareRows(lab, scenario["db_after"], null);
}

/** The calls that change something, with what they change, in the order CloudStack carried them out. */
async function changesMade(): Promise<string[]> {
  const entries = (await readLedger(lab)).filter((entry) => entry.by === "cloudstack");
  return entries.map((entry) => `${entry.action} ${String(entry["id"])}`);
}

describe("the lab's OMA API answers as the real one was recorded", () => {
  it.each(scenarios("oma").map((scenario) => [scenario.scenario, scenario] as const))("%s", async (_name, scenario) => {
    await recorderBare(lab);
    await fault(lab, "cloudstack-job-time", { seconds: 0, k: shortName(scenario) === "oma-06" ? 10_000 : undefined });
    await omaSetups[shortName(scenario)]?.(lab);
    await (shortName(scenario) === "oma-14" ? playTogether(scenario) : playAll(scenario));
    const calls = scenario.cloudstack_calls.filter((call) => !/^(query|list)/.test(call.command));
    expect(await changesMade()).toEqual(calls.map((call) => `${call.command} ${call.id}`));
  });
});
