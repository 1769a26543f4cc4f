/** The only fold: a state and an event give the next state. Pure and total; an event that fits nowhere is a bug. */
import { jumped } from "./clock-watch.ts";
import type { Covered, Mark, PlannedStep, RunEvent } from "./events.ts";
import { raises, requestSha } from "./page.ts";
import {
  findSlot,
  hasFailed,
  REST,
  START,
  type PhaseState,
  type RunState,
  type Slot,
  type TargetState,
  type TargetStatus,
} from "./state.ts";
import { decideFailure, goOnAfter, undecidedAfter } from "./undecided.ts";

function newTarget(target: { key: string; label: string; row: TargetState["row"] }): TargetState {
  const nothing = { facts: {}, decisions: {}, phases: {}, left: null, criteria: {}, undecided: null };
  return { ...target, status: "going", reason: "", ...nothing };
}

function create(event: Extract<RunEvent, { type: "run.created" }>): RunState {
  return {
    run_id: event.run_id,
    created: event.body,
    runbook: event.body.runbook,
    targets: event.body.targets.map(newTarget),
    approvals: {},
    mode: event.body.mode,
    started: event.body.direct !== undefined || event.body.dry === true,
    paused: null,
    closed: null,
    collected: [],
    sessions: 1,
    known_failures: 0,
    last_seq: event.seq,
    last_mono: event.mono_ms,
  };
}

function onTarget(state: RunState, key: string | null, change: (target: TargetState) => TargetState): RunState {
  return { ...state, targets: state.targets.map((target) => (target.key === key ? change(target) : target)) };
}

function onPhase(state: RunState, event: RunEvent, change: (phase: PhaseState) => PhaseState): RunState {
  return onTarget(state, event.target_key, (target) => {
    const phase = target.phases[event.phase_id ?? ""];
    if (phase === undefined) throw new Error(`event ${event.seq} (${event.type}) is of a phase that was not entered`);
    return { ...target, phases: { ...target.phases, [event.phase_id ?? ""]: change(phase) } };
  });
}

function onSlot(state: RunState, event: RunEvent, change: (slot: Slot) => Slot): RunState {
  return onPhase(state, event, (phase) => {
    const found = findSlot(phase, event.step_id, event.item);
    if (found === undefined) throw new Error(`event ${event.seq} (${event.type}) is of a step that was not planned`);
    return { ...phase, slots: phase.slots.map((slot) => (slot === found ? change(slot) : slot)) };
  });
}

/** What a mark of one of its steps makes of a target. */
const AFTER: Partial<Record<Mark, TargetStatus>> = {
  failed: "failed",
  refused: "refused",
  unreachable: "unreachable",
  "in doubt": "in doubt",
};

function mark(state: RunState, event: Extract<RunEvent, { type: "step.marked" }>): RunState {
  const { mark: made, says } = event.body;
  const status = made === "in doubt" ? "in doubt" : "ended";
  const marked = onSlot(state, event, (slot) => ({ ...slot, status, mark: made, reason: says, settle: false }));
  const after = AFTER[made];
  if (after === undefined) return onTarget(marked, event.target_key, (target) => goOnAfter(target, made));
  const undecided = undecidedAfter(state, event);
  return onTarget(marked, event.target_key, (target) => ({ ...target, status: after, reason: says, undecided }));
}

function expand(state: RunState, event: Extract<RunEvent, { type: "phase.expanded" }>): RunState {
  const { title, skipped, steps } = event.body;
  const slots = steps.map((step): Slot => ({
    ...step,
    status: "planned",
    mark: null,
    reason: "",
    preview: null,
    approval: step.does === "change" ? approvedBefore(state, event.target_key ?? "", step) : null,
    attempt: null,
    attempts: 0,
    outcome: null,
    settle: false,
  }));
  const phase: PhaseState = { title, rung: null, skipped, status: skipped === null ? "open" : "skipped", slots };
  return onTarget(state, event.target_key, (target) => ({
    ...target,
    phases: { ...target.phases, [event.phase_id ?? ""]: phase },
  }));
}

