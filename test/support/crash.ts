/** A run that dies at a chosen event, the resumes after it, and the rules that hold whatever the moment was. */
import { expect } from "vitest";
import { runRequest } from "../../src/cli/session/request.ts";
import { chooseTargets } from "../../src/cli/session/choose-targets.ts";
import { checkedRunbook } from "../../src/cli/runbook/cache.ts";
import { shippedFile } from "../../src/cli/runbook/source.ts";
import { newId, newRunId } from "../../src/cli/session/ids.ts";
import { bootId } from "../../src/connections/clock.ts";
import { grantOf, lockTargets, openSession } from "../../src/cli/session/session.ts";
import { decisionsOf, statedDecisions } from "../../src/cli/session/decisions.ts";
import { nobody } from "../../src/cli/terminal/operator.ts";
import { VERSION } from "../../src/cli/version.ts";
import { apply } from "../../src/engine/apply.ts";
import { drive } from "../../src/engine/drive.ts";
import type { World } from "../../src/engine/driver.ts";
import { draft, type RunEvent } from "../../src/engine/events.ts";
import type { EventDraft, JournalEvent } from "../../src/engine/journal-port.ts";
import { fold } from "../../src/engine/record.ts";
import type { RunState } from "../../src/engine/state.ts";
import type { OperatorPort } from "../../src/engine/operator-port.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { before, effects, expectRecovered, expectRestUntouched, keyOf, type Effect } from "./effects.ts";
export { seeded } from "./seeded.ts";
import { quietIo, type Incident, type Said } from "./incident.ts";

/** A world to crash in, and the exit code that it has without a crash. */
export interface Scenario {
  readonly world: string;
  readonly vm: string;
  readonly decide?: readonly string[];
  readonly exit: number;
}

/** `after`: event k is durable and nothing of what follows it happened. `unwritten`: it happened, but its line was lost. */
export type Manner = "after" | "unwritten";

export interface Crash {
  readonly k: number;
  readonly manner: Manner;
  /** Called after every event that was stored, before what follows it happens. */
  readonly between?: (event: EventDraft) => Promise<void>;
  /** Dies after the first stored event of which this is true. */
  readonly stop?: (event: EventDraft) => boolean;
  /** Who is asked; without one a grant answers. */
  readonly operator?: OperatorPort;
  /** Stands between the run and the world. */
  readonly ports?: (ports: Ports) => Ports;
}

/** Drives a run of its own until it dies at the crash, or ends before it. Gives its id and what was drafted. */
export async function crashing(
  incident: Incident,
  key: string | readonly string[],
  { decide = [] }: Pick<Scenario, "decide">,
  { k, manner, between, stop, operator, ports = (same) => same }: Crash,
): Promise<{ readonly run: string; readonly drafts: readonly EventDraft[] }> {
  const vm = [key].flat();
  const values = { lab: true, vm, decide, grant: await incident.grant({ vm }) };
  const loaded = await checkedRunbook(shippedFile(), incident.runbook, incident.env);
  const { runbook, digest } = loaded;
  const { io } = quietIo(incident.env);
  const { site: place, targets: wanted, consent } = runRequest(values, incident.runbook, false);
  const session = await openSession(place, io);
  try {
    const targets = await chooseTargets(session, loaded, wanted, null);
    const { name, lab } = session.site;
    const grant = grantOf(consent, { runbook, digest, site: name, targets, inputs: {} }, "");
    const server = await session.connections.sql.identity();
    if (!server.ok) throw new Error(server.error.message);
    const run = newRunId();
    await lockTargets(session, targets, { runId: run, runbook });
    const site = { name, lab: lab?.name ?? null, scale: lab?.scale ?? 1 };
    const about = { runbook, runbook_digest: digest, file: shippedFile(), targets, inputs: {}, site };
    const mode = operator === undefined ? "grant" : "person";
    const created = draft(run, "run.created", {}, { ...about, server: server.value, tool: VERSION, mode });
    const drafts: EventDraft[] = [];
    const write = (event: EventDraft) => {
      drafts.push(event);
      if (manner === "unwritten" && drafts.length === k) return null;
      const stored = session.journal.append([event]);
      if (!stored.ok) throw new Error(stored.error.message);
      return manner === "after" && drafts.length === k ? null : (stored.value[0] ?? null);
    };
    const first = write(created);
    const state = first === null ? null : fold([first]);
    if (state === null) return { run, drafts };
    const { connections } = session;
    const decisions = decisionsOf(statedDecisions(consent, runbook), state.targets, runbook);
    const world: World = {
      ports: ports(connections),
      locks: connections.locks,
      operator: operator ?? nobody(new AbortController().signal),
      grant: operator === undefined ? grant : null,
      decisions,
      newId,
      wallTime: () => new Date().toISOString(),
      bootId: bootId(),
    };
    const driven = drive(state, world);
    let step = await driven.next([]);
    while (step.done !== true) {
      const written: JournalEvent[] = [];
      for (const event of step.value) {
        const stored = write(event);
        if (stored === null || stop?.(event) === true) {
          // As the death of a process does: what is not committed is rolled back.
          await driven.return(undefined as never);
          return { run, drafts };
        }
        await between?.(event);
        written.push(stored);
      }
      step = await driven.next(written);
    }
    return { run, drafts };
  } finally {
    await session.close();
  }
}

