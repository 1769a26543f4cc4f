/**
 * What this journal proves of a target: effects that leave nothing to be seen and cannot be taken back, which an earlier
 * run carried out and the other side confirmed. A new run is told of them, so that none is repeated for want of a trace.
 */
import type { JsonObject } from "../phases/json.ts";
import { canonical } from "../phases/json.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { slotsOf } from "./end.ts";
import { isMade, type RunState, type Slot, type TargetState } from "./state.ts";

/** One effect of an earlier run, with the event that proves it. */
export interface Proof {
  readonly target: string;
  readonly run_id: string;
  readonly request: JsonObject;
  /** Id and wall time of the event that confirmed it. */
  readonly event: string;
  readonly at: string;
}

/** Whether an effect cannot be told from the world afterwards: only who saw it done knows of it. */
function leavesNoTrace(state: RunState, slot: Slot): boolean {
  const step = state.runbook.phases.flatMap(({ steps }) => steps).find(({ id }) => id === slot.step);
  if (step?.does !== "change") return false;
  return slot.cannot_undo !== null && changeKind(step.change.kind).trace(slot.request ?? {}) === "none";
}

/** What a run proves of a target. */
export function proofsOf(state: RunState, key: string): readonly Proof[] {
  const target = state.targets.find((each) => each.key === key);
  if (target === undefined) return [];
  return slotsOf(target).flatMap((slot): Proof[] =>
    isMade(slot) && slot.request !== null && leavesNoTrace(state, slot)
      ? [{ target: key, run_id: state.run_id, request: slot.request, event: slot.event, at: slot.at }]
      : [],
  );
}

/** The proof of an effect by an earlier run, the newest, or undefined. */
export function proofOf({ created }: RunState, target: TargetState, request: JsonObject): Proof | undefined {
  const wanted = canonical(request);
  return created.proofs?.findLast((proof) => proof.target === target.key && canonical(proof.request) === wanted);
}