/** The approval that covered this very request before its phase was entered, or null. */
function approvedBefore(state: RunState, target: string, { step, item_key, request }: PlannedStep): string | null {
  const given = Object.values(state.approvals).filter(({ id, status }) => id.startsWith(REST) && status === "given");
  if (given.length === 0) return null;
  const sha = requestSha(request ?? {});
  const same = (one: Covered): boolean =>
    one.target === target && one.step === step && one.item_key === item_key && one.request === sha;
  return given.find(({ covers }) => covers.some(same))?.id ?? null;
}

function decide(state: RunState, event: Extract<RunEvent, { type: "decision.made" }>): RunState {
  const { gate, choice, then, asks } = event.body;
  if (asks === "failure") return onTarget(state, event.target_key, (target) => decideFailure(target, choice));
  const stopped = then === "stop";
  const decided = onTarget(state, event.target_key, (target) => ({
    ...target,
    decisions: { ...target.decisions, [gate]: choice },
    // A rescue that goes on takes the failed target along; one that stops leaves it failed, which it is.
    status: stopped ? (asks === "rescue" ? target.status : "stopped") : "going",
    reason: stopped ? (asks === "rescue" ? target.reason : `stopped by decision at ${gate}`) : "",
  }));
  if (asks === "canary") return decided;
  if (asks === "rescue") return onPhase(decided, event, (phase) => ({ ...phase, status: "failed" }));
  if (asks === "climb") {
    // Watching once more is a new box of the same rung; everything else leaves it behind.
    return onPhase(decided, event, (phase) =>
      then === "again" ? { ...phase, rung: null } : { ...phase, status: "done" },
    );
  }
  return onSlot(decided, event, (slot) => ({ ...slot, status: "ended", mark: "succeeded", reason: choice }));
}

/** A lost answer with an id is looked at again on resume only; one without is traced at once. */
function outcome(state: RunState, event: Extract<RunEvent, { type: "step.outcome" | "step.reconciled" }>): RunState {
  const found = event.body.outcome;
  const settling = event.type === "step.reconciled";
  const applied = onSlot(state, event, (slot): Slot => {
    if (found.kind === "applied") return { ...slot, status: "applied", mark: null, outcome: found, settle: false };
    if (found.kind === "unknown") {
      const settle = !settling && slot.attempt?.remote === null;
      return { ...slot, status: "in doubt", mark: "in doubt", reason: found.message, outcome: found, settle };
    }
    // Known not applied: the step is as it was before, and needs a new preview and a new approval to be tried again.
    const again = settling || found.why === "drifted";
    const back = { ...slot, outcome: found, settle: false, reason: found.message };
    return again
      ? { ...back, status: "planned", mark: null, preview: null, approval: null, attempt: null }
      : { ...back, status: "planned" };
  });
  const status: TargetStatus = found.kind === "unknown" ? "in doubt" : "going";
  const reason = found.kind === "unknown" ? found.message : "";
  return onTarget(applied, event.target_key, (target) => ({ ...target, status, reason }));
}

/** A resume looks again at everything that is open, and approvals of before the pause are void. */
function resume(state: RunState, { body }: Extract<RunEvent, { type: "run.resumed" }>): RunState {
  const wake = (slot: Slot): Slot => {
    if (slot.status === "in doubt" || slot.status === "intended" || slot.status === "waiting")
      return { ...slot, settle: true };
    if (slot.mark === "unreachable")
      return { ...slot, status: "planned", mark: null, reason: "", preview: null, approval: null };
    return slot.status === "planned" ? { ...slot, preview: null, approval: null } : slot;
  };
  const targets = state.targets.map((target): TargetState => {
    const phases = Object.fromEntries(
      Object.entries(target.phases).map(([id, phase]) => [id, { ...phase, slots: phase.slots.map(wake) }]),
    );
    const woken = target.status === "unreachable" || target.status === "in doubt";
    return {
      ...target,
      phases,
      criteria: {},
      undecided: body.mode === "person" && !woken ? target.undecided : null,
      status: woken ? "going" : target.status,
      reason: woken ? "" : target.reason,
    };
  });
  const approvals = Object.fromEntries(
    Object.entries(state.approvals).map(([id, approval]) => [id, { ...approval, status: "expired" as const }]),
  );
  const known_failures = targets.filter(hasFailed).length;
  const sessions = state.sessions + 1;
  return { ...state, targets, approvals, mode: body.mode, paused: null, collected: [], sessions, known_failures };
}

