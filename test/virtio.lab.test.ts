/** Five test failovers stuck after VirtIO injection, recovered on every way that the ladder offers. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  done,
  effects,
  expectRecovered,
  expectRestUntouched,
  expectRevertedBeforeDeleted,
  keyOf,
  query,
} from "./support/effects.ts";
import { expectOnce, statements, twice } from "./support/once.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";
import { byPerson } from "./support/person.ts";
import {
  beforeWith,
  endedProcesses,
  ends,
  expectCompleted,
  expectDaemonAgrees,
  FIVE,
  history,
  injections,
  observed,
  rungEnds,
  stuckOnes,
  type Stuck,
} from "./support/ladder.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ runbook: VIRTIO });
});

afterAll(() => incident.down());

/** Loads a world, and gives its stuck failovers with all that was before. */
async function stuck(world: string, names: readonly string[] = FIVE) {
  await incident.world(world);
  const ones = await stuckOnes(incident.lab, names);
  const was = await beforeWith(
    incident.lab,
    ones.map(({ key }) => key),
  );
  return { ones, was };
}

const tracking = async ({ job }: Stuck): Promise<unknown> =>
  (await query(incident.lab, "select status from job_tracking where id = ?", [job]))[0]?.["status"];

/** What the OMA API answers of the failover. */
async function apiProgress({ job }: Stuck): Promise<unknown> {
  const answer = await fetch(`${incident.lab.site.oma_api.url}/api/v1/failover/${job}/status`);
  const { status, progress } = (await answer.json()) as Record<string, unknown>;
  return { status, progress };
}

const ABANDONED = ["engine-silent", "volumes-home", "database-agrees", "no-snapshots", "nothing-open"];
const COMPLETED = ["vm-created", "volumes-moved", "snapshots-kept", "no-orphans", "consistent", "engine-silent"];
const held = (criteria: readonly string[], machines: number): string[] =>
  Array.from({ length: machines }, () => criteria.map((id) => `${id} true`)).flat();

