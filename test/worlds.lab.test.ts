/** Every world of the lab, recovered for real: exit code, database, daemon, CloudStack, and the ledger of effects. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudstackState } from "../src/packs/appliance/lab/index.ts";
import {
  before,
  done,
  effects,
  expectRecovered,
  expectRestUntouched,
  expectRevertedBeforeDeleted,
  keyOf,
  query,
} from "./support/effects.ts";
import {
  daemonDown,
  destroyed,
  failedAtDetach,
  ids,
  kept,
  leftWhereItFailed,
  nothingHappened,
  putBack,
  recovered,
  stopped,
  undecided,
  vmsOf,
  wholeWay,
} from "./support/endings.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { PUT_BACK, UNKIND, type Row } from "./support/unkind-rows.ts";
import { sampled } from "./support/sample.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});

afterAll(() => incident.down());

const WEB = "web-frontend-02";

const deleteFails = [1, 2, 3].flatMap((k): Row[] => [
  {
    world: `delete-fails:${k}`,
    vm: WEB,
    exit: 1,
    must: "nothing is done after the failure while nobody has decided",
    hold: leftWhereItFailed("delete", k),
  },
  {
    world: `delete-fails:${k}`,
    vm: WEB,
    decide: ["snapshots=put-back"],
    exit: 1,
    must: PUT_BACK,
    hold: putBack("delete", k),
  },
]);

const table: Row[] = [
  { world: "stuck-virtio", vm: "pgtest1", exit: 0, must: "all is brought back, each effect once", hold: wholeWay },
  { world: "stuck-virtio", vm: "pgtest2", exit: 0, must: "all is brought back, each effect once", hold: wholeWay },
  {
    world: "stuck-virtio",
    vm: "PhilB Test machine",
    exit: 0,
    must: "a name with spaces is a name like any other",
    hold: wholeWay,
  },
  { world: "stuck-virtio", vm: WEB, exit: 0, must: "three disks are brought back, each effect once", hold: wholeWay },
  {
    world: "stuck-virtio:alive",
    vm: "pgtest1",
    exit: 4,
    must: "refused before any effect, with the process, its disk and what to do",
    hold: async (told) => {
      await nothingHappened(told);
      const [volume = ""] = ids(told);
      const disk = `virtio-${volume.replaceAll("-", "").slice(0, 20)}`;
      expect(told.out).toMatch(new RegExp(`process \\d+ \\([\\w.-]+\\) holds /dev/disk/by-id/${disk}`, "u"));
      expect(told.out).toContain("Release it first: virtio-recovery (r on the board)");
    },
  },
  {
    world: "mixed-volumes",
    vm: WEB,
    exit: 0,
    must: "only attached volumes are detached",
    hold: async (told) => {
      expect(told.attached).toHaveLength(2);
      await wholeWay(told);
    },
  },
  {
    world: "mixed-volumes:test-vm",
    vm: WEB,
    decide: ["destination=destroy"],
    exit: 0,
    must: "the test VM goes after its volume is off",
    hold: destroyed,
  },
  {
    world: "mixed-volumes:test-vm",
    vm: WEB,
    decide: ["destination=keep"],
    exit: 0,
    must: "the test VM stays without the volume",
    hold: kept,
  },
  {
    world: "already-detached-431",
    vm: "pgtest1",
    exit: 0,
    must: "431 is accepted after the probe saw the volume detached",
    hold: async (told) => {
      await recovered(told);
      expect(told.effects.filter(({ what, end }) => what === "detachVolume" && end === "refused")).toHaveLength(1);
      expect(told.out).toMatch(/already +Detach volume/u);
      expect(done(told.effects, "attach")).toEqual(ids(told));
    },
  },
  {
    world: "already-detached-431:wrong-volume",
    vm: "pgtest1",
    exit: 1,
    must: "nothing is reverted",
    hold: failedAtDetach,
  },
  { world: "already-detached-431:attached", vm: "pgtest1", exit: 1, must: "nothing is reverted", hold: failedAtDetach },
  ...["daemon-down", "daemon-down:refused", "daemon-down:unhealthy", "daemon-down:broken-db"].map((world): Row => ({
    world,
    vm: "pgtest1",
    exit: 69,
    must: "nothing is done, and nothing is called detached",
    hold: daemonDown,
  })),
  ...["failed-vm-creation:destination", "failed-vm-creation:half-made"].flatMap((world): Row[] => [
    { world, vm: "pgtest1", decide: ["destination=destroy"], exit: 0, must: "the test VM is gone", hold: destroyed },
    {
      world,
      vm: "pgtest1",
      decide: ["destination=keep"],
      exit: 0,
      must: "the test VM is still there and named in the report",
      hold: kept,
    },
    { world, vm: "pgtest1", exit: 5, must: "nothing is done while nobody has decided", hold: undecided("destination") },
  ]),
  ...["half-deleted-snapshots", "half-reverted", "half-attached"].map((world): Row => ({
    world,
    vm: WEB,
    // What somebody deleted was reverted before, or was not: CloudStack lists no job that has ended.
    ...(world === "half-deleted-snapshots" ? { decide: ["snapshot-gone=keep"] } : {}),
    exit: 0,
    must: "brought to the same end, and no snapshot goes that was not reverted before",
    hold: recovered,
  })),
  {
    world: "already-reset",
    vm: WEB,
    exit: 0,
    must: "there is nothing left to do, and nothing is done",
    hold: async (told) => {
      await recovered(told);
      expect(told.effects).toEqual([]);
    },
  },
  ...["mapping-desync:stale-mapping", "mapping-desync:no-mapping"].flatMap((world): Row[] => [
    {
      world,
      vm: "pgtest1",
      decide: ["disagreement=mend"],
      exit: 0,
      must: "the disagreement is mended on the way",
      hold: recovered,
    },
    {
      world,
      vm: "pgtest1",
      decide: ["disagreement=stop"],
      exit: 4,
      must: "the question shows what each says",
      hold: stopped,
    },
    {
      world,
      vm: "pgtest1",
      exit: 5,
      must: "nothing is done while nobody has decided",
      hold: undecided("disagreement"),
    },
  ]),
  {
    world: "live-failover",
    vm: "pgtest1",
    exit: 4,
    must: "a live failover is refused with a sentence",
    hold: async (told) => {
      await nothingHappened(told);
      expect(told.out).toContain("is in a live failover: its source VM is off");
    },
  },
];

/** Of the rows that are as unkind as the real thing every second, of the others every eighth; the soak walks all of them. */
const shown: readonly Row[] = [...sampled(UNKIND, 3), ...sampled([...deleteFails, ...table], 18)];

