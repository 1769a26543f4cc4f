/** A run that a released version left open, and the program of today beside the world that it was left in. */
import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { portsOf } from "../../src/packs/appliance/connections/connect.ts";
import { parseSite } from "../../src/packs/appliance/site-schema.ts";
import { journalPath } from "../../src/cli/paths.ts";
import { FORMAT_VERSION } from "../../src/journal/schema.ts";
import { loadSnapshot } from "../../src/packs/appliance/lab/index.ts";
import type { ServerIdentity } from "../../src/ports/sql.ts";
import { answered, type Answered } from "../support/answered.ts";
import { done, effects, expectRecovered, keyOf, openJobs } from "../support/effects.ts";
import { expectOnce } from "../support/once.ts";
import { anIncident, RUNBOOK, VIRTIO, type Incident } from "../support/incident.ts";
import { HANDRAIL, TREE } from "../support/program.ts";
import { moveTo, putGrant, putJournal, RELEASED, SITE, worldThen } from "./kept.ts";

const VM = "web-frontend-02";
let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ scale: 20 });
});
afterAll(() => incident.down());

/** Which server the lab's is, as a run of this version would write it down. */
async function serverOf({ lab }: Incident): Promise<ServerIdentity> {
  const site = parseSite(lab.site);
  if (!site.ok) throw new Error(site.error.join("; "));
  const ports = portsOf(site.value, { redact: (text) => text, keep: () => undefined });
  const server = await ports.sql.identity();
  await ports.close();
  if (!server.ok) throw new Error(server.error.message);
  return server.value;
}

/** The appliance and the journal as the old version left them; but for the server, which is the lab's of today. */
async function leftOpen(version: string, name: string): Promise<void> {
  await incident.world("bare");
  await loadSnapshot(incident.lab, `${name} of ${version}`, worldThen(version, name));
  moveTo(putJournal(incident.env, version, name), await serverOf(incident));
}

const byPerson = (...args: string[]): Promise<Answered> =>
  answered(HANDRAIL, [...args, "--lab", "--plain"], { env: { ...process.env, ...incident.env }, cwd: TREE });

/** What older programs look at first: they leave a journal alone whose format is newer than theirs. */
function formatOf(path: string): unknown {
  const db = new Database(path, { readonly: true });
  const version = db.pragma("user_version", { simple: true });
  db.close();
  return version;
}

describe.each(RELEASED)("left open by %s", (version) => {
  const grantOf = (runbook: string): string => putGrant(incident.root, version, runbook);

  it("at an approval: resume asks that page anew, and the run ends well", async () => {
    await leftOpen(version, "at-approval");
    const key = await keyOf(incident.lab, VM);
    const jobs = await openJobs(incident.lab, key);
    const { exit, shown } = await byPerson("resume", "last");
    expect([exit, shown]).toEqual([0, expect.stringContaining("approvals from before are void") as string]);
    expect(shown).toContain("2 Detach the attached volumes, 3 steps, risk change: nobody answered");
    await expectRecovered(incident.lab, key, jobs);
    expectOnce(await effects(incident.lab));
    expect(await incident.cli("journal", ["verify"])).toMatchObject({ exit: 0 });
    expect(formatOf(journalPath(incident.env, SITE))).toBe(FORMAT_VERSION);
    expect(await incident.cli("rehearse", [], { journal: "last" })).toMatchObject({ exit: 0 });
  });

  it("with a change under way: a look finds that it was done; the grant of that time carries its run to the end", async () => {
    await leftOpen(version, "in-doubt");
    const key = await keyOf(incident.lab, VM);
    const jobs = await openJobs(incident.lab, key);
    const resumed = await incident.cli("resume", ["last"], { grant: grantOf(RUNBOOK) });
    expect(resumed).toMatchObject({ exit: 0, err: "" });
    expect(resumed.out).toMatch(
      /looked +a look shows that it was done: "Detach volume migration-web-frontend-02-disk-2000/u,
    );
    await expectRecovered(incident.lab, key, jobs);
    // The first detach was the old program's.
    const all = await effects(incident.lab);
    expect([done(all, "detach").length, done(all, "attach").length]).toEqual([2, 3]);
    expectOnce(all);
  });

  it("on another server: it is not taken up there, and says so", async () => {
    await incident.world("stuck-virtio");
    putJournal(incident.env, version, "at-approval");
    const { exit, err } = await incident.cli("resume", ["last"]);
    expect([exit, err]).toEqual([64, expect.stringMatching(/was on another database server \(appliance:\d+\)/u)]);
    expect(err).toMatch(/Nothing was executed\n$/u);
    expect(await effects(incident.lab)).toEqual([]);
  });

  it("with a grant of today: it does not hold for a runbook of that time, and who can approve is said", async () => {
    await leftOpen(version, "at-approval");
    const { exit, err } = await incident.resume({ vm: [VM] });
    expect([exit, err]).toEqual([5, expect.stringContaining("is for another text of the runbook") as string]);
    expect(err).toMatch(
      /Nothing was executed; the run goes on as it was begun; a person can approve it: .* resume \d/u,
    );
    expect(await effects(incident.lab)).toEqual([]);
  });

  it.each([RUNBOOK, VIRTIO])("a grant for %s is read, and refused for the runbook of today", async (runbook) => {
    await incident.world("stuck-virtio");
    const { exit, err } = await incident.cli("run", [runbook], { vm: [VM], grant: grantOf(runbook) });
    expect([exit, err]).toEqual([
      5,
      expect.stringContaining(`is for another text of the runbook ${runbook}`) as string,
    ]);
    expect(err).toMatch(/Nothing was executed; to see what it may do now, and grant that: .* grant /u);
    expect(await effects(incident.lab)).toEqual([]);
  });
});

it.each(["resume", "undo"])("%s leaves a journal alone that a later version wrote", async (command) => {
  await incident.world("stuck-virtio");
  const path = putJournal(incident.env, RELEASED[0], "finished");
  const db = new Database(path);
  db.pragma(`user_version=${FORMAT_VERSION + 1}`);
  db.close();
  const before = readFileSync(path);
  const { exit, err } = await incident.cli(command, ["last"]);
  expect([exit, err]).toEqual([73, expect.stringContaining("a newer Handrail wrote it") as string]);
  expect(readFileSync(path).equals(before)).toBe(true);
});