describe("five engines blocked in virt-v2v", () => {
  it("are nudged as the plan says, released when that moves none, and abandoned: all is home and no snapshot is left", async () => {
    const { lab } = incident;
    const { ones, was } = await stuck("stuck-virtio:alive");
    expect(injections(lab)).toHaveLength(10);
    const decide = ["way=plan", "nudge=release", "ending=abandon"];
    const said = await incident.recover({ "all-stuck": true, decide });
    expect([said.exit, said.err]).toEqual([0, ""]);
    const events = incident.events(said.run);
    expect(rungEnds(events, "nudge")).toEqual(Array.from(FIVE, () => "timed-out"));
    expect(rungEnds(events, "release")).toEqual(Array.from(FIVE, () => "done"));
    expect(observed(events)).toEqual(held(ABANDONED, 5));
    expect(injections(lab)).toEqual([]);
    for (const one of ones) await expectRecovered(lab, one.key, [one.job]);
    await expectRestUntouched(lab, was);
    expect(await history(lab, was.jobs)).toEqual(was.history);
    const all = await effects(lab);
    expectOnce(all);
    expectRevertedBeforeDeleted(all);
    const snapshots = was.all.map(({ snapshot }) => snapshot).sort();
    expect([...done(all, "detachVolume")].sort()).toEqual([...was.volumes].sort());
    expect([...done(all, "attachVolume")].sort()).toEqual([...was.volumes].sort());
    expect([...done(all, "revertSnapshot")].sort()).toEqual(snapshots);
    expect([...done(all, "deleteSnapshot")].sort()).toEqual(snapshots);
    expect(statements(all)).toEqual({
      "sql touch": 5,
      "sql clear-tracking": 5,
      "sql close-jobs": 5,
      "sql reset-context": 5,
    });
    expect(twice(endedProcesses(events))).toEqual([]);
  });

  it("are released at once and completed by hand: the test VMs run on the volumes, and the rollback stays possible", async () => {
    const { lab } = incident;
    const { ones, was } = await stuck("stuck-virtio:alive");
    const said = await incident.recover({ "all-stuck": true, decide: ["way=release", "ending=complete"] });
    expect([said.exit, said.err]).toEqual([0, ""]);
    const events = incident.events(said.run);
    expect(rungEnds(events, "release")).toEqual(Array.from(FIVE, () => "done"));
    expect(observed(events)).toEqual(held(COMPLETED, 5));
    expect(injections(lab)).toEqual([]);
    for (const one of ones) {
      await expectCompleted(lab, one, was);
      await expectDaemonAgrees(lab, one);
      expect(await tracking(one), "JobLog says what was done by hand").toBe("completed");
      expect(await apiProgress(one), "nothing is left running").toEqual({ status: "completed", progress: 100 });
    }
    await expectRestUntouched(lab, was);
    expect(await history(lab, was.jobs)).toEqual(was.history);
    const all = await effects(lab);
    expectOnce(all);
    expect(all.filter(({ what }) => what.endsWith("Snapshot"))).toEqual([]);
    expect(done(all, "deployVirtualMachine")).toHaveLength(5);
    expect([...done(all, "startVirtualMachine")].sort()).toEqual([...done(all, "deployVirtualMachine")].sort());
    const roots = done(all, "deleteVolume");
    expect(roots.filter((id) => was.volumes.includes(id))).toEqual([]);
    expect(new Set(roots).size).toBe(5);
    expect([...done(all, "detachVolume")].sort()).toEqual([...was.volumes, ...roots].sort());
    expect([...done(all, "attachVolume")].sort()).toEqual([...was.volumes].sort());
    expect(statements(all)).toEqual({
      "sql write-destination": 5,
      "sql complete-job": 5,
      "sql complete-tracking": 5,
      "sql complete-steps": 5,
    });
    expect(twice(endedProcesses(events))).toEqual([]);
    const again = await incident.recover({ vm: [ones[0]?.key ?? ""], decide: ["way=release", "ending=abandon"] });
    expect(again.exit, "a failover that was completed is nothing to recover").toBe(4);
    expect(again.out).toContain("pgtest1 has no unfinished failover; there is nothing to recover here");
    expect(await effects(lab)).toHaveLength(all.length);
  });

  it("end as it was decided for each: one is completed by hand, the other abandoned, in one run", async () => {
    const { lab } = incident;
    const { ones, was } = await stuck("stuck-virtio:alive", ["pgtest1", "pgtest2"]);
    const [one, two] = ones;
    if (one === undefined || two === undefined) throw new Error("two are stuck");
    const decide = ["pgtest2:ending=abandon", "way=release", "ending=complete"];
    const said = await incident.recover({ vm: [one.key, two.key], decide });
    expect([said.exit, said.err]).toEqual([0, ""]);
    const made = incident
      .events(said.run)
      .flatMap(({ type, target_key, body }) =>
        type === "decision.made" ? [[target_key, body["gate"], body["choice"]]] : [],
      );
    expect(made.filter(([, gate]) => gate === "ending")).toEqual([
      [one.key, "ending", "complete"],
      [two.key, "ending", "abandon"],
    ]);
    await expectCompleted(lab, one, was);
    await expectRecovered(lab, two.key, [two.job]);
    await expectRestUntouched(lab, was);
    expectOnce(await effects(lab));
  });

  it("are completed by a person who decides seven times, however many they are", async () => {
    const { lab } = incident;
    const { ones, was } = await stuck("stuck-virtio:alive");
    const some = ones.slice(0, 2);
    const carried = await byPerson(
      incident,
      { vm: some.map(({ key }) => key) },
      { way: "release", ending: "complete" },
    );
    expect(carried.exit).toBe(0);
    expect(carried.asked.map((asked) => ("targets" in asked ? asked.phase : asked.gate))).toEqual([
      "@start",
      "way",
      "release",
      "ending",
      "complete-deploy",
      "complete-volumes",
      "complete-record",
    ]);
    for (const one of some) await expectCompleted(lab, one, was);
  });

  it("are not moved by the advance: its box runs out, nothing is called reached, and the operator is asked", async () => {
    const { lab } = incident;
    const { ones, was } = await stuck("stuck-virtio:alive", ["pgtest2"]);
    const [one] = ones;
    const keys = ones.map(({ key }) => key);
    const said = await incident.recover({ vm: keys, decide: ["way=plan", "nudge=advance"] });
    expect([said.exit, said.err]).toEqual([5, ""]);
    const events = incident.events(said.run);
    expect(rungEnds(events, "nudge")).toEqual(["timed-out"]);
    expect(rungEnds(events, "advance")).toEqual(["timed-out"]);
    expect(observed(events)).toEqual([]);
    expect(said.out).toContain("--decide advance=release");
    expect(said.out).toMatch(/began no step of its own .*the failover job says creating_vm/u);
    expect(injections(lab)).toHaveLength(10);
    const { "sql touch": touched, "sql set-creating-vm": advanced, ...more } = statements(await effects(lab));
    expect([touched, advanced, more]).toEqual([1, 1, {}]);
    expect(await history(lab, was.jobs)).toEqual(was.history);
    // The plan's third option, asked for: one row under the next free number, and no engine that reads it.
    const next = await incident.resume({ vm: keys, decide: ["advance=inject", "inject=release", "ending=abandon"] });
    expect([next.exit, next.err]).toEqual([0, ""]);
    expect(rungEnds(incident.events(said.run), "inject")).toEqual(["timed-out"]);
    expect(statements(await effects(lab))["sql inject-step"]).toBe(1);
    const injected = "select count(*) n, count(distinct seq) d from job_steps where job_id = ?";
    const [steps] = await query(lab, injected, [one?.job]);
    expect([Number(steps?.["n"]), Number(steps?.["d"])]).toEqual([6, 6]);
    await expectRecovered(lab, one?.key ?? "", was.jobs);
    await expectRestUntouched(lab, was);
    expect(injections(lab)).toHaveLength(8);
  });
});

