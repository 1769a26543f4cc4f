/** What an event of a step makes of the state. */
import type { Mark } from "../bodies.ts";
import type { EventOf, RunEvent } from "../events.ts";
import { lapse, restOn } from "./hold.ts";
import { raisesOf } from "../document-step.ts";
import { REST, type RunState, type Slot, type TargetStatus } from "../state.ts";
import { goOnAfter, undecidedAfter, undecidedDoubt } from "../undecided.ts";
import type { Fold } from "./fold.ts";
import { onSlot, onTarget, standing } from "./place.ts";

/** What a mark of one of its steps makes of a target. */
const AFTER: Partial<Record<Mark, TargetStatus>> = {
  failed: "failed",
  refused: "refused",
  unreachable: "unreachable",
  "in-doubt": "in-doubt",
};

function mark(state: RunState, event: EventOf<"step.marked">): RunState {
  const { mark: end, says } = event.body;
  const status = end === "in-doubt" ? "in-doubt" : "ended";
  const nextState = onSlot(state, event, (slot) => ({ ...slot, status, mark: end, reason: says, settle: null }));
  const nextStatus = AFTER[end];
  if (nextStatus === undefined) return onTarget(nextState, event.target_key, (target) => goOnAfter(target, end));
  const undecided = undecidedAfter(state, event);
  return onTarget(nextState, event.target_key, (target) => ({
    ...standing(target, event, nextStatus, says),
    undecided,
  }));
}

/** An outcome without an intent is of no attempt: the journal is not whole, and nothing may be concluded from it. */
function begunBefore({ attempt }: Slot, event: RunEvent): void {
  if (attempt === null) throw new Error(`event ${event.seq} (${event.type}) is of an attempt that was not begun`);
}

/** What an outcome left open is looked at once, at once; what that look leaves open as well is looked at on resume. */
function outcome(state: RunState, event: EventOf<"step.outcome" | "step.reconciled">): RunState {
  const result = event.body.outcome;
  const settling = event.type === "step.reconciled";
  const nextState = onSlot(state, event, (slot): Slot => {
    begunBefore(slot, event);
    if (result.kind === "applied") return { ...slot, status: "applied", mark: null, outcome: result, settle: null };
    if (result.kind === "unknown") {
      const settle = settling ? null : "look";
      return { ...slot, status: "in-doubt", mark: "in-doubt", reason: result.message, outcome: result, settle };
    }
    // Known not applied: the step is as it was before, and needs a new preview and a new approval to be tried again.
    const isRepeat = settling || result.why === "drifted";
    const back = { ...slot, outcome: result, settle: null, reason: result.message };
    return isRepeat
      ? { ...back, status: "planned", mark: null, preview: null, approval: null, attempt: null }
      : { ...back, status: "planned" };
  });
  if (result.kind !== "unknown")
    return onTarget(nextState, event.target_key, (target) => standing(target, event, "going", ""));
  const doubt = event.type === "step.reconciled" ? undecidedDoubt(state, event) : null;
  return onTarget(nextState, event.target_key, (target) => ({
    ...standing(target, event, "in-doubt", result.message),
    undecided: doubt,
  }));
}

/** A slot of which a person says what became: done by hand, left failed, or back at its beginning. */
function slotAfterWord(slot: Slot, { as, note, leaves }: EventOf<"operator.resolved">["body"]): Slot {
  const nextSlot = { ...slot, reason: note, settle: null };
  if (as === "applied") return { ...nextSlot, status: "ended", mark: "by-hand" };
  if (leaves === true) return { ...nextSlot, status: "ended", mark: "failed" };
  return { ...nextSlot, status: "planned", mark: null, preview: null, approval: null, attempt: null };
}

/** A person's word ends a doubt: done by hand, failed, or back to the beginning of the step with a new preview and approval. */
export function resolve(state: RunState, event: EventOf<"operator.resolved">): RunState {
  const nextState = onSlot(state, event, (slot) =>
    slot.status === "in-doubt" ? slotAfterWord(slot, event.body) : slot,
  );
  const { note, leaves } = event.body;
  return onTarget(nextState, event.target_key, (target) => {
    if (target.status !== "in-doubt") return target;
    const nextTarget = leaves === true ? standing(target, event, "failed", note) : standing(target, event, "going", "");
    return { ...nextTarget, undecided: null };
  });
}

function read(state: RunState, event: EventOf<"step.read">): RunState {
  const { says, facts } = event.body;
  const nextState = onSlot(state, event, (slot) => ({ ...slot, status: "ended", mark: "succeeded", reason: says }));
  return onTarget(nextState, event.target_key, (target) => ({ ...target, facts: { ...target.facts, ...facts } }));
}

function preview(state: RunState, event: EventOf<"step.previewed">): RunState {
  const observation = event.body.preview ?? { none: true };
  return onSlot(state, event, (slot) => {
    // Approved by its contract alone: what turns out to be more than that is asked about.
    const asksAnew = slot.approval?.startsWith(REST) === true && raisesOf(observation).length > 0;
    return { ...slot, preview: observation, approval: asksAnew ? null : slot.approval };
  });
}

function intend(state: RunState, event: EventOf<"step.intent">): RunState {
  const { prepared, limit, approval: id } = event.body;
  const attempt = { id: event.attempt_id ?? "", prepared, remote: null, limit, event: event.event_id };
  const approval = state.approvals[id];
  const approvals =
    approval === undefined ? state.approvals : { ...state.approvals, [id]: { ...approval, used: true } };
  const nextState = event.body.rests_on === undefined ? state : restOn(state, event);
  return onSlot({ ...nextState, approvals }, event, (slot) => ({
    ...slot,
    status: "intended",
    mark: null,
    attempt,
    attempts: slot.attempts + 1,
    sent: event.event_id,
  }));
}

function accept(state: RunState, event: EventOf<"step.accepted">): RunState {
  return onSlot(state, event, (slot) => {
    begunBefore(slot, event);
    return { ...slot, status: "waiting", attempt: slot.attempt && { ...slot.attempt, remote: event.body.id } };
  });
}

function verify(state: RunState, event: EventOf<"step.verified">): RunState {
  const { holds, says } = event.body;
  if (holds) return onSlot(state, event, (slot) => ({ ...slot, status: "ended", mark: "succeeded", reason: says }));
  return onTarget(state, event.target_key, ({ undecided, ...target }) => ({
    ...target,
    undecided: undecided === null ? null : { ...undecided, tried: says },
  }));
}

export const STEP_FOLD: Fold<"step"> = {
  "step.read": read,
  "step.previewed": preview,
  "step.marked": mark,
  "step.intent": intend,
  "step.undo-prepared": (state) => state,
  "step.accepted": accept,
  "step.outcome": outcome,
  "step.reconciled": outcome,
  "step.verified": verify,
  "step.lapsed": lapse,
};
