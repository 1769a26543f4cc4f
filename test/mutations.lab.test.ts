/**
 * For each thing that Handrail says there is something in the world that makes it false: it is changed between the effect
 * and the sentence, and the sentence changes. The rows are those of the table of claims; two of its rows are not here,
 * since nothing says them: "no effect beyond the rows shown" (what else a statement can reach is not looked at everywhere
 * yet) and "only looks" (a shell text is run as it stands, and nobody vouches for it).
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../src/cli/session/ids.ts";
import type { EventDraft } from "../src/engine/journal-port.ts";
import {
  cloudstackState,
  fault,
  killProcess,
  processStates,
  setCloudstackState,
  startProcess,
} from "../src/packs/appliance/lab/index.ts";
import { crashing } from "./support/crash.ts";
import { keyOf, query, volumesOf } from "./support/effects.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { APPROVE, tell } from "./support/told.ts";
import { sampled } from "./support/sample.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});

afterEach(() => {
  for (const child of holders) child.kill("SIGKILL");
  holders = [];
});
afterAll(() => incident.down());

interface Stage {
  readonly key: string;
  /** Ends what was begun, and gives all that is said of it with its exit code in front. */
  readonly end: () => Promise<string>;
}

type Mutation = (key: string) => Promise<unknown>;

const nothing: Mutation = () => Promise.resolve();

const atPhase =
  (phase: string) =>
  ({ type, phase_id }: EventDraft): boolean =>
    type === "phase.ended" && phase_id === phase;
const atIntent =
  (step: string) =>
  ({ type, step_id }: EventDraft): boolean =>
    type === "step.intent" && step_id === step;

/** A run that stood still at an event, and is taken up after the mutation. */
async function stoppedAt(stop: (event: EventDraft) => boolean): Promise<Stage> {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, "pgtest1");
  const grant = await incident.grant({ vm: [key] });
  await crashing(incident, key, {}, { k: Infinity, manner: "after", stop });
  const end = async (): Promise<string> => {
    const { exit, out, err } = await incident.cli("resume", ["last"], { grant });
    return `EXIT ${exit}\n${out}${err}`;
  };
  return { key, end };
}

/** A committed statement that is undone after the mutation. */
async function undo(): Promise<Stage> {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, "pgtest1");
  const text = `UPDATE ossea_volumes SET device_path = '/dev/x' WHERE vm_context_id = '${key}'`;
  const { run } = await tell(incident, "sql", [text], { values: { vm: [key] }, answers: [APPROVE] });
  const end = async (): Promise<string> => {
    const { exit, shown } = await tell(incident, "undo", [run], { answers: [APPROVE] });
    return `EXIT ${exit}\n${shown}`;
  };
  return { key, end };
}

/** A statement whose rows are shown; the mutation happens while the page stands. */
const statement = (mutate: Mutation) => async (): Promise<Stage> => {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, "pgtest1");
  const text = `UPDATE failover_jobs SET error_message = 'x' WHERE vm_context_id = '${key}' AND status = 'pending'`;
  const press = async (): Promise<string> => {
    await mutate(key);
    return "a";
  };
  const end = async (): Promise<string> => {
    const answers = [[/Press a to approve/u, press] as const, APPROVE];
    const { exit, shown } = await tell(incident, "sql", [text], { values: { vm: [key] }, answers });
    return `EXIT ${exit}\n${shown}`;
  };
  return { key, end };
};

/**
 * A run that reverted the first volume and failed at the second; what follows is a new run. CloudStack lists jobs that have
 * ended, as it did before 4.12: a newer one has no witness that a revert stands, and there nothing of it is said.
 */
async function halfReverted(): Promise<Stage> {
  await incident.world("stuck-virtio");
  await fault(incident.lab, "cloudstack-lists-ended");
  const key = await keyOf(incident.lab, "pgtest1");
  const [, second] = await volumesOf(incident.lab, key);
  const refusal = { command: "revertSnapshot", id: second?.snapshot ?? "", code: 431, times: 1 };
  await fault(incident.lab, "cloudstack-refuse", refusal);
  await incident.recover({ vm: [key] });
  return { key, end: () => recovery(key) };
}

/** A VM for which nothing was done yet. */
async function fresh(): Promise<Stage> {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, "pgtest1");
  return { key, end: () => recovery(key) };
}

async function recovery(key: string): Promise<string> {
  const { exit, out, err } = await incident.recover({ vm: [key] });
  return `EXIT ${exit}\n${out}${err}`;
}

/** The list of runs. */
async function list(): Promise<Stage> {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, "pgtest1");
  await incident.recover({ vm: [key] });
  return { key, end: async () => (await incident.cli("journal", ["list"])).out };
}

const sql =
  (text: string): Mutation =>
  (key) =>
    query(incident.lab, text, [key]);

