/** What is seen of the conditions of a run, and of finished steps that have to stay so, makes of the state. */
import type { EventOf } from "../events.ts";
import { isMade, type HoldSight, type HoldState, type RunState, type Slot, type TargetState } from "../state.ts";
import { uncoverTarget } from "./approval.ts";
import type { Fold } from "./fold.ts";
import { onPhase, onSlot, onTarget } from "./place.ts";

const sightIn = ({ holds, says, saw, event, at }: HoldSight): HoldSight => ({ holds, says, saw, event, at });

/** A condition with what was seen of it now. */
function withSight({ holds }: TargetState, hold: string, sight: HoldSight): Readonly<Record<string, HoldState>> {
  const earlier = holds[hold];
  return { ...holds, [hold]: { ...sight, looked: sight.at, before: earlier === undefined ? null : sightIn(earlier) } };
}

function observe(state: RunState, event: EventOf<"hold.observed">): RunState {
  const { hold, holds, says, saw } = event.body;
  const sight = { holds, says, saw, event: event.event_id, at: event.wall_time };
  const nextState = onTarget(state, event.target_key, (target) => ({
    ...target,
    holds: withSight(target, hold, sight),
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

/** Conditions that hold, as they were seen. */
const look = (state: RunState, event: EventOf<"hold.looked">): RunState =>
  event.body.sights.reduce(
    (nextState, { hold, says, saw }) =>
      onTarget(nextState, event.target_key, (target) => ({
        ...target,
        holds: withSight(target, hold, { holds: true, says, saw, event: event.event_id, at: event.wall_time }),
      })),
    state,
  );

/** The time of an intent is that of a look at what it rested on. */
export const restOn = (state: RunState, event: EventOf<"step.intent">): RunState =>
  onTarget(state, event.target_key, (target) => {
    const ids = new Set(event.body.rests_on);
    const holds = Object.entries(target.holds).map(([id, hold]): [string, HoldState] =>
      ids.has(id) ? [id, { ...hold, looked: event.wall_time }] : [id, hold],
    );
    return { ...target, holds: Object.fromEntries(holds) };
  });

export const HOLD_FOLD: Fold<"hold"> = { "hold.observed": observe, "hold.looked": look };