function approvals(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "approval.requested": {
      const { approval, page_digest, covers, typed } = event.body;
      const made = { id: approval, page_digest, status: "open" as const, given_mono: 0, used: false, covers, typed };
      return { ...state, approvals: { ...state.approvals, [approval]: made } };
    }
    case "approval.given": {
      const found = state.approvals[event.body.approval];
      if (found === undefined || found.page_digest !== event.body.page_digest) return state;
      const given = { ...found, status: "given" as const, given_mono: event.mono_ms };
      const next = { ...state, approvals: { ...state.approvals, [found.id]: given } };
      return found.id.startsWith(START) ? { ...next, started: true } : cover(next, found.id);
    }
    case "approval.rejected":
    case "approval.expired": {
      const found = state.approvals[event.body.approval];
      if (found === undefined) return state;
      const status = event.type === "approval.rejected" ? ("rejected" as const) : ("expired" as const);
      const ended = { ...state, approvals: { ...state.approvals, [found.id]: { ...found, status } } };
      return status === "expired" ? uncover(ended, found.id) : ended;
    }
    default:
      return state;
  }
}

function eachSlot(state: RunState, change: (slot: Slot, target: TargetState) => Slot): RunState {
  const targets = state.targets.map((target) => ({
    ...target,
    phases: Object.fromEntries(
      Object.entries(target.phases).map(([id, phase]) => [
        id,
        { ...phase, slots: phase.slots.map((slot) => change(slot, target)) },
      ]),
    ),
  }));
  return { ...state, targets };
}

function cover(state: RunState, approval: string): RunState {
  const covered = new Set(
    (state.approvals[approval]?.covers ?? []).map((ref) => `${ref.target}\n${ref.step}\n${ref.item_key}`),
  );
  return eachSlot(state, (slot, target) =>
    slot.status === "planned" && slot.mark === null && covered.has(`${target.key}\n${slot.step}\n${slot.item_key}`)
      ? { ...slot, approval }
      : slot,
  );
}

function uncover(state: RunState, approval: string): RunState {
  return eachSlot(state, (slot) =>
    slot.approval === approval && slot.status === "planned" ? { ...slot, approval: null, preview: null } : slot,
  );
}

function change(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run.created":
      throw new Error(`run ${event.run_id} was created twice`);
    case "run.resumed":
      return resume(state, event);
    case "run.paused":
      return { ...state, paused: event.body };
    case "run.closed":
      return { ...state, closed: event.body };
    case "phase.expanded":
      return expand(state, event);
    case "phase.ended":
      return onPhase(state, event, (phase) => ({ ...phase, status: event.body.result }));
    case "criterion.observed": {
      const { criterion, holds, says } = event.body;
      return onTarget(state, event.target_key, (target) => ({
        ...target,
        criteria: { ...target.criteria, [criterion]: { holds, says } },
      }));
    }
    case "decision.made":
      return decide(state, event);
    case "approval.requested":
    case "approval.given":
    case "approval.rejected":
    case "approval.expired":
      return approvals(state, event);
    case "operator.resolved":
      return resolved(state, event);
    case "evidence.collected":
      return { ...state, collected: [...state.collected, event.body.collect] };
    case "rung.entered":
    case "rung.observed":
    case "rung.ended":
      return rung(state, event);
    case "clock.jumped":
      return jumped(state, event);
    case "decision.requested":
    case "operator.note":
      return state;
    default:
      return step(state, event);
  }
}

