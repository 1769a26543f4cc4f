/** What an event of an approval makes of the state. */
import type { RunEvent } from "../events.ts";
import { isPlanned, START, type ApprovalState, type RunState, type Slot, type TargetState } from "../state.ts";
import { standing } from "./place.ts";

/** A refusal before anything was sent ends the run for whom the page was about; the first page is about everybody. */
function refuse(state: RunState, event: RunEvent, { id, covers }: ApprovalState): RunState {
  const about = new Set(covers.map(({ target }) => target));
  const concerned = (target: TargetState): boolean => id.startsWith(START) || about.has(target.key);
  const says = "says" in event.body ? `not approved: ${event.body.says}` : "not approved";
  const targets = state.targets.map((target) =>
    target.status === "going" && concerned(target) ? standing(target, event, "refused", says) : target,
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
  const covered = new Set(
    (state.approvals[approval]?.covers ?? []).map((ref) => `${ref.target}\n${ref.step}\n${ref.item_key}`),
  );
  return eachSlot(state, (slot, target) =>
    isPlanned(slot) && covered.has(`${target.key}\n${slot.step}\n${slot.item_key}`) ? { ...slot, approval } : slot,
  );
}

function uncover(state: RunState, approval: string): RunState {
  return eachSlot(state, (slot) =>
    slot.approval === approval && slot.status === "planned" ? { ...slot, approval: null, preview: null } : slot,
  );
}

/** An approval that was given beforehand counts once. */
function spent(all: RunState["approvals"], id: string | undefined): RunState["approvals"] {
  const found = all[id ?? ""];
  return found === undefined ? all : { ...all, [found.id]: { ...found, beforehand: null } };
}

export function approvals(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "approval.requested": {
      const { approval, page_digest, covers, typed } = event.body;
      const open = { status: "open" as const, given_mono: 0, used: false, beforehand: null };
      const made = { id: approval, page_digest, covers, typed, ...open };
      return { ...state, approvals: { ...state.approvals, [approval]: made } };
    }
    case "approval.given": {
      const found = state.approvals[event.body.approval];
      if (found === undefined || found.page_digest !== event.body.page_digest) return state;
      const given = { ...found, status: "given" as const, given_mono: event.mono_ms };
      const next = { ...state, approvals: { ...spent(state.approvals, event.body.beforehand), [found.id]: given } };
      return found.id.startsWith(START) ? { ...next, started: true } : cover(next, found.id);
    }
    case "operator.approved": {
      const found = state.approvals[event.body.approval];
      if (found === undefined || found.page_digest !== event.body.page_digest) return state;
      const { method, by } = event.body;
      // Nothing is approved by it while nobody drives the run: it answers the same page of the next session.
      const kept = {
        ...found,
        given_mono: event.mono_ms,
        beforehand: { method, by, boot_id: event.boot_id, at: event.wall_time },
      };
      return { ...state, approvals: { ...state.approvals, [found.id]: kept } };
    }
    case "approval.rejected":
    case "approval.expired": {
      const found = state.approvals[event.body.approval];
      if (found === undefined) return state;
      const status = event.type === "approval.rejected" ? ("rejected" as const) : ("expired" as const);
      const ended = { ...state, approvals: { ...state.approvals, [found.id]: { ...found, status } } };
      if (status === "expired") return uncover(ended, found.id);
      return "ends" in event.body ? refuse(ended, event, found) : ended;
    }
    default:
      return state;
  }
}