const MOST_RESUMES = 4;

/** Resumes until the run is closed, or in doubt twice in a row: then no resume will ever know more. */
export async function resumed(
  incident: Incident,
  key: string | readonly string[],
  { decide = [] }: Pick<Scenario, "decide">,
): Promise<Said[]> {
  const all: Said[] = [];
  while (all.length < MOST_RESUMES) {
    const said = await incident.resume({ vm: [key].flat(), decide });
    all.push(said);
    if (said.exit !== 3 || all.at(-2)?.exit === 3) break;
  }
  return all;
}

export const folded = (events: readonly RunEvent[]): RunState | null =>
  events.reduce<RunState | null>((state, event) => apply(state, event), null);

/** The effect that a changing step has on its object, as the ledger calls it. */
const EFFECT: Readonly<Record<string, string>> = {
  detach: "detachVolume",
  attach: "attachVolume",
  revert: "revertSnapshot",
  delete: "deleteSnapshot",
  "stop-test-vm": "stopVirtualMachine",
  "destroy-test-vm": "destroyVirtualMachine",
};

interface Request {
  readonly volume?: string;
  readonly params?: { readonly id?: string };
}

/** What each intent of a run was about, by attempt: the effect and its object, as the ledger has them. */
function intents(events: readonly RunEvent[]): Map<string, string> {
  const made = new Map<string, string>();
  for (const event of events) {
    if (event.type !== "step.intent") continue;
    const { volume, params } = event.body.request as Request;
    const step = event.step_id ?? "";
    const what = EFFECT[step];
    made.set(event.attempt_id ?? "", what === undefined ? `sql ${step} ` : `${what} ${volume ?? params?.id ?? ""}`);
  }
  return made;
}

/** The steps that the journal calls done by this run, as effects. */
function claims(events: readonly RunEvent[]): string[] {
  const last = new Map<string, string>();
  const made = intents(events);
  const claimed: string[] = [];
  for (const event of events) {
    const slot = `${event.phase_id} ${event.step_id} ${event.item}`;
    if (event.type === "step.intent") last.set(slot, made.get(event.attempt_id ?? "") ?? "");
    if (event.type === "step.verified" && event.body.holds) claimed.push(last.get(slot) ?? `nothing for ${slot}`);
  }
  return claimed;
}

const named = ({ what, id }: Effect): string => `${what} ${id}`;

/** None twice, none without an intent, none claimed that did not happen. */
export function expectHonest(all: readonly Effect[], events: readonly RunEvent[]): void {
  const ours = all.filter(({ what, entry }) => !what.startsWith("stranger") && entry.by !== "volume-daemon");
  const happened = ours.filter(({ end }) => end === "done").map(named);
  expect(
    happened.filter((one, at) => happened.indexOf(one) !== at),
    "effects that happened twice",
  ).toEqual([]);
  const accepted = all.filter(({ end }) => end === "accepted").map(named);
  expect(
    accepted.filter((one, at) => accepted.indexOf(one) !== at),
    "requests that were sent twice",
  ).toEqual([]);
  const intended = new Set(intents(events).values());
  expect(
    happened.filter((one) => !intended.has(one)),
    "effects without an intent",
  ).toEqual([]);
  expect(
    claims(events).filter((one) => !happened.includes(one)),
    "claims without an effect",
  ).toEqual([]);
}

/** How a crash ended: the exit code of the last resume, or of the run itself when it ended before the crash. */
export interface Ended {
  readonly exit: number;
  readonly resumes: number;
  /** The event at which the run died, for a message. */
  readonly at: string;
}