/** A volume goes off the appliance behind everybody's back. */
const detach: Mutation = async (key) => {
  const cloud = cloudstackState(incident.lab);
  const [first] = await volumesOf(incident.lab, key);
  const volume = cloud.volumes[first?.id ?? ""];
  if (volume === undefined) throw new Error("no volume to detach");
  const volumes = { ...cloud.volumes, [volume.id]: { ...volume, vm: null, deviceid: null } };
  await setCloudstackState(incident.lab, { ...cloud, volumes });
};

/** Somebody makes a snapshot of a volume that is called like one of a failover. */
const snapshot: Mutation = async (key) => {
  const cloud = cloudstackState(incident.lab);
  const [first] = await volumesOf(incident.lab, key);
  const id = newId();
  const made = {
    id,
    name: "multi-test-failover-late",
    volumeid: first?.id ?? "",
    state: "BackedUp",
    created: "2026-11-22T03:00:00+0000",
  };
  const [model] = Object.values(cloud.snapshots);
  await setCloudstackState(incident.lab, {
    ...cloud,
    snapshots: { ...cloud.snapshots, [id]: { ...model, ...made } as never },
  });
};

/** The first volume's snapshot is deleted in CloudStack. */
const noSnapshot: Mutation = async (key) => {
  const cloud = cloudstackState(incident.lab);
  const [first] = await volumesOf(incident.lab, key);
  const { [first?.snapshot ?? ""]: gone, ...snapshots } = cloud.snapshots;
  if (gone === undefined) throw new Error("no snapshot to delete");
  await setCloudstackState(incident.lab, { ...cloud, snapshots });
};

