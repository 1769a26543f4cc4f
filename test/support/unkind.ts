/** The ends of the worlds that are as unkind as the real thing: what is said at first, and the way that leads out of it. */
import { expect } from "vitest";
import { cloudstackState } from "../../src/packs/appliance/lab/index.ts";
import { done, effects, expectRecovered, expectRestUntouched, expectRevertedBeforeDeleted, query } from "./effects.ts";
import { ids, nothingHappened, putBack, recovered, type Told } from "./endings.ts";
import type { Said } from "./incident.ts";

const AWAY = /does not answer|was not finished after/u;

/** A change in doubt is looked at again until the other side is back; nothing is sent on the way. */
async function untilKnown({ incident, key, exit, out, err, run }: Told): Promise<Said> {
  const sent = async (): Promise<number> =>
    (await effects(incident.lab)).filter(({ entry }) => entry.by === "handrail").length;
  const before = await sent();
  for (let now: Said = { exit, out, err, run }; ; now = await incident.resume({ vm: [key] })) {
    if (now.exit !== 3 || !AWAY.test(now.out)) {
      expect(await sent()).toBe(before);
      return now;
    }
    await new Promise((resolve) => void setTimeout(resolve, 100));
  }
}

/** What the real API answers of the failover's own job. */
async function apiStatus(told: Told): Promise<readonly [number, string]> {
  const [job = ""] = told.was.jobs;
  const answer = await fetch(`${told.incident.lab.site.oma_api.url}/api/v1/failover/${job}/status`);
  const body = (await answer.json()) as { status: string };
  return [answer.status, body.status];
}

/** Nothing runs any more, in the database and in the answer of the API. */
async function atRest(told: Told): Promise<void> {
  const open = "select id from volume_operations where status in ('pending', 'executing')";
  expect(await query(told.incident.lab, open)).toEqual([]);
  if (told.was.jobs.length > 0) expect(await apiStatus(told)).toEqual([200, "failed"]);
}

/** Recovered, and nothing happened to a volume or a snapshot twice, whatever was asked of the daemon how often. */
async function recoveredOnce(told: Told): Promise<void> {
  const { lab } = told.incident;
  await expectRecovered(lab, told.key, told.was.jobs);
  await expectRestUntouched(lab, told.was);
  const all = await effects(lab);
  expectRevertedBeforeDeleted(all);
  for (const what of ["detachVolume", "attachVolume", "revertSnapshot", "deleteSnapshot"]) {
    const hit = done(all, what);
    expect(new Set(hit).size, `${what} twice: ${hit.join(", ")}`).toBe(hit.length);
  }
  await atRest(told);
}

/** From here on a new run recovers, with these decisions. */
const byNewRun = async (told: Told, decide: readonly string[]): Promise<void> => {
  const next = await told.incident.recover({ vm: [told.key], decide: [...decide] });
  expect([next.exit, next.err]).toEqual([0, ""]);
  await recoveredOnce(told);
};

/** It was done, the daemon's record says otherwise, and a new run mends that. */
export const mended = async (told: Told): Promise<void> => {
  const known = await untilKnown(told);
  expect(known.exit).toBe(1);
  expect(known.out).toContain("it was done. But the daemon's record says attached to");
  await byNewRun(told, ["disagreement=mend"]);
};

/** Somebody else did it in CloudStack itself: the daemon's record is wrong, and a new run mends that. */
export const mendedAfter431 = async (told: Told): Promise<void> => {
  expect(told.out).toContain("431");
  expect(told.out).toContain("the daemon says mapped");
  await byNewRun(told, ["disagreement=mend"]);
};

/** It was not done; a new run does it. */
export const begunAnew = async (told: Told): Promise<void> => {
  const known = await untilKnown(told);
  expect(known.exit).toBe(1);
  expect(known.out).toContain("so it was not done");
  await byNewRun(told, []);
};

/** The run goes on where it failed. */
export const resumed = async (told: Told): Promise<void> => {
  const next = await told.incident.resume({ vm: [told.key] });
  expect([next.exit, next.err]).toEqual([0, ""]);
  await recoveredOnce(told);
};

/** Only somebody who knows can say what became of a revert. */
export const saidByHand = async (told: Told): Promise<void> => {
  expect(told.out).toContain("Whether the volume was reverted no look can tell");
  expect(done(told.effects, "deleteSnapshot")).toEqual([]);
  const word = { as: "applied", note: "its job was seen to end in the management server's log" };
  expect((await told.incident.cli("resolve", [told.run, "revert"], word)).exit).toBe(0);
  await resumed(told);
};

export const settledByItself = async (told: Told): Promise<void> => {
  await recovered(told);
  await atRest(told);
};

/** The volume keeps what the failover wrote, as decided; no revert of it is claimed. */
export const keptAsItIs = async (told: Told): Promise<void> => {
  const { lab } = told.incident;
  const [first = ""] = ids(told);
  await expectRecovered(lab, told.key, told.was.jobs);
  await expectRestUntouched(lab, told.was);
  expect(cloudstackState(lab).volumes[first]?.content).toBe("changed by the failover");
  expect(done(told.effects, "revertSnapshot")).toHaveLength(2);
  expect(told.report).toMatch(/snapshot-gone of .*: keep, .* beforehand/u);
  await atRest(told);
};

export const waitsForSnapshot = async (told: Told): Promise<void> => {
  await nothingHappened(told);
  expect(told.out).toContain("says BackingUp of snapshot");
  expect(told.out).toContain("Wait until CloudStack says BackedUp");
};

/** What the appliance's rollback left is put back; its job stays completed. */
export const rollbackFinished = async (told: Told): Promise<void> => {
  const { lab } = told.incident;
  await expectRecovered(lab, told.key, []);
  await expectRestUntouched(lab, told.was);
  expect(done(told.effects, "attach")).toEqual([ids(told)[0]]);
  expect(told.effects.filter(({ what }) => /Snapshot|VirtualMachine/u.test(what))).toEqual([]);
};

/** A revert in doubt that somebody calls not done, and leaves so: the volumes are put back as decided. */
export const putBackByWord = (k: number) => async (told: Told) => {
  const { incident, effects: all, key, out, run } = told;
  expect(out).toContain("Whether the volume was reverted no look can tell");
  expect(done(all, "revertSnapshot")).toHaveLength(k - 1);
  expect(all.filter(({ what }) => /deleteSnapshot|^sql|^attach/u.test(what))).toEqual([]);
  const note = "the storage's own log has no revert of this volume";
  const word = { as: "not-applied", "leave-failed": true, note };
  expect((await incident.cli("resolve", [run, "revert"], word)).exit).toBe(0);
  const said = await incident.resume({ vm: [key], decide: ["snapshots=put-back"] });
  expect([said.exit, said.err]).toEqual([1, ""]);
  const report = (await incident.cli("report", [run])).out;
  expect(report).toContain(note);
  await putBack("revert", k)({ ...told, ...said, report, effects: await effects(incident.lab) });
};