/** Judges a run that died, after its resumes: by the ledger, the journal and the end of the world. */
export async function expectSurvived(
  incident: Incident,
  scenario: Scenario,
  run: string,
  was: Awaited<ReturnType<typeof before>>,
  exit: number,
): Promise<void> {
  const events = incident.events(run);
  expectHonest(await effects(incident.lab), events);
  await expectRestUntouched(incident.lab, was);
  expect([scenario.exit, 3]).toContain(exit);
  const state = folded(events);
  const open = state?.targets.filter(({ status }) => status === "in-doubt").length ?? 0;
  expect(open > 0, "only what is in doubt may stay open").toBe(exit === 3);
  if (exit === 0) for (const key of was.contexts) await expectRecovered(incident.lab, key, was.jobs);
}

/** One crash of a scenario from beginning to end, with every rule checked. */
export async function survive(incident: Incident, scenario: Scenario, crash: Crash): Promise<Ended> {
  await incident.world(scenario.world);
  const key = await keyOf(incident.lab, scenario.vm);
  const was = await before(incident.lab, [key]);
  const { run, drafts } = await crashing(incident, key, scenario, crash);
  const last = drafts.at(-1);
  const at = `${crash.manner} ${crash.k} ${last?.type ?? ""} ${last?.step_id ?? ""}`.trimEnd();
  if (crash.manner === "unwritten" && crash.k === 1) return { exit: scenario.exit, resumes: 0, at };
  const closed = folded(incident.events(run))?.closed;
  const resumes = closed === null || closed === undefined ? await resumed(incident, key, scenario) : [];
  const exit = resumes.at(-1)?.exit ?? closed?.exit ?? -1;
  await expectSurvived(incident, scenario, run, was, exit);
  return { exit, resumes: resumes.length, at };
}

/** The events of a scenario that nothing disturbs, to choose crashes from. */
export async function undisturbed(incident: Incident, scenario: Scenario): Promise<readonly EventDraft[]> {
  await incident.world(scenario.world);
  const key = await keyOf(incident.lab, scenario.vm);
  const { drafts } = await crashing(incident, key, scenario, { k: Number.POSITIVE_INFINITY, manner: "after" });
  return drafts;
}

export const SCENARIOS: readonly Scenario[] = [
  { world: "stuck-virtio", vm: "web-frontend-02", exit: 0 },
  { world: "stuck-virtio", vm: "pgtest1", exit: 0 },
  { world: "mixed-volumes:test-vm", vm: "web-frontend-02", decide: ["destination=destroy"], exit: 0 },
  { world: "failed-vm-creation:half-made", vm: "pgtest1", decide: ["destination=destroy"], exit: 0 },
  // Nothing tells whether the volume of a snapshot that somebody deleted was reverted before: CloudStack lists no ended job.
  { world: "half-deleted-snapshots", vm: "web-frontend-02", decide: ["snapshot-gone=keep"], exit: 0 },
  { world: "half-reverted", vm: "web-frontend-02", exit: 0 },
  { world: "half-attached", vm: "web-frontend-02", exit: 0 },
  { world: "already-reset", vm: "web-frontend-02", exit: 0 },
  { world: "already-detached-431", vm: "pgtest1", exit: 0 },
  { world: "mapping-desync:stale-mapping", vm: "pgtest1", decide: ["disagreement=mend"], exit: 0 },
  { world: "mapping-desync:no-mapping", vm: "pgtest1", decide: ["disagreement=mend"], exit: 0 },
  { world: "revert-fails:2", vm: "web-frontend-02", exit: 3 },
  { world: "delete-fails:2", vm: "web-frontend-02", decide: ["snapshots=put-back"], exit: 1 },
  { world: "lost-poll", vm: "pgtest1", exit: 1 },
  { world: "daemon-database-lost", vm: "pgtest1", exit: 1 },
  { world: "revert-unknown", vm: "pgtest1", exit: 3 },
  { world: "revert-unknown:forgotten", vm: "pgtest1", exit: 3 },
  { world: "delete-unknown", vm: "pgtest1", exit: 0 },
  { world: "snapshot-gone", vm: "web-frontend-02", decide: ["snapshot-gone=keep"], exit: 0 },
  { world: "snapshot-backing-up", vm: "web-frontend-02", exit: 4 },
  { world: "rollback-failed", vm: "pgtest1", exit: 0 },
  { world: "odd-name", vm: "192.168.1.20", exit: 0 },
  { world: "stuck-virtio:alive", vm: "pgtest1", exit: 4 },
  { world: "live-failover", vm: "pgtest1", exit: 4 },
  { world: "daemon-down", vm: "pgtest1", exit: 69 },
];
