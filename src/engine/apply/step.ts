/** What an event of a step makes of the state. */
import type { Mark } from "../bodies.ts";
import type { RunEvent } from "../events.ts";
import { raisesOf } from "../document-step.ts";
import { REST, type RunState, type Slot, type TargetStatus } from "../state.ts";
import { goOnAfter, undecidedAfter, undecidedDoubt } from "../undecided.ts";
import { onSlot, onTarget, standing } from "./place.ts";

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
  const marked = onSlot(state, event, (slot) => ({ ...slot, status, mark: made, reason: says, settle: null }));
  const after = AFTER[made];
  if (after === undefined) return onTarget(marked, event.target_key, (target) => goOnAfter(target, made));
  const undecided = undecidedAfter(state, event);
  return onTarget(marked, event.target_key, (target) => ({ ...standing(target, event, after, says), undecided }));
}

/** An outcome without an intent is of no attempt: the journal is not whole, and nothing may be concluded from it. */
function begunBefore({ attempt }: Slot, event: RunEvent): void {
  if (attempt === null) throw new Error(`event ${event.seq} (${event.type}) is of an attempt that was not begun`);
}

/** What an outcome left open is looked at once, at once; what that look leaves open as well is looked at on resume. */
function outcome(state: RunState, event: Extract<RunEvent, { type: "step.outcome" | "step.reconciled" }>): RunState {
  const found = event.body.outcome;
  const settling = event.type === "step.reconciled";
  const applied = onSlot(state, event, (slot): Slot => {
    begunBefore(slot, event);
    if (found.kind === "applied") return { ...slot, status: "applied", mark: null, outcome: found, settle: null };
    if (found.kind === "unknown") {
      const settle = settling ? null : "look";
      return { ...slot, status: "in doubt", mark: "in doubt", reason: found.message, outcome: found, settle };
    }
    // Known not applied: the step is as it was before, and needs a new preview and a new approval to be tried again.
    const again = settling || found.why === "drifted";
    const back = { ...slot, outcome: found, settle: null, reason: found.message };
    return again
      ? { ...back, status: "planned", mark: null, preview: null, approval: null, attempt: null }
      : { ...back, status: "planned" };
  });
  if (found.kind !== "unknown")
    return onTarget(applied, event.target_key, (target) => standing(target, event, "going", ""));
  const undecided = event.type === "step.reconciled" ? undecidedDoubt(state, event) : null;
  return onTarget(applied, event.target_key, (target) => ({
    ...standing(target, event, "in doubt", found.message),
    undecided,
  }));
}

/** A slot of which a person says what became: done by hand, left failed, or back at its beginning. */
function slotAfterWord(
  slot: Slot,
  { as, note, leaves }: Extract<RunEvent, { type: "operator.resolved" }>["body"],
): Slot {
  const said = { ...slot, reason: note, settle: null };
  if (as === "applied") return { ...said, status: "ended", mark: "by hand" };
  if (leaves === true) return { ...said, status: "ended", mark: "failed" };
  return { ...said, status: "planned", mark: null, preview: null, approval: null, attempt: null };
}

/** A person's word ends a doubt: done by hand, failed, or back to the beginning of the step with a new preview and approval. */
export function resolved(state: RunState, event: Extract<RunEvent, { type: "operator.resolved" }>): RunState {
  const settled = onSlot(state, event, (slot) => (slot.status === "in doubt" ? slotAfterWord(slot, event.body) : slot));
  const { note, leaves } = event.body;
  return onTarget(settled, event.target_key, (target) => {
    if (target.status !== "in doubt") return target;
    const after = leaves === true ? standing(target, event, "failed", note) : standing(target, event, "going", "");
    return { ...after, undecided: null };
  });
}

type StepEvent = Exclude<Extract<RunEvent, { type: `step.${string}` }>, { type: "step.lapsed" }>;

export function step(state: RunState, event: StepEvent): RunState {
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
        const again = slot.approval?.startsWith(REST) === true && raisesOf(preview).length > 0;
        return { ...slot, preview, approval: again ? null : slot.approval };
      });
    case "step.marked":
      return mark(state, event);
    case "step.intent": {
      const { prepared, limit, approval } = event.body;
      const attempt = { id: event.attempt_id ?? "", prepared, remote: null, limit, event: event.event_id };
      const used = state.approvals[approval];
      const approvals =
        used === undefined ? state.approvals : { ...state.approvals, [approval]: { ...used, used: true } };
      return onSlot({ ...state, approvals }, event, (slot) => ({
        ...slot,
        status: "intended",
        mark: null,
        attempt,
        attempts: slot.attempts + 1,
        sent: event.event_id,
      }));
    }
    case "step.undo-prepared":
      return state;
    case "step.accepted":
      return onSlot(state, event, (slot) => {
        begunBefore(slot, event);
        return { ...slot, status: "waiting", attempt: slot.attempt && { ...slot.attempt, remote: event.body.id } };
      });
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
