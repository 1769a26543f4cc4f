/**
 * What this journal proves of a target: effects that leave nothing to be seen and cannot be taken back, which an earlier
 * run carried out and the other side confirmed. A new run is told of them, so that none is repeated for want of a trace.
 */
import type { JsonObject } from "../ports/json.ts";
import { canonical } from "../ports/json.ts";
import { traceOf } from "../phases/change-kind.ts";
import { findKind } from "../phases/kinds/index.ts";
import type { Proof } from "./bodies.ts";
import { changeStep } from "./change-spec.ts";
import { slotsOf } from "./end.ts";
import { isMade, type RunState, type Slot, type TargetState } from "./state.ts";

/** The kind of an effect that cannot be told from the world afterwards, so that only who saw it done knows of it; else null. */
function tracelessKind({ runbook }: RunState, { step, cannot_undo, request }: Slot): string | null {
  const id = changeStep(runbook, step)?.change.kind ?? "";
  const kind = findKind(id);
  return cannot_undo !== null && kind !== undefined && traceOf(kind, request ?? {}) === "none" ? id : null;
}

/** What a run proves of a target. */
export function proofsOf(state: RunState, key: string): readonly Proof[] {
  const target = state.targets.find((candidate) => candidate.key === key);
  if (target === undefined) return [];
  return slotsOf(target).flatMap((slot): Proof[] => {
    const kind = tracelessKind(state, slot);
    const { request, event, at: time } = slot;
    if (!isMade(slot) || request === null || kind === null) return [];
    return [{ target: key, run_id: state.run_id, request, kind, event, at: time }];
  });
}

/** The proof of an effect by an earlier run, the newest, or undefined. */
export function proofOf(state: RunState, target: TargetState, request: JsonObject): Proof | undefined {
  const text = canonical(request);
  return state.created.proofs?.findLast((proof) => proof.target === target.key && canonical(proof.request) === text);
}
