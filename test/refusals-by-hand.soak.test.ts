/** What stops a completion by hand says what is to be done; that is done, and it comes to an end. */
import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudstackState, setCloudstackState, type Lab } from "../src/packs/appliance/lab/index.ts";
import { crashing } from "./support/crash.ts";
import { effects, expectRecovered, keyOf, query, volumesOf } from "./support/effects.ts";
import { anIncident, RUNBOOK, VIRTIO, type Incident, type Said } from "./support/incident.ts";
import { beforeWith, expectCompleted, stuckOnes, type Stuck } from "./support/ladder.ts";

type Cloud = ReturnType<typeof cloudstackState>;

let incident: Incident;
let lab: Lab;
beforeAll(async () => {
  incident = await anIncident({ runbook: VIRTIO });
  ({ lab } = incident);
});
afterAll(() => incident.down());

const CLOSED = ["way=emergency", "ending=complete"];
const ABANDON = ["way=emergency", "ending=abandon", "destination=destroy", "disagreement=mend", "snapshot-gone=keep"];

/** Changes CloudStack behind everyone's back. */
async function change(act: (cloud: Cloud) => void): Promise<void> {
  const cloud = structuredClone(cloudstackState(lab));
  act(cloud);
  await setCloudstackState(lab, cloud);
}

const testVm = ({ vms }: Cloud) => Object.values(vms).find(({ name }) => name.startsWith("pgtest1-test-"));
const power = (state: string): Promise<void> =>
  change((cloud) => {
    const vm = testVm(cloud);
    if (vm !== undefined) vm.state = state;
  });
const placeRoot = (on: boolean): Promise<void> =>
  change((cloud) => {
    for (const volume of Object.values(cloud.volumes))
      if (volume.name.startsWith("ROOT-")) volume.vm = on ? (testVm(cloud)?.id ?? null) : null;
  });
/** Its own disk goes with it, the others are let go. */
const destroy = (): Promise<void> =>
  change((cloud) => {
    const id = testVm(cloud)?.id ?? "";
    Reflect.deleteProperty(cloud.vms, id);
    for (const volume of Object.values(cloud.volumes))
      if (volume.vm === id && volume.type === "ROOT") Reflect.deleteProperty(cloud.volumes, volume.id);
      else if (volume.vm === id) volume.vm = null;
  });
async function takeDataDisk({ key }: Stuck): Promise<void> {
  const [, data] = await volumesOf(lab, key);
  await change(({ volumes }) => {
    const volume = volumes[data?.id ?? ""];
    if (volume !== undefined) volume.vm = null;
  });
}
async function loseSnapshot({ key }: Stuck): Promise<void> {
  const [first] = await volumesOf(lab, key);
  await change(({ snapshots }) => void Reflect.deleteProperty(snapshots, first?.snapshot ?? ""));
}

/** pgtest1 with a hanging engine. */
async function hanging(): Promise<{ one: Stuck; was: Awaited<ReturnType<typeof beforeWith>> }> {
  await incident.world("stuck-virtio:alive");
  const [one] = await stuckOnes(lab, ["pgtest1"]);
  if (one === undefined) throw new Error("the world has pgtest1");
  return { one, was: await beforeWith(lab, [one.key]) };
}

/** Completes by hand, and `act` happens once `step` was seen to be done. Gives why the run is paused. */
async function disturbed(one: Stuck, step: string, act: (one: Stuck) => Promise<void>): Promise<string> {
  let did = false;
  const between = async (event: { readonly type: string; readonly step_id: string | null }): Promise<void> => {
    if (did || event.type !== "step.verified" || event.step_id !== step) return;
    did = true;
    await act(one);
  };
  const decide = ["way=release", "ending=complete"];
  const { run } = await crashing(incident, one.key, { decide }, { k: Infinity, manner: "after", between });
  const paused = incident.events(run).find((event) => event.type === "run.paused");
  return paused?.type === "run.paused" ? paused.body.says.replace(/\s+/gu, " ") : "";
}

const anew = ({ key }: Stuck, decide: readonly string[]): Promise<Said> =>
  incident.recover({ vm: [key], decide: [...decide] });
const oneLine = ({ out }: Said): string => out.replace(/\s+/gu, " ");

describe("what a step of it needs", () => {
  it.each([
    ["the disk off", "detach-root", () => placeRoot(true), () => placeRoot(false), "Detach it in CloudStack"],
    ["the VM running", "start", () => power("Stopped"), () => power("Running"), "Start it in CloudStack"],
  ] as const)(
    "%s, is refused; that done in CloudStack, the same run completes",
    async (_what, step, act, mend, says) => {
      const { one, was } = await hanging();
      expect(await disturbed(one, step, act)).toContain(says);
      await mend();
      expect((await incident.resume({ vm: [one.key] })).exit).toBe(0);
      await expectCompleted(lab, one, was);
    },
  );
});

