/** What a person says or does beside the course of the run makes of the state. */
import type { EventOf } from "../events.ts";
import type { RunState } from "../state.ts";
import { put, requestFor } from "./approval.ts";
import type { Fold } from "./fold.ts";
import { resolve } from "./step.ts";

/** Nothing is approved by it while nobody drives the run: it answers the same page of the next session. */
function approveBeforehand(state: RunState, event: EventOf<"operator.approved">): RunState {
  const approval = requestFor(state, event.body);
  if (approval === null) return state;
  const { method, by } = event.body;
  const beforehand = { method, by, boot_id: event.boot_id, at: event.wall_time };
  return put(state, { ...approval, given_mono: event.mono_ms, beforehand });
}

export const OPERATOR_FOLD: Fold<"operator"> = {
  "operator.approved": approveBeforehand,
  "operator.resolved": resolve,
  "operator.note": (state) => state,
};