const TWO = ["pgtest1", "QUAD-DC-01"];

describe("engines that poll the database", () => {
  it("complete by themselves after the nudge, and the ladder stops there", async () => {
    const { lab } = incident;
    const { ones, was } = await stuck("stuck-virtio:nudge", TWO);
    const said = await incident.recover({ vm: ones.map(({ key }) => key), decide: ["way=plan"] });
    expect([said.exit, said.err]).toEqual([0, ""]);
    const events = incident.events(said.run);
    expect(rungEnds(events, "nudge")).toEqual(Array.from(TWO, () => "done"));
    expect(rungEnds(events, "follow")).toEqual(Array.from(TWO, () => "done"));
    expect(observed(events)).toEqual(held(COMPLETED, 2));
    for (const one of ones) {
      await expectCompleted(lab, one, was);
      expect(await tracking(one)).toBe("completed");
    }
    await expectRestUntouched(lab, was);
    const all = await effects(lab);
    expectOnce(all);
    expect(statements(all)).toEqual({ "sql touch": 2 });
  });

  it("complete by themselves after the advance, and the ladder stops there", async () => {
    const { lab } = incident;
    const { ones, was } = await stuck("stuck-virtio:advance", TWO);
    const said = await incident.recover({ vm: ones.map(({ key }) => key), decide: ["way=plan", "nudge=advance"] });
    expect([said.exit, said.err]).toEqual([0, ""]);
    const events = incident.events(said.run);
    expect(rungEnds(events, "nudge")).toEqual(Array.from(TWO, () => "timed-out"));
    expect(rungEnds(events, "advance")).toEqual(Array.from(TWO, () => "done"));
    expect(observed(events)).toEqual(held(COMPLETED, 2));
    for (const one of ones) await expectCompleted(lab, one, was);
    await expectRestUntouched(lab, was);
    const all = await effects(lab);
    expectOnce(all);
    expect(statements(all)).toEqual({ "sql touch": 2, "sql set-creating-vm": 2 });
  });

  it("are left alone where three of five react; the two others are released and completed by hand", async () => {
    const { lab } = incident;
    const { ones, was } = await stuck("stuck-virtio:three");
    expect(injections(lab)).toHaveLength(4);
    const decide = ["way=plan", "nudge=release", "ending=complete"];
    const said = await incident.recover({ "all-stuck": true, decide });
    expect([said.exit, said.err]).toEqual([0, ""]);
    const events = incident.events(said.run);
    expect([...rungEnds(events, "nudge")].sort()).toEqual(["done", "done", "done", "timed-out", "timed-out"]);
    expect(rungEnds(events, "release")).toEqual(["done", "done"]);
    expect(observed(events)).toEqual(held(COMPLETED, 5));
    expect(injections(lab)).toEqual([]);
    for (const one of ones) await expectCompleted(lab, one, was);
    expect(await Promise.all(ones.map(tracking))).toEqual([
      "completed",
      "completed",
      "completed",
      "completed",
      "completed",
    ]);
    await expectRestUntouched(lab, was);
    const all = await effects(lab);
    expectOnce(all);
    expect(statements(all)).toEqual({
      "sql touch": 5,
      "sql write-destination": 2,
      "sql complete-job": 2,
      "sql complete-tracking": 2,
      "sql complete-steps": 2,
    });
    const climbed = events.flatMap((event) =>
      event.type === "decision.made" && event.body.asks === "climb" ? [event.target_key] : [],
    );
    expect(new Set(climbed)).toEqual(new Set([ones[3]?.key, ones[4]?.key]));
    expect(climbed).toHaveLength(2);
  });
});

describe("a machine that this runbook is not for", () => {
  it.each([
    ["live-failover", "pgtest1", 4, "is in a live failover: its source VM is off"],
    ["already-reset", "web-frontend-02", 4, "has no unfinished failover"],
    ["healthy", "pgtest1", 4, "has no unfinished failover"],
  ])("is refused with a sentence in the world %s", async (world, name, exit, sentence) => {
    const { lab } = incident;
    await incident.world(world);
    const key = await keyOf(lab, name);
    const was = await beforeWith(lab, [key]);
    const said = await incident.recover({ vm: [key], decide: ["way=plan", "ending=abandon"] });
    expect([said.exit, said.err]).toEqual([exit, ""]);
    expect(said.out).toContain(sentence);
    expect(ends(incident, said.run)).toEqual({ [name]: "refused" });
    expect(await effects(lab)).toEqual([]);
    await expectRestUntouched(lab, { ...was, contexts: [], volumes: [], jobs: [] });
  });
});
