/** Real runs with their whole journals, recorded once: what any reader has to be right about, event by event. */
import { newId } from "../../src/cli/session/ids.ts";
import { asRunEvent } from "../../src/engine/event-table.ts";
import type { RunEvent } from "../../src/engine/events.ts";
import type { EventDraft } from "../../src/engine/journal-port.ts";
import { openStored } from "../../src/cli/session/stored.ts";
import { crashing } from "./crash.ts";
import { keyOf, query } from "./effects.ts";
import { quietIo, RUNBOOK, VIRTIO, type Incident } from "./incident.ts";
import { APPROVE, tell } from "./told.ts";

/** All events of one journal, in their order; they may be of several runs. */
export interface Recording {
  readonly name: string;
  readonly events: readonly RunEvent[];
}

/** All that the journal of an incident holds. */
export async function wholeJournal({ env }: Pick<Incident, "env">): Promise<RunEvent[]> {
  const journal = await openStored({ lab: true }, quietIo(env).io);
  try {
    return journal.page(0, Number.MAX_SAFE_INTEGER).map(asRunEvent);
  } finally {
    journal.close();
  }
}

type Scene = readonly [name: string, world: string, vm: string, play: (stage: Stage) => Promise<unknown>];

interface Stage {
  readonly incident: Incident;
  readonly key: string;
}

/** A grant for one VM under any runbook. */
async function grantOf({ incident, key }: Stage, runbook: string): Promise<string> {
  const o = `${incident.root}/${newId()}.json`;
  const written = await incident.cli("grant", [runbook], { vm: [key], o });
  if (written.exit !== 0) throw new Error(written.err);
  return o;
}

async function ladder(stage: Stage, decide: readonly string[]): Promise<void> {
  const grant = await grantOf(stage, VIRTIO);
  await stage.incident.cli("run", [VIRTIO], { vm: [stage.key], decide, grant });
}

const atIntentOf = (step: string) => ({
  k: Infinity,
  manner: "after" as const,
  stop: ({ type, step_id }: EventDraft): boolean => type === "step.intent" && step_id === step,
});

const NO = [/Press a to approve/u, "n"] as const;

/** A statement, its undo in part since a colleague changed a row, and the rest of it once that was put back. */
async function undone({ incident, key }: Stage): Promise<void> {
  const { lab } = incident;
  const text = `UPDATE ossea_volumes SET device_path = '/dev/x' WHERE vm_context_id = '${key}'`;
  const done = await tell(incident, "sql", [text], { values: { vm: [key] }, answers: [APPROVE] });
  const put = (path: string) =>
    query(lab, "update ossea_volumes set device_path = ? where vm_context_id = ? order by id limit 1", [path, key]);
  await put("/dev/colleague");
  await tell(incident, "undo", [done.run], { answers: [APPROVE] });
  await put("/dev/x");
  await tell(incident, "undo", [done.run], { answers: [APPROVE] });
}

async function deletedJob({ incident, key }: Stage): Promise<void> {
  const grant = await incident.grant({ vm: [key] });
  const after = (event: EventDraft): boolean => event.type === "phase.ended" && event.phase_id === "reattach";
  await crashing(incident, key, {}, { k: Infinity, manner: "after", stop: after });
  await query(incident.lab, "delete from failover_jobs where vm_context_id = ? and status = 'pending'", [key]);
  await incident.cli("resume", ["last"], { grant });
}

