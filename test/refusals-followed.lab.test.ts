/** What a refusal says is to be done is done, and then the next run recovers: no sentence leads into a dead end. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  cloudstackState,
  fault,
  killProcess,
  setCloudstackState,
  startProcess,
  type Lab,
} from "../src/packs/appliance/lab/index.ts";
import {
  before,
  effects,
  expectRecovered,
  expectRestUntouched,
  keyOf,
  query,
  volumesOf,
  type Before,
} from "./support/effects.ts";
import { crashing } from "./support/crash.ts";
import { anIncident, VIRTIO, type Incident, type Said } from "./support/incident.ts";

let incident: Incident;
let lab: Lab;
beforeAll(async () => {
  incident = await anIncident();
  ({ lab } = incident);
});
afterAll(() => incident.down());

/** pgtest1, stuck, after `change`; gives its key and how everything was. */
async function stuck(change: (key: string) => Promise<unknown> = () => Promise.resolve()): Promise<[string, Before]> {
  await incident.world("stuck-virtio");
  const key = await keyOf(lab, "pgtest1");
  await change(key);
  return [key, await before(lab, [key])];
}

const set = (sql: string, values: unknown[] = []): Promise<unknown> => query(lab, sql, values);

/** Refused with this sentence before the first effect. */
async function expectRefused(said: Said, sentence: string | RegExp): Promise<void> {
  expect([said.exit, said.err]).toEqual([4, ""]);
  expect(said.out).toMatch(sentence);
  expect(await effects(lab)).toEqual([]);
}

/** A run with these decisions recovers, and nothing else was touched. */
async function expectRecovers(key: string, was: Before, decide: readonly string[] = []): Promise<void> {
  const said = await incident.recover({ vm: [key], decide: [...decide] });
  expect([said.exit, said.err]).toEqual([0, ""]);
  await expectRecovered(lab, key, was.jobs);
  await expectRestUntouched(lab, was);
}

/** Takes a volume away from CloudStack, with its snapshots. */
async function loseVolume(id: string): Promise<void> {
  const { volumes, snapshots, ...rest } = cloudstackState(lab);
  const without = <T>(all: Record<string, T>, drop: (one: T, id: string) => boolean): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name, one]) => !drop(one, name)));
  await setCloudstackState(lab, {
    ...rest,
    volumes: without(volumes, (_one, name) => name === id),
    snapshots: without(snapshots, ({ volumeid }) => volumeid === id),
  });
}

describe("ossea_configs", () => {
  it("without an active row is refused, and set right it recovers", async () => {
    expect.hasAssertions();
    const [key, was] = await stuck(() => set("update ossea_configs set is_active = 0"));
    await expectRefused(await incident.recover({ vm: [key] }), /has 0 active rows.*Set is_active, and oma_vm_id/su);
    await set("update ossea_configs set is_active = 1");
    await expectRecovers(key, { ...was, dump: (await before(lab, [key])).dump });
  });

  it("with the id of a VM that CloudStack does not have is refused by that sentence, not by CloudStack's own", async () => {
    expect.hasAssertions();
    const [row] = await query(lab, "select oma_vm_id from ossea_configs");
    const wrong = "11111111-2222-3333-4444-555555555555";
    const [key] = await stuck(() => set("update ossea_configs set oma_vm_id = ?", [wrong]));
    await expectRefused(await incident.recover({ vm: [key] }), `does not list the appliance's own VM ${wrong}`);
    await set("update ossea_configs set oma_vm_id = ?", [row?.["oma_vm_id"]]);
    await expectRecovers(key, await before(lab, [key]));
  });
});

/** CloudStack says so of the first volume of a machine; undefined is Ready. */
async function stateOf(key: string, state: string | undefined): Promise<void> {
  const [first] = await volumesOf(lab, key);
  const cloud = cloudstackState(lab);
  const { [first?.id ?? ""]: volume, ...volumes } = cloud.volumes;
  if (volume === undefined) throw new Error("the world has a volume");
  const { state: _was, ...plain } = volume;
  await setCloudstackState(lab, {
    ...cloud,
    volumes: { ...volumes, [volume.id]: state === undefined ? plain : { ...plain, state } },
  });
}

