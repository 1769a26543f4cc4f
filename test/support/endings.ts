/** The ends that the worlds may come to, each checked against the database, the daemon, CloudStack and the ledger. */
import { expect } from "vitest";
import { clearFaults, cloudstackState, type Lab } from "../../src/packs/appliance/lab/index.ts";
import {
  done,
  effects,
  expectRecovered,
  expectRestUntouched,
  expectRevertedBeforeDeleted,
  placesOf,
  query,
  volumesOf,
  type Before,
  type Effect,
} from "./effects.ts";
import type { Incident, Said } from "./incident.ts";

/** What a row is judged by. */
export interface Told extends Said {
  readonly incident: Incident;
  readonly key: string;
  readonly label: string;
  readonly was: Before;
  readonly effects: Effect[];
  /** The volumes that were attached to something when the world began. */
  readonly attached: readonly string[];
  readonly vms: readonly string[];
  readonly report: string;
}

export const ids = (told: Told): string[] => told.was.all.map(({ id }) => id);
const snapshots = (told: Told): string[] => told.was.all.map(({ snapshot }) => snapshot).filter((id) => id !== "");

export const nothingHappened = async (told: Told): Promise<void> => {
  expect(told.effects).toEqual([]);
  await expectRestUntouched(told.incident.lab, { ...told.was, contexts: [], volumes: [], jobs: [] });
};

/** The one right end, and each effect at most once on the way there. */
export const recovered = async (told: Told): Promise<void> => {
  const { lab } = told.incident;
  await expectRecovered(lab, told.key, told.was.jobs);
  await expectRestUntouched(lab, told.was);
  expectRevertedBeforeDeleted(told.effects);
  for (const what of ["detach", "attach", "detachVolume", "attachVolume", "revertSnapshot", "deleteSnapshot"]) {
    const hit = done(told.effects, what);
    expect(new Set(hit).size, `${what} twice: ${hit.join(", ")}`).toBe(hit.length);
  }
  expect(told.effects.filter(({ entry }) => entry.by === "unknown")).toEqual([]);
};

export const wholeWay = async (told: Told): Promise<void> => {
  await recovered(told);
  expect(done(told.effects, "detach")).toEqual(told.attached);
  expect(done(told.effects, "revertSnapshot")).toEqual(snapshots(told));
  expect(done(told.effects, "deleteSnapshot")).toEqual(snapshots(told));
  expect(done(told.effects, "attach")).toEqual(ids(told));
  for (const step of ["clear-tracking", "close-jobs", "reset-context"])
    expect(told.effects.filter(({ what }) => what === `sql ${step}`)).toHaveLength(1);
};

/** 431 was no proof: the run failed in its second phase, and nothing was reverted. */
export const failedAtDetach = async (told: Told): Promise<void> => {
  expect(told.out).toContain("431");
  expect(done(told.effects, "detach")).toHaveLength(1);
  expect(told.effects.filter(({ what }) => /Snapshot|^sql|^attach/u.test(what))).toEqual([]);
  expect(told.out).not.toMatch(/ ok +Detach volume/u);
};

export const daemonDown = async (told: Told): Promise<void> => {
  await nothingHappened(told);
  expect(told.out).toContain("Volume Daemon");
  expect(told.out).not.toMatch(/is detached/u);
  expect(told.out).toContain(`handrail resume ${told.run}`);
};

export const vmsOf = (lab: Lab): string[] =>
  Object.values(cloudstackState(lab).vms)
    .filter(({ state }) => state !== "Destroyed")
    .map(({ name, id }) => `${name} (${id})`)
    .sort();

/** The VMs that CloudStack had before and has no more. */
const gone = (told: Told): string[] => told.vms.filter((vm) => !vmsOf(told.incident.lab).includes(vm));

export const destroyed = async (told: Told): Promise<void> => {
  await wholeWay(told);
  const [id = ""] = done(told.effects, "destroyVirtualMachine");
  expect(gone(told)).toEqual([expect.stringContaining(id)]);
  expect(gone(told)).toEqual([expect.stringMatching(new RegExp(`^${told.label}`, "u"))]);
};

export const kept = async (told: Told): Promise<void> => {
  await wholeWay(told);
  expect(gone(told)).toEqual([]);
  expect(told.effects.filter(({ what }) => what.includes("VirtualMachine"))).toEqual([]);
  const [left = "", ...others] = vmsOf(told.incident.lab).filter((vm) => vm.startsWith(told.label));
  expect(others).toEqual([]);
  const [name = "", id = ""] = left.replace(")", "").split(" (");
  expect(told.report).toMatch(/destination of .*: keep, .* beforehand/u);
  expect(told.report).toContain(`${name} (${id})`);
};

export const undecided =
  (gate: string) =>
  async (told: Told): Promise<void> => {
    await nothingHappened(told);
    expect(told.out).toContain(`--decide ${gate}=`);
  };

/** Database and daemon on one side, CloudStack on the other, each with what it says. */
const threeTruths = (told: Told): void => {
  const [volume = ""] = ids(told);
  expect(told.out).toMatch(
    new RegExp(
      `volume ${volume}: its row says (attached|detached), the daemon's mapping says (attached to [0-9a-f-]{36}|detached)`,
      "u",
    ),
  );
  expect(told.out).toMatch(/CloudStack says (attached to [0-9a-f-]{36}|detached)/u);
};

export const stopped = async (told: Told): Promise<void> => {
  await nothingHappened(told);
  threeTruths(told);
};

/** A step failed in the middle and nobody decided: nothing more was done. */
export const leftWhereItFailed = (phase: "revert" | "delete", k: number) => async (told: Told) => {
  expect(new Set(await placesOf(told.incident.lab, told.key))).toEqual(new Set(["nowhere"]));
  expect(done(told.effects, "revertSnapshot")).toHaveLength(phase === "revert" ? k - 1 : 3);
  expect(done(told.effects, "deleteSnapshot")).toHaveLength(phase === "revert" ? 0 : k - 1);
  expect(told.effects.filter(({ what }) => what.startsWith("sql") || what === "attach")).toEqual([]);
  expect(told.out).toContain("nobody to ask");
};

/** The volumes are back, the snapshots that are left are still there and tracked; with the fault gone the next run ends well. */
export const putBack = (phase: "revert" | "delete", k: number) => async (told: Told) => {
  const { lab } = told.incident;
  expect(new Set(await placesOf(lab, told.key))).toEqual(new Set(["appliance"]));
  const left = snapshots(told).slice(phase === "revert" ? 0 : k - 1);
  expect(left.filter((id) => cloudstackState(lab).snapshots[id] === undefined)).toEqual([]);
  expect((await volumesOf(lab, told.key)).map(({ snapshot }) => snapshot)).toEqual(snapshots(told));
  expect(told.effects.filter(({ what }) => what.startsWith("sql"))).toEqual([]);
  const [status] = await query(lab, "select current_status s from vm_replication_contexts where context_id = ?", [
    told.key,
  ]);
  expect(status).toEqual({ s: "failed_over_test" });
  expect(told.report).toContain("put-back");
  expect(told.report).toContain("NOT recovered");
  for (const id of left) expect(told.report).toContain(id);
  await clearFaults(lab);
  const again = await told.incident.recover({ vm: [told.key] });
  expect(again.exit).toBe(0);
  await expectRecovered(lab, told.key, told.was.jobs);
  await expectRestUntouched(lab, told.was);
  expectRevertedBeforeDeleted(await effects(lab));
};
