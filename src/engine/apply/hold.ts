/** What is seen of the conditions of a run, and of finished steps that have to stay so, makes of the state. */
import type { EventOf } from "../events.ts";
import { isMade, type RunState, type Slot } from "../state.ts";
import { uncoverTarget } from "./approval.ts";
import type { Fold } from "./fold.ts";
import { onPhase, onSlot, onTarget } from "./place.ts";

function observe(state: RunState, event: EventOf<"hold.observed">): RunState {
  const { hold, holds, says } = event.body;
  const sight = { holds, says, event: event.event_id, at: event.wall_time };
  const nextState = onTarget(state, event.target_key, (target) => ({
    ...target,
    holds: { ...target.holds, [hold]: sight },
  }));
  // A dry run approves nothing, and what it previews it looks at anyway.
  return holds || state.created.dry === true ? nextState : uncoverTarget(nextState, event.target_key ?? "");
}

/** A finished step is planned again and its phase open, so that it is asked about before anything that comes after it. */
export function lapse(state: RunState, event: EventOf<"step.lapsed">): RunState {
  const reopen = onSlot(state, event, (slot): Slot => ({
    ...slot,
    status: "planned",
    mark: "lapsed",
    reason: event.body.says,
    preview: null,
    approval: null,
    attempt: null,
    attempts: Math.min(slot.attempts, 1),
    // Found done already, it was nothing of ours that came undone.
    lapses: slot.lapses + (isMade(slot) ? 1 : 0),
    outcome: null,
    settle: null,
  }));
  const open = onPhase(reopen, event, (phase) => ({ ...phase, status: "open", reopened: true, rung: null }));
  return uncoverTarget(open, event.target_key ?? "");
}

export const HOLD_FOLD: Fold<"hold"> = { "hold.observed": observe };