const SCENES: readonly Scene[] = [
  [
    "a recovery, of which one step is undone afterwards",
    "stuck-virtio",
    "pgtest1",
    async ({ incident, key }) => {
      const { run } = await incident.recover({ vm: [key] });
      await tell(incident, "undo", [run, "reset-context"], { answers: [APPROVE] });
    },
  ],
  [
    "a volume that was detached already",
    "already-detached-431",
    "pgtest1",
    ({ incident, key }) => incident.recover({ vm: [key] }),
  ],
  [
    "a run that nobody approved, and then somebody refused",
    "stuck-virtio",
    "pgtest1",
    async ({ incident, key }) => {
      await incident.cli("run", [RUNBOOK], { vm: [key] });
      await tell(incident, "run", [RUNBOOK], { values: { vm: [key] }, answers: [NO] });
      await tell(incident, "run", [RUNBOOK], { values: { vm: [key] }, answers: [APPROVE, NO] });
    },
  ],
  ["a refusal by the runbook", "stuck-virtio:alive", "pgtest1", ({ incident, key }) => incident.recover({ vm: [key] })],
  [
    "a resume after a death in the middle of a revert",
    "stuck-virtio",
    "pgtest1",
    async ({ incident, key }) => {
      await crashing(incident, key, {}, atIntentOf("revert"));
      await incident.cli("run", [RUNBOOK], { vm: [key] });
      await incident.resume({ vm: [key] });
    },
  ],
  [
    "a deletion that failed, and is put back",
    "delete-fails:2",
    "web-frontend-02",
    ({ incident, key }) => incident.recover({ vm: [key], decide: ["snapshots=put-back"] }),
  ],
  [
    "a revert in doubt that somebody calls not done, and leaves so",
    "revert-fails:2",
    "web-frontend-02",
    async ({ incident, key }) => {
      const { run } = await incident.recover({ vm: [key] });
      const word = { as: "not-applied", "leave-failed": true, note: "the storage has no revert of it" };
      await incident.cli("resolve", [run, "revert"], word);
      await incident.resume({ vm: [key] });
      await incident.recover({ vm: [key] });
    },
  ],
  [
    "a detach that was done, and a record that says otherwise",
    "lost-poll",
    "pgtest1",
    async ({ incident, key }) => {
      await incident.recover({ vm: [key] });
      await incident.recover({ vm: [key], decide: ["disagreement=mend"] });
    },
  ],
  [
    "a decision that is missing",
    "failed-vm-creation:destination",
    "pgtest1",
    ({ incident, key }) => incident.recover({ vm: [key] }),
  ],
  ["a job row that was deleted meanwhile", "stuck-virtio", "pgtest1", deletedJob],
  ["a dry run", "stuck-virtio", "pgtest1", ({ incident, key }) => incident.cli("plan", [RUNBOOK], { vm: [key] })],
  ["a statement that is undone in part, and then whole", "stuck-virtio", "pgtest1", undone],
  [
    "a failover that is abandoned",
    "stuck-virtio:alive",
    "pgtest2",
    (stage) => ladder(stage, ["way=release", "ending=abandon"]),
  ],
  [
    "a failover that is completed by hand",
    "stuck-virtio:alive",
    "pgtest2",
    (stage) => ladder(stage, ["way=release", "ending=complete"]),
  ],
  [
    "a batch of which one VM fails",
    "revert-fails:1",
    "web-frontend-02",
    async ({ incident, key }) => {
      const vm = [key, await keyOf(incident.lab, "pgtest1"), await keyOf(incident.lab, "pgtest2")];
      await incident.cli("run", [RUNBOOK], { vm, grant: await incident.grant({ vm }), "max-parallel": "3" });
    },
  ],
];

/** Records every scene, or those whose names fit. */
export async function record(incident: Incident, wanted = /./u): Promise<Recording[]> {
  const made: Recording[] = [];
  for (const [name, world, vm, play] of SCENES.filter(([each]) => wanted.test(each))) {
    await incident.world(world);
    await play({ incident, key: await keyOf(incident.lab, vm) });
    made.push({ name, events: await wholeJournal(incident) });
  }
  return made;
}

/** Any world of the lab, as a grant recovers it without a decision. */
export async function recordWorld(incident: Incident, world: string, vm: string): Promise<Recording> {
  await incident.world(world);
  await incident.recover({ vm: [await keyOf(incident.lab, vm)] });
  return { name: world, events: await wholeJournal(incident) };
}