const nameOf = ({ world, vm, decide, exit, must }: Row): string =>
  `${world} (${vm}${decide === undefined ? "" : `, ${decide.join(", ")}`}): exit ${[exit].flat().join(" or ")}: ${must}`;

describe("a recovery of one machine", () => {
  it.each(shown.map((row): [string, Row] => [nameOf(row), row]))("%s", async (_name, row) => {
    const { lab } = incident;
    await incident.world(row.world);
    const key = await keyOf(lab, row.vm);
    const was = await before(lab, [key]);
    const cloud = cloudstackState(lab).volumes;
    const attached = was.volumes.filter((id) => cloud[id]?.vm !== null);
    const vms = vmsOf(lab);
    const said = await incident.recover({ vm: [key], decide: row.decide ?? [] });
    const report = said.run === "" ? "" : (await incident.cli("report", [said.run])).out;
    expect([row.exit].flat()).toContain(said.exit);
    expect(said.err).toBe("");
    await row.hold({ ...said, incident, key, label: row.vm, was, attached, vms, report, effects: await effects(lab) });
  });
});

describe("two machines of one name", () => {
  it("are refused by name with both listed, and recovered by key", async () => {
    const { lab } = incident;
    await incident.world("same-name");
    const contexts = await query(lab, "select context_id from vm_replication_contexts where vm_name = 'pgtest1'");
    const keys = contexts.map((row) => String(row["context_id"]));
    expect(keys).toHaveLength(2);
    const said = await incident.cli("run", ["failed-execution-cleanup"], { vm: ["pgtest1"] });
    expect(said.exit).toBe(64);
    for (const key of keys) expect(said.err).toContain(key);
    expect(await effects(lab)).toEqual([]);
    for (const key of keys) {
      const was = await before(lab, [key]);
      expect((await incident.recover({ vm: [key] })).exit).toBe(0);
      await expectRecovered(lab, key, was.jobs);
      await expectRestUntouched(lab, was);
    }
  });
});

describe("five stuck machines", () => {
  it("are recovered in one run, with one decision for each phase that changes something", async () => {
    const { lab } = incident;
    await incident.world("stuck-virtio");
    const names = ["pgtest1", "pgtest2", "PhilB Test machine", WEB, "QUAD-DC-01"];
    const keys = await Promise.all(names.map((name) => keyOf(lab, name)));
    const was = await before(lab, keys);
    const old = "select count(*) n from failover_jobs where job_id not in (?)";
    const [history] = await query(lab, old, [was.jobs]);
    const pending = `${old} and status = 'pending'`;
    const [stale] = await query(lab, pending, [was.jobs]);
    const said = await incident.recover({ "all-stuck": true });
    expect([said.exit, said.err]).toEqual([0, ""]);
    for (const key of keys) {
      const jobs = await query(lab, "select job_id from failover_jobs where vm_context_id = ? and job_id in (?)", [
        key,
        was.jobs,
      ]);
      await expectRecovered(
        lab,
        key,
        jobs.map((row) => String(row["job_id"])),
      );
    }
    await expectRestUntouched(lab, was);
    expect(await query(lab, old, [was.jobs])).toEqual([history]);
    expect(Number(stale?.["n"])).toBeGreaterThan(0);
    expect(await query(lab, pending, [was.jobs])).toEqual([stale]);
    const all = await effects(lab);
    expect([...done(all, "detach")].sort()).toEqual([...was.volumes].sort());
    expect([...done(all, "attach")].sort()).toEqual([...was.volumes].sort());
    const tracked = was.all.map(({ snapshot }) => snapshot);
    expect([...done(all, "revertSnapshot")].sort()).toEqual([...tracked].sort());
    expect([...done(all, "deleteSnapshot")].sort()).toEqual([...tracked].sort());
    expectRevertedBeforeDeleted(all);
    const asked = incident.events(said.run).filter((event) => event.type === "approval.requested");
    expect(asked.map((event) => event.phase_id)).toEqual(["@start", "detach", "snapshots", "reattach", "reset"]);
  });
});