describe("a list of VMs without the appliance, which was in the one before", () => {
  it.each([
    ["where the test VM of the job is looked for", "stuck-virtio", 3],
    ["where the test VM of a finished failover is looked for", "rollback-failed", 2],
  ])("%s, is refused; the next run recovers", async (_where, world, k) => {
    expect.hasAssertions();
    await incident.world(world);
    const key = await keyOf(lab, "pgtest1");
    const was = await before(lab, [key]);
    await fault(lab, "cloudstack-hides-vm", { id: cloudstackState(lab).appliance, k });
    await expectRefused(await incident.recover({ vm: [key] }), /does not even have the appliance in it/u);
    await expectRecovers(key, was);
  });
});

describe("a volume", () => {
  it("that is gone from CloudStack is refused; its row marked deleted, the others are put back", async () => {
    const [key] = await stuck();
    const [first] = await volumesOf(lab, key);
    await loseVolume(first?.id ?? "");
    await expectRefused(await incident.recover({ vm: [key] }), /set status\s+to deleted in its row/u);
    await set("update ossea_volumes set status = 'deleted' where volume_id = ?", [first?.id]);
    const deleted = await query(lab, "select * from ossea_volumes where status = 'deleted'");
    const said = await incident.recover({ vm: [key] });
    expect([said.exit, said.err]).toEqual([0, ""]);
    expect(await query(lab, "select * from ossea_volumes where status = 'deleted'")).toEqual(deleted);
    const left =
      "select status, snapshot_id, snapshot_status from ossea_volumes where vm_context_id = ? and status <> 'deleted'";
    expect(await query(lab, left, [key])).toEqual([{ status: "attached", snapshot_id: "", snapshot_status: "none" }]);
  });

  it("that is not Ready in CloudStack is refused; once it is, the next run recovers", async () => {
    expect.hasAssertions();
    const [key, was] = await stuck();
    await stateOf(key, "Migrating");
    await expectRefused(
      await incident.recover({ vm: [key] }),
      /Migrating of volume .*Wait until CloudStack says Ready/su,
    );
    await stateOf(key, undefined);
    await expectRecovers(key, was);
  });

  it("that is Destroyed in CloudStack never gets Ready; its row marked deleted, the others are put back", async () => {
    const [key] = await stuck();
    const [first] = await volumesOf(lab, key);
    await stateOf(key, "Destroy");
    await expectRefused(await incident.recover({ vm: [key] }), /if it was deleted for good, set status/u);
    await set("update ossea_volumes set status = 'deleted' where volume_id = ?", [first?.id]);
    const said = await incident.recover({ vm: [key] });
    expect([said.exit, said.err]).toEqual([0, ""]);
  });

  it("whose snapshot is an Error is refused; the snapshot deleted, the next run asks about the volume, and recovers", async () => {
    expect.hasAssertions();
    const [key, was] = await stuck();
    const [first] = await volumesOf(lab, key);
    const { snapshots, ...rest } = cloudstackState(lab);
    const { [first?.snapshot ?? ""]: bad, ...others } = snapshots;
    if (bad === undefined) throw new Error("the world has a snapshot");
    await setCloudstackState(lab, { ...rest, snapshots: { ...others, [bad.id]: { ...bad, state: "Error" } } });
    await expectRefused(await incident.recover({ vm: [key] }), /An Error never becomes BackedUp/u);
    await setCloudstackState(lab, { ...rest, snapshots: others });
    await expectRecovers(key, was, ["snapshot-gone=keep"]);
  });

  it("whose row says no status is one of the VM's all the same", async () => {
    expect.hasAssertions();
    const [key, was] = await stuck((context) =>
      set("update ossea_volumes set status = null where vm_context_id = ? order by id limit 1", [context]),
    );
    await expectRecovers(key, was);
  });

  it("of which only the snapshot's id was blanked, as an older way out says, does not end in doubt", async () => {
    expect.hasAssertions();
    const [key] = await stuck();
    const [first] = await volumesOf(lab, key);
    const { snapshots, ...rest } = cloudstackState(lab);
    const { [first?.snapshot ?? ""]: _gone, ...others } = snapshots;
    await setCloudstackState(lab, { ...rest, snapshots: others });
    await set("update ossea_volumes set snapshot_id = '' where volume_id = ?", [first?.id]);
    await expectRecovers(key, await before(lab, [key]));
  });
});

