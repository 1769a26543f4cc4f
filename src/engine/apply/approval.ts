/** What an event of an approval makes of the state. */
import type { EventOf, RunEvent } from "../events.ts";
import { isPlanned, START, type ApprovalState, type RunState, type Slot, type TargetState } from "../state.ts";
import type { Fold } from "./fold.ts";
import { standing } from "./place.ts";

/** A refusal before anything was sent ends the run for whom the page was about; the first page is about everybody. */
function refuse(state: RunState, event: RunEvent, { id, covers }: ApprovalState): RunState {
  const about = new Set(covers.map(({ target }) => target));
  const isConcerned = (target: TargetState): boolean => id.startsWith(START) || about.has(target.key);
  const says = "says" in event.body ? `not approved: ${event.body.says}` : "not approved";
  const targets = state.targets.map((target) =>
    target.status === "going" && isConcerned(target) ? standing(target, event, "refused", says) : target,
  );
  return { ...state, targets };
}

/** Takes one target out of everything that was approved: what was seen of it is not what was approved. */
export function uncoverTarget(state: RunState, key: string): RunState {
  const approvals = Object.fromEntries(
    Object.entries(state.approvals).map(([id, approval]) => [
      id,
      id.startsWith(START) ? approval : { ...approval, covers: approval.covers.filter(({ target }) => target !== key) },
    ]),
  );
  return eachSlot({ ...state, approvals }, (slot, target) =>
    target.key === key && isPlanned(slot) ? { ...slot, approval: null, preview: null } : slot,
  );
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
  const coveredKeys = new Set(
    (state.approvals[approval]?.covers ?? []).map((ref) => `${ref.target}\n${ref.step}\n${ref.item_key}`),
  );
  return eachSlot(state, (slot, target) =>
    isPlanned(slot) && coveredKeys.has(`${target.key}\n${slot.step}\n${slot.item_key}`) ? { ...slot, approval } : slot,
  );
}

function uncover(state: RunState, approval: string): RunState {
  return eachSlot(state, (slot) =>
    slot.approval === approval && slot.status === "planned" ? { ...slot, approval: null, preview: null } : slot,
  );
}

/** An approval that was given beforehand counts once. */
function spent(approvals: RunState["approvals"], id: string | undefined): RunState["approvals"] {
  const approval = approvals[id ?? ""];
  return approval === undefined ? approvals : { ...approvals, [approval.id]: { ...approval, beforehand: null } };
}

/** An approval as it was asked about, by the document of that moment; null of any other. */
export function requestFor(
  state: RunState,
  { approval, page_digest }: { readonly approval: string; readonly page_digest: string },
) {
  const entry = state.approvals[approval];
  return entry?.page_digest === page_digest ? entry : null;
}

export const put = (state: RunState, approval: ApprovalState): RunState => ({
  ...state,
  approvals: { ...state.approvals, [approval.id]: approval },
});

function give(state: RunState, event: EventOf<"approval.given">): RunState {
  const approval = requestFor(state, event.body);
  if (approval === null) return state;
  const previous = { ...state, approvals: spent(state.approvals, event.body.beforehand) };
  const approvedState = put(previous, { ...approval, status: "given", given_mono: event.mono_ms });
  return approval.id.startsWith(START) ? { ...approvedState, started: true } : cover(approvedState, approval.id);
}

function reject(state: RunState, event: EventOf<"approval.rejected">): RunState {
  const approval = state.approvals[event.body.approval];
  if (approval === undefined) return state;
  const rejectedState = put(state, { ...approval, status: "rejected" });
  return event.body.ends === true ? refuse(rejectedState, event, approval) : rejectedState;
}

function expire(state: RunState, event: EventOf<"approval.expired">): RunState {
  const approval = state.approvals[event.body.approval];
  return approval === undefined ? state : uncover(put(state, { ...approval, status: "expired" }), approval.id);
}

export const APPROVAL_FOLD: Fold<"approval"> = {
  "approval.requested": (state, { body: { approval: id, page_digest, covers, typed } }) =>
    put(state, { id, page_digest, covers, typed, status: "open", given_mono: 0, used: false, beforehand: null }),
  "approval.given": give,
  "approval.rejected": reject,
  "approval.expired": expire,
};
