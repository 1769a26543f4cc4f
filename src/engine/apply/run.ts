/** What an event of the whole run makes of the state: its beginning, its resumption, its clock, its criteria. */
import { sawIn } from "../../phases/saw.ts";
import { actorText } from "../actor.ts";
import type { Target } from "../bodies.ts";
import type { EventOf, RunEvent } from "../events.ts";
import { hasFailed, type RunState, type Slot, type TargetState } from "../state.ts";
import { canGoOn, fresh, lookAgain } from "../undecided.ts";
import type { Fold } from "./fold.ts";
import { onTarget } from "./place.ts";

function newTarget(target: Target, event: string): TargetState {
  const nothing = {
    facts: {},
    decisions: {},
    decided: {},
    phases: {},
    left: null,
    criteria: {},
    holds: {},
    undecided: null,
  };
  return { ...target, status: "going", reason: "", event, ...nothing };
}

/** Targets of one name are told apart everywhere by the first column that the runbook shows, or by their keys. */
function toldApart({ targets, runbook }: Created): Created["targets"] {
  const times = (label: string): number => targets.filter((target) => target.label === label).length;
  const [column] = runbook.select.show;
  const entries = targets.map((target) => {
    const name = column === undefined ? "" : String(target.row[column] ?? "");
    return times(target.label) > 1 ? { ...target, label: `${target.label} @ ${name || target.key}` } : target;
  });
  return entries.map((target) => {
    const repeats = entries.filter(({ label }) => label === target.label).length > 1;
    return repeats ? { ...target, label: `${target.label} ${target.key}` } : target;
  });
}

type Created = EventOf<"run.created">["body"];

export function create(event: EventOf<"run.created">): RunState {
  return {
    run_id: event.run_id,
    operator: actorText(event),
    created: event.body,
    runbook: event.body.runbook,
    targets: toldApart(event.body).map((target) => newTarget(target, event.event_id)),
    approvals: {},
    mode: event.body.mode,
    started: event.body.direct !== undefined || event.body.dry === true,
    paused: null,
    closed: null,
    collected: [],
    sessions: 1,
    known_failures: 0,
    events: { created: event.event_id, paused: null, closed: null },
    last_seq: event.seq,
    last_mono: event.mono_ms,
    last_event: event.event_id,
    last_at: event.wall_time,
  };
}

const isOpen = ({ phases }: TargetState): boolean => Object.values(phases).some(({ status }) => status === "open");

/** Whether a target needs nothing more but a look: it has an end, or has come through all phases. */
function isThrough({ runbook }: RunState, target: TargetState): boolean {
  if (target.status === "going")
    return runbook.phases.every(({ id }) => target.phases[id] !== undefined) && !isOpen(target);
  return target.status === "failed" ? !isOpen(target) : target.status === "refused" || target.status === "stopped";
}

/** A target of a run that somebody closes: what is not through is left as it is, and nobody is asked about it any more. */
function leave(state: RunState, target: TargetState, { event_id }: RunEvent, note: string): TargetState {
  const next = { ...target, criteria: {}, undecided: null };
  if (isThrough(state, target)) return next;
  const earlier = target.reason === "" ? "" : `${target.reason.replace(/[.\s]+$/u, "")}; `;
  return { ...next, status: "stopped", reason: `${earlier}the run was closed: ${note}`, event: event_id };
}

const wakeSlot = (slot: Slot): Slot => {
  // Nothing was sent: only a person could not tell, and is asked once more.
  if (slot.status === "in-doubt" && slot.isHandedOver === true) return fresh(slot);
  if (slot.status === "in-doubt" || slot.status === "intended" || slot.status === "waiting")
    return { ...slot, settle: "trace" };
  if (slot.mark === "unreachable")
    return { ...slot, status: "planned", mark: null, reason: "", preview: null, approval: null };
  return slot.status === "planned" ? { ...slot, preview: null, approval: null } : slot;
};

/** A target of a run that is taken up again: everything that is open is looked at anew. */
function wake(target: TargetState, hasPerson: boolean): TargetState {
  const phases = Object.fromEntries(
    Object.entries(target.phases).map(([id, phase]) => [id, { ...phase, slots: phase.slots.map(wakeSlot) }]),
  );
  const next = { ...target, phases, criteria: {} };
  if (target.status === "unreachable" || target.status === "in-doubt")
    return { ...next, undecided: null, status: "going", reason: "" };
  const { undecided } = target;
  // A person is asked what becomes of it; nobody else decides anything: it goes back to where it can be looked at anew.
  if (hasPerson) return { ...next, undecided: undecided === null ? null : { ...undecided, asks: true } };
  return canGoOn(target) ? lookAgain(next) : { ...next, undecided: null };
}

/** A resume looks again at everything that is open, and approvals of before the pause are void. */
function resume(state: RunState, event: EventOf<"run.resumed">): RunState {
  const { body } = event;
  const { closes: note } = body;
  const targets = state.targets.map((target) =>
    note === undefined ? wake(target, body.mode === "person") : leave(state, target, event, note),
  );
  const approvals = Object.fromEntries(
    Object.entries(state.approvals).map(([id, approval]) => [id, { ...approval, status: "expired" as const }]),
  );
  const known_failures = targets.filter(hasFailed).length;
  const sessions = state.sessions + 1;
  const events = { ...state.events, paused: null };
  return {
    ...state,
    operator: actorText(event),
    targets,
    approvals,
    mode: body.mode,
    paused: null,
    events,
    collected: [],
    sessions,
    known_failures,
  };
}

/**
 * What is older than it seems: the monotonic clock stands still while a machine sleeps, so a jump ahead counts as time that
 * has passed. A jump back makes nothing younger.
 */
function jump(state: RunState, { body }: EventOf<"clock.jumped">): RunState {
  const slept = Math.max(0, body.seconds) * 1_000;
  const approvals = Object.entries(state.approvals).map(([id, approval]) => [
    id,
    { ...approval, given_mono: approval.given_mono - slept },
  ]);
  return { ...state, approvals: Object.fromEntries(approvals) as RunState["approvals"] };
}

function observe(state: RunState, event: EventOf<"criterion.observed">): RunState {
  const { criterion, holds, says, evidence } = event.body;
  const probe = state.runbook.success.find(({ id }) => id === criterion)?.probe ?? "";
  const saw = event.body.saw ?? sawIn(evidence, state.runbook.probes[probe]?.none_expected);
  const sight = { holds, says, saw, event: event.event_id, at: event.wall_time };
  return onTarget(state, event.target_key, (target) => ({
    ...target,
    criteria: { ...target.criteria, [criterion]: sight },
  }));
}

type Family = "run" | "clock" | "criterion" | "evidence" | "joblog";

/** The run as a whole, and what is seen of it from outside of its phases. */
export const RUN_FOLD: Fold<Family> = {
  "run.created": (_state, event) => {
    throw new Error(`run ${event.run_id} was created twice`);
  },
  "run.resumed": resume,
  "run.paused": (state, { body, event_id }) => ({
    ...state,
    paused: body,
    events: { ...state.events, paused: event_id },
  }),
  "run.closed": (state, { body, event_id }) => ({
    ...state,
    closed: body,
    events: { ...state.events, closed: event_id },
  }),
  "clock.jumped": jump,
  "criterion.observed": observe,
  "evidence.collected": (state, { body }) => ({ ...state, collected: [...state.collected, body.collect] }),
  "joblog.written": (state) => state,
};