describe("rows that say that there is nothing to put back", () => {
  it("a VM that is replicating is refused; once that ended, the next run recovers", async () => {
    expect.hasAssertions();
    const to = (status: string, key: string): Promise<unknown> =>
      set("update vm_replication_contexts set current_status = ? where context_id = ?", [status, key]);
    const [key, was] = await stuck();
    await to("replicating", key);
    await expectRefused(await incident.recover({ vm: [key] }), /wait for that to end, then start again/u);
    await to("failed_over_test", key);
    await expectRecovers(key, was);
  });

  it("all volumes marked deleted is refused; their status set back, the next run recovers", async () => {
    expect.hasAssertions();
    const to = (status: string, key: string): Promise<unknown> =>
      set("update ossea_volumes set status = ? where vm_context_id = ?", [status, key]);
    const [key, was] = await stuck();
    await to("deleted", key);
    await expectRefused(await incident.recover({ vm: [key] }), /set its status\s+back and start again/u);
    await to("attached", key);
    await expectRecovers(key, was);
  });
});

describe("an engine of which nobody wrote down that it ended", () => {
  const running = (key: string): Promise<unknown> =>
    set(
      "update job_tracking set status = 'running', started_at = now(), completed_at = null where id = " +
        "(select job_id from failover_jobs where vm_context_id = ? and status = 'pending' order by id desc limit 1)",
      [key],
    );

  it("is refused; a restart of the OMA API proves it, and the next run recovers", async () => {
    expect.hasAssertions();
    const [key, was] = await stuck(running);
    await expectRefused(await incident.recover({ vm: [key] }), /restart the OMA API, which proves it/u);
    // The API's start is known to the second.
    await new Promise((resolve) => void setTimeout(resolve, 1_500));
    await killProcess(lab, "api");
    await startProcess(lab, "api");
    await expectRecovers(key, was);
  });

  it("is not called ended, and its failover is not completed by hand on that", async () => {
    const [key] = await stuck(running);
    const grant = `${incident.root}/unproven.json`;
    expect((await incident.cli("grant", [VIRTIO], { vm: [key], o: grant })).exit).toBe(0);
    const decide = ["way=plan", "nudge=advance", "advance=emergency"];
    const said = await incident.cli("run", [VIRTIO], { vm: [key], grant, decide });
    expect(said.exit).toBe(5);
    expect(said.out).toContain("whether its engine has ended is not proved");
    expect(said.out).not.toContain("ending=complete");
    const next = await incident.cli("resume", ["last"], { grant, decide: ["ending=abandon"] });
    expect(next.exit).toBe(4);
    expect(next.out).toContain("The cleanup has changed nothing");
    expect(next.out).not.toContain("Nothing was changed");
  });
});

describe("what somebody else did to a run that goes on, and will not be undone", () => {
  /** Does it once the volumes are off; resumes as the sentence says first, then begins anew as it says next. */
  async function expectNewRunRecovers(
    act: (key: string) => Promise<unknown>,
    decide: readonly string[],
  ): Promise<void> {
    const [key, was] = await stuck();
    let did = false;
    const between = async (event: { readonly phase_id: string | null }): Promise<void> => {
      if (did || event.phase_id !== "snapshots") return;
      did = true;
      await act(key);
    };
    await crashing(incident, [key], {}, { k: Number.POSITIVE_INFINITY, manner: "after", between });
    const said = await incident.resume({ vm: [key] });
    expect(said.exit).toBe(4);
    expect(said.out).toContain("Where it will not be so again, begin a new run of this VM");
    await expectRecovers(key, was, decide);
  }

  it("a failover that was closed: a new run recovers", async () => {
    expect.hasAssertions();
    await expectNewRunRecovers(
      (key) => set("update failover_jobs set status = 'failed' where vm_context_id = ? and status = 'pending'", [key]),
      [],
    );
  });

  it("a snapshot that was deleted: a new run asks about it, and recovers", async () => {
    expect.hasAssertions();
    await expectNewRunRecovers(
      async (key) => {
        const [first] = await volumesOf(lab, key);
        const { snapshots, ...rest } = cloudstackState(lab);
        const { [first?.snapshot ?? ""]: _gone, ...others } = snapshots;
        await setCloudstackState(lab, { ...rest, snapshots: others });
      },
      ["snapshot-gone=keep"],
    );
  });
});
