/** What an event of a step makes of the state. */
import type { Mark, RunEvent } from "../events.ts";
import { raises } from "../page.ts";
import { REST, type RunState, type Slot, type TargetStatus } from "../state.ts";
import { goOnAfter, undecidedAfter } from "../undecided.ts";
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
  const marked = onSlot(state, event, (slot) => ({ ...slot, status, mark: made, reason: says, settle: false }));
  const after = AFTER[made];
  if (after === undefined) return onTarget(marked, event.target_key, (target) => goOnAfter(target, made));
  const undecided = undecidedAfter(state, event);
  return onTarget(marked, event.target_key, (target) => ({ ...standing(target, event, after, says), undecided }));
}

/** An outcome without an intent is of no attempt: the journal is not whole, and nothing may be concluded from it. */
function begunBefore({ attempt }: Slot, event: RunEvent): void {
  if (attempt === null) throw new Error(`event ${event.seq} (${event.type}) is of an attempt that was not begun`);
}

/** A lost answer with an id is looked at again on resume only; one without is traced at once. */
function outcome(state: RunState, event: Extract<RunEvent, { type: "step.outcome" | "step.reconciled" }>): RunState {
  const found = event.body.outcome;
  const settling = event.type === "step.reconciled";
  const applied = onSlot(state, event, (slot): Slot => {
    begunBefore(slot, event);
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
  return onTarget(applied, event.target_key, (target) => standing(target, event, status, reason));
}

/** A person's word ends a doubt: done by hand, or back to the beginning of the step with a new preview and approval. */
export function resolved(state: RunState, event: Extract<RunEvent, { type: "operator.resolved" }>): RunState {
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
    target.status === "in doubt" ? standing(target, event, "going", "") : target,
  );
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
        const again = slot.approval?.startsWith(REST) === true && raises(preview);
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
