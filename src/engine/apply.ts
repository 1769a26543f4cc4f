/** The only fold: a state and an event give the next state. Pure and total; an event that fits nowhere is a bug. */
import { APPROVAL_FOLD } from "./apply/approval.ts";
import type { Fold } from "./apply/fold.ts";
import { HOLD_FOLD } from "./apply/hold.ts";
import { OPERATOR_FOLD } from "./apply/operator.ts";
import { DECISION_FOLD, PHASE_FOLD, RUNG_FOLD } from "./apply/phase.ts";
import { create, RUN_FOLD } from "./apply/run.ts";
import { STEP_FOLD } from "./apply/step.ts";
import type { RunEvent } from "./events.ts";
import type { RunState } from "./state.ts";

const FOLD: Fold<string> = {
  ...RUN_FOLD,
  ...PHASE_FOLD,
  ...RUNG_FOLD,
  ...DECISION_FOLD,
  ...APPROVAL_FOLD,
  ...OPERATOR_FOLD,
  ...HOLD_FOLD,
  ...STEP_FOLD,
};

/** Folds one event. The first must be `run.created`; `state` is null then. */
export function apply(state: RunState | null, event: RunEvent): RunState {
  if (state === null) {
    if (event.type !== "run.created") throw new Error(`run ${event.run_id} does not begin with run.created`);
    return create(event);
  }
  // The row of a type takes events of that type: the compiler cannot follow that through the table.
  const fold = FOLD[event.type] as (state: RunState, event: RunEvent) => RunState;
  const { seq: last_seq, mono_ms: last_mono, event_id: last_event, wall_time: last_at } = event;
  return { ...fold(state, event), last_seq, last_mono, last_event, last_at };
}