/** The first volume was on the appliance again for a while: it may have been written to. */
const attachedAgain: Mutation = async (key) => {
  const [first] = await volumesOf(incident.lab, key);
  const { appliance } = cloudstackState(incident.lab);
  for (const verb of ["attach", "detach"]) {
    const url = `${incident.lab.site.volume_daemon.url}/api/v1/volumes/${first?.id ?? ""}`;
    const answer = await fetch(`${url}/${verb}`, { method: "POST", body: JSON.stringify({ vm_id: appliance }) });
    const { id } = (await answer.json()) as { id: string };
    const ended = "select id from volume_operations where id = ? and status = 'completed'";
    while ((await query(incident.lab, ended, [id])).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** The daemon is asked for what the run meant to ask it for: the request was on its way when the run died. */
const byDaemon: Mutation = async (key) => {
  const [first] = await volumesOf(incident.lab, key);
  const url = `${incident.lab.site.volume_daemon.url}/api/v1/volumes/${first?.id ?? ""}/detach`;
  const answer = await fetch(url, { method: "POST" });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
};

let holders: ChildProcess[] = [];

/** A process is begun with a disk of the VM on its command line, as virt-v2v has it. */
const holder: Mutation = async (key) => {
  const [first] = await volumesOf(incident.lab, key);
  const device = `/dev/disk/by-id/virtio-${(first?.id ?? "").replaceAll("-", "").slice(0, 20)}`;
  const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1e6)", device], { stdio: "ignore" });
  holders.push(child);
  await once(child, "spawn");
};

/** A run of another VM dies with its first change sent, as far as its journal knows. */
const death: Mutation = async () => {
  await crashing(
    incident,
    await keyOf(incident.lab, "pgtest2"),
    {},
    { k: Infinity, manner: "after", stop: atIntent("detach") },
  );
};

const dead: Mutation = () => killProcess(incident.lab, "cloudstack");

type Row = readonly [
  said: string,
  how: string,
  begin: () => Promise<Stage>,
  mutate: Mutation,
  before: RegExp,
  after: RegExp,
];

const ENDED = () => stoppedAt(atPhase("reset"));
const RECOVERED = /^EXIT 0\n[\s\S]*Result {7}pgtest1: recovered: all 6 success criteria/u;
const NOT = /^EXIT 1\n[\s\S]*Result {7}pgtest1: NOT recovered/u;

const rows: readonly Row[] = [
  ["recovered", "a volume is detached", ENDED, detach, RECOVERED, NOT],
  [
    "recovered",
    "the VM's context is deleted",
    ENDED,
    sql("delete from vm_replication_contexts where context_id = ?"),
    RECOVERED,
    NOT,
  ],
  [
    "recovered",
    "an old look: a volume is detached while it stands still",
    () => stoppedAt(({ type }) => type === "criterion.observed"),
    detach,
    RECOVERED,
    NOT,
  ],
  [
    "criterion met",
    "a snapshot is made",
    ENDED,
    snapshot,
    /met {7}No failover snapshot .*none seen, as expected/u,
    /NOT met {3}still there: multi-test-failover-late/u,
  ],
  [
    "criterion met",
    "a volume's row is deleted",
    ENDED,
    sql("delete from ossea_volumes where vm_context_id = ? order by id limit 1"),
    /met {7}The database says the same of every volume; 2 looked at/u,
    /NOT met {3}.*its row is gone/u,
  ],
  [
    "criterion met",
    "the job is opened again",
    ENDED,
    sql("update failover_jobs set status = 'pending' where vm_context_id = ? order by id desc limit 1"),
    /met {7}The VM has no unfinished failover job; 1 looked at/u,
    /NOT met {3}not seen to be closed: /u,
  ],
  [
    "criterion met",
    "the job's row is deleted",
    ENDED,
    sql("delete from failover_jobs where vm_context_id = ? and error_message like '%Handrail%'"),
    /met {7}The VM has no unfinished failover job; 1 looked at/u,
    /NOT met {3}.*its row is gone/u,
  ],
  [
    "criterion met",
    "an operation hangs",
    ENDED,
    sql(
      "update volume_operations set status = 'executing' where volume_id in (select volume_id from ossea_volumes where vm_context_id = ?)",
    ),
    /met {7}No volume operation is under way/u,
    /NOT met {3}under way: /u,
  ],
  [
    "criterion met",
    "a process holds a disk",
    ENDED,
    holder,
    /met {7}No process holds one of the VM's disks; none seen, as expected/u,
    /NOT met {3}held by \S+ \(\d+\); 1 looked at: \S*\p{L}/u,
  ],
  [
    "not met",
    "CloudStack does not answer",
    async () => {
      const stage = await ENDED();
      await detach(stage.key);
      return stage;
    },
    dead,
    /^EXIT 1\n[\s\S]*NOT met/u,
    /^EXIT 69\n[\s\S]*could not be looked at/u,
  ],
  [
    "not applied",
    "the daemon got the request",
    () => stoppedAt(atIntent("detach")),
    byDaemon,
    /looked +a look shows that it was not done: "Detach volume /u,
    /waiting +Detach volume .*: found again as /u,
  ],
  [
    "done already",
    "the row it is about is deleted",
    () => stoppedAt(atPhase("reattach")),
    sql(
      "delete t from job_tracking t join failover_jobs j on j.job_id = t.id where j.vm_context_id = ? and j.status = 'pending'",
    ),
    /already +Close their JobLog rows as failed/u,
    /^EXIT 4\n[\s\S]*is paused \(hold broken\), exit 4: pgtest1: somebody else wrote to the failover's rows/u,
  ],
  [
    "reverted already",
    "the volume was attached since",
    halfReverted,
    attachedAgain,
    /already +Revert volume .*: run \S+ did it at .*; the volume is detached, and nothing has attached it since/u,
    /doing +Revert volume migration-pgtest1-disk-2000/u,
  ],
  [
    "reverted, since its snapshot is there to be reverted to",
    "the snapshot is deleted while the run stands still",
    () => stoppedAt(atPhase("analyse")),
    noSnapshot,
    RECOVERED,
    /^EXIT 4\n[\s\S]*is paused \(hold broken\).*gone from CloudStack before it was reverted/u,
  ],
  [
    "deleted, and not reverted",
    "the snapshot is deleted before the run",
    fresh,
    noSnapshot,
    RECOVERED,
    /^EXIT 5\n[\s\S]*It was deleted\. That the volume was reverted before is proven by nothing/u,
  ],
  [
    "undo complete",
    "a colleague changes a row",
    undo,
    sql("update ossea_volumes set device_path = '/dev/y' where vm_context_id = ? order by id limit 1"),
    /^EXIT 0\n[\s\S]*done: 1 statement committed/u,
    /^EXIT 1\n[\s\S]*undone in part: 1 row was changed since/u,
  ],
  [
    "nothing in doubt",
    "a run of another VM dies",
    list,
    death,
    /^(?!IN DOUBT)/u,
    /^IN DOUBT since .*Detach volume .* of pgtest2/u,
  ],
];

describe("what is said", () => {
  it.each(sampled(rows, 8))("%s: not where %s", async (_said, _how, begin, mutate, before, after) => {
    const plain = await begin();
    expect(await plain.end()).toMatch(before);
    const mutated = await begin();
    await mutate(mutated.key);
    try {
      const said = await mutated.end();
      expect(said).toMatch(after);
      expect(said).not.toMatch(before);
    } finally {
      if (!processStates(incident.lab.dir).cloudstack) await startProcess(incident.lab, "cloudstack");
    }
  });

  it("a change: not where the row goes while the page stands", async () => {
    const done = /^EXIT 0\n[\s\S]*done: 1 statement committed/u;
    expect(await (await statement(nothing)()).end()).toMatch(done);
    const gone = statement(sql("delete from failover_jobs where vm_context_id = ? and status = 'pending'"));
    const said = await (await gone()).end();
    expect(said).toMatch(/^EXIT 1\n[\s\S]*nothing was changed: no row matches any more/u);
    expect(said).not.toMatch(/committed/u);
  });
});
