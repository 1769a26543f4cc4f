/** The only fold: a state and an event give the next state. Pure and total; an event that fits nowhere is a bug. */
import { approvals } from "./apply/approval.ts";
import { held, lapsed } from "./apply/hold.ts";
import { decide, expand, rung } from "./apply/phase.ts";
import { onPhase } from "./apply/place.ts";
import { create, jumped, observed, resume } from "./apply/run.ts";
import { resolved, step } from "./apply/step.ts";
import type { RunEvent } from "./events.ts";
import type { RunState } from "./state.ts";

function change(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run.created":
      throw new Error(`run ${event.run_id} was created twice`);
    case "run.resumed":
      return resume(state, event);
    case "run.paused":
      return { ...state, paused: event.body, events: { ...state.events, paused: event.event_id } };
    case "run.closed":
      return { ...state, closed: event.body, events: { ...state.events, closed: event.event_id } };
    case "phase.expanded":
      return expand(state, event);
    case "phase.ended":
      return onPhase(state, event, (phase) => ({ ...phase, status: event.body.result }));
    case "criterion.observed":
      return observed(state, event);
    case "decision.made":
      return decide(state, event);
    case "approval.requested":
    case "approval.given":
    case "approval.rejected":
    case "approval.expired":
    case "operator.approved":
      return approvals(state, event);
    case "operator.resolved":
      return resolved(state, event);
    case "evidence.collected":
      return { ...state, collected: [...state.collected, event.body.collect] };
    case "rung.entered":
    case "rung.observed":
    case "rung.ended":
      return rung(state, event);
    case "hold.observed":
      return held(state, event);
    case "step.lapsed":
      return lapsed(state, event);
    case "clock.jumped":
      return jumped(state, event);
    case "decision.requested":
    case "operator.note":
    case "joblog.written":
      return state;
    default:
      return step(state, event);
  }
}

/** Folds one event. The first must be `run.created`; `state` is null then. */
export function apply(state: RunState | null, event: RunEvent): RunState {
  if (state === null) {
    if (event.type !== "run.created") throw new Error(`run ${event.run_id} does not begin with run.created`);
    return create(event);
  }
  const { seq: last_seq, mono_ms: last_mono, event_id: last_event, wall_time: last_at } = event;
  return { ...change(state, event), last_seq, last_mono, last_event, last_at };
}