describe("what came undone meanwhile", () => {
  it.each([
    ["the test VM", "write-destination", destroy],
    ["a volume on it", "attach-first-data", takeDataDisk],
  ] as const)("%s: a new run completes", async (_what, step, act) => {
    const { one, was } = await hanging();
    expect(await disturbed(one, step, act)).toMatch(/came undone: .*begin a new run of this VM/u);
    expect((await anew(one, CLOSED)).exit).toBe(0);
    await expectCompleted(lab, one, was);
  });

  it("a snapshot that is gone: it cannot be completed any more, and a new run abandons it", async () => {
    const { one, was } = await hanging();
    expect(await disturbed(one, "take-off", loseSnapshot)).toContain("Begin virtio-recovery anew and abandon");
    expect((await anew(one, ABANDON)).exit).toBe(0);
    await expectRecovered(lab, one.key, was.jobs);
  });

  it("nobody else moving a volume of it: once that has ended, the same run completes", async () => {
    const { one, was } = await hanging();
    const other = async ({ key }: Stuck): Promise<void> => {
      const [first] = await volumesOf(lab, key);
      await query(
        lab,
        "insert into volume_operations (id, type, status, volume_id, request) values ('of-another', 'detach', 'executing', ?, '{}')",
        [first?.id ?? ""],
      );
    };
    expect(await disturbed(one, "take-off", other)).toMatch(
      /an operation that this run did not ask for: detach of volume .*of-another/u,
    );
    await query(
      lab,
      "update volume_operations set status = 'completed', completed_at = now() where id = 'of-another'",
      [],
    );
    expect((await incident.resume({ vm: [one.key] })).exit).toBe(0);
    await expectCompleted(lab, one, was);
  });

  it("this failover being the newest: the other one taken away again, the same run completes", async () => {
    const { one, was } = await hanging();
    const other = async ({ key }: Stuck): Promise<void> => {
      await query(
        lab,
        `insert into failover_jobs (job_id, vm_context_id, vm_id, source_vm_name, replication_job_id, job_type, status)
           select 'begun-by-another', vm_context_id, vm_id, source_vm_name, replication_job_id, job_type, 'pending'
           from failover_jobs where vm_context_id = ? order by id desc limit 1`,
        [key],
      );
    };
    expect(await disturbed(one, "take-off", other)).toContain(
      "another failover of this VM was begun: begun-by-another",
    );
    await query(lab, "delete from failover_jobs where job_id = ?", ["begun-by-another"]);
    expect((await incident.resume({ vm: [one.key] })).exit).toBe(0);
    await expectCompleted(lab, one, was);
  });

  it("the test VM, once the job says completed: virtio-recovery names the cleanup, which puts all back", async () => {
    const { one } = await hanging();
    expect(await disturbed(one, "complete-job", destroy)).toContain("came undone");
    const refused = await anew(one, CLOSED);
    expect(refused.exit).toBe(4);
    expect(oneLine(refused)).toContain("failed-execution-cleanup puts the volumes back");
    const grant = `${incident.root}/after.json`;
    expect((await incident.cli("grant", [RUNBOOK], { vm: [one.key], o: grant })).exit).toBe(0);
    const said = await incident.cli("run", [RUNBOOK], { vm: [one.key], grant, decide: ["disagreement=mend"] });
    expect([said.exit, said.err]).toEqual([0, ""]);
    const status = "select current_status s from vm_replication_contexts where context_id = ?";
    expect(await query(lab, status, [one.key])).toEqual([{ s: "ready_for_failover" }]);
  });
});

it("a process that is no engine's is never ended; once it has ended, a new run recovers", async () => {
  const { one, was } = await hanging();
  const [first] = await volumesOf(lab, one.key);
  const device = `/dev/disk/by-id/virtio-${first?.id.replaceAll("-", "").slice(0, 20)}`;
  const script = ["-c", "while :; do sleep 1; done", "backup", device];
  const child = spawn("/bin/sh", script, { stdio: "ignore", detached: true });
  try {
    for (const _time of [1, 2]) {
      const said = await anew(one, ["way=release", "ending=abandon"]);
      expect(said.exit).toBe(4);
      expect(oneLine(said)).toContain("Handrail ends no other process: wait for its end, or ask whoever started it");
    }
  } finally {
    process.kill(-(child.pid ?? 0), "SIGKILL");
  }
  expect((await anew(one, ABANDON)).exit).toBe(0);
  await expectRecovered(lab, one.key, was.jobs);
});

it("a VM may be called what a runbook forbids as a command", async () => {
  await incident.world("stuck-virtio");
  const key = await keyOf(lab, "pgtest1");
  await query(lab, "update vm_replication_contexts set vm_name = 'cancel-pgtest1' where context_id = ?", [key]);
  expect((await incident.recover({ vm: [key], decide: CLOSED })).exit).toBe(0);
  expect((await effects(lab)).some(({ what }) => what === "deployVirtualMachine")).toBe(true);
});