/** A person's word ends a doubt: done by hand, or back to the beginning of the step with a new preview and approval. */
function resolved(state: RunState, event: Extract<RunEvent, { type: "operator.resolved" }>): RunState {
  const { as, note } = event.body;
  const settled = onSlot(state, event, (slot): Slot =>
    slot.status !== "in doubt"
      ? slot
      : as === "applied"
        ? { ...slot, status: "ended", mark: "by hand", reason: note, settle: false }
        : {
            ...slot,
            status: "planned",
            mark: null,
            reason: note,
            settle: false,
            preview: null,
            approval: null,
            attempt: null,
          },
  );
  return onTarget(settled, event.target_key, (target) =>
    target.status === "in doubt" ? { ...target, status: "going", reason: "" } : target,
  );
}

function rung(state: RunState, event: Extract<RunEvent, { type: `rung.${string}` }>): RunState {
  const changed = onPhase(state, event, (phase): PhaseState => {
    if (event.type === "rung.entered") {
      const { box } = event.body;
      const { mono_ms: entered_mono, wall_time: entered_wall, boot_id } = event;
      return { ...phase, rung: { box, entered_mono, entered_wall, boot_id, says: "", result: null } };
    }
    if (phase.rung === null) throw new Error(`event ${event.seq} (${event.type}) is of a rung that was not entered`);
    const { says } = event.body;
    if (event.type === "rung.observed") return { ...phase, rung: { ...phase.rung, says } };
    const { result } = event.body;
    return { ...phase, status: result === "done" ? "done" : phase.status, rung: { ...phase.rung, says, result } };
  });
  if (event.type !== "rung.ended" || event.body.result !== "done") return changed;
  return onTarget(changed, event.target_key, (target) => ({ ...target, left: event.phase_id }));
}

type StepEvent = Extract<RunEvent, { type: `step.${string}` }>;

function step(state: RunState, event: StepEvent): RunState {
  switch (event.type) {
    case "step.read": {
      const read = onSlot(state, event, (slot) => ({
        ...slot,
        status: "ended",
        mark: "succeeded",
        reason: event.body.says,
      }));
      return onTarget(read, event.target_key, (target) => ({
        ...target,
        facts: { ...target.facts, ...event.body.facts },
      }));
    }
    case "step.previewed":
      return onSlot(state, event, (slot) => {
        const preview = event.body.preview ?? { none: true };
        // Approved by its contract alone: what turns out to be more than that is asked about.
        const again = slot.approval?.startsWith(REST) === true && raises(preview);
        return { ...slot, preview, approval: again ? null : slot.approval };
      });
    case "step.marked":
      return mark(state, event);
    case "step.intent": {
      const { prepared, limit, approval } = event.body;
      const attempt = { id: event.attempt_id ?? "", prepared, remote: null, limit };
      const used = state.approvals[approval];
      const approvals =
        used === undefined ? state.approvals : { ...state.approvals, [approval]: { ...used, used: true } };
      return onSlot({ ...state, approvals }, event, (slot) => ({
        ...slot,
        status: "intended",
        attempt,
        attempts: slot.attempts + 1,
      }));
    }
    case "step.undo-prepared":
      return state;
    case "step.accepted":
      return onSlot(state, event, (slot) => ({
        ...slot,
        status: "waiting",
        attempt: slot.attempt === null ? null : { ...slot.attempt, remote: event.body.id },
      }));
    case "step.outcome":
    case "step.reconciled":
      return outcome(state, event);
    case "step.verified":
      return event.body.holds
        ? onSlot(state, event, (slot) => ({ ...slot, status: "ended", mark: "succeeded", reason: event.body.says }))
        : onTarget(state, event.target_key, ({ undecided, ...target }) => ({
            ...target,
            undecided: undecided === null ? null : { ...undecided, tried: event.body.says },
          }));
    default:
      return event satisfies never;
  }
}

/** Folds one event. The first must be `run.created`; `state` is null then. */
export function apply(state: RunState | null, event: RunEvent): RunState {
  if (state === null) {
    if (event.type !== "run.created") throw new Error(`run ${event.run_id} does not begin with run.created`);
    return create(event);
  }
  return { ...change(state, event), last_seq: event.seq, last_mono: event.mono_ms };
}
