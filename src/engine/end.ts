/** How a target ends, worked out from what became of its steps and criteria. Pure. */
import { EXIT } from "./exit.ts";
import type { End } from "./bodies.ts";
import { criteriaOf } from "./criteria.ts";
import { isUnderWay, pendingIn, type RunState, type Slot, type TargetState } from "./state.ts";

export const slotsOf = ({ phases }: TargetState): readonly Slot[] =>
  Object.values(phases).flatMap(({ slots }) => slots);

/** Whether a step was sent and nobody knows yet what became of it, or it was not yet seen to have worked. */
export const isOpen = (slot: Pick<Slot, "status">): boolean => isUnderWay(slot) || slot.status === "in-doubt";

/** Rows of an undo that stayed as they are because somebody changed them since. */
export const conflictsOf = ({ preview }: Slot): readonly (readonly string[])[] =>
  (preview?.["conflicts"] ?? []) as readonly (readonly string[])[];

/** A run of one statement, or of an undo: it ends by what its own changes did. */
function directEnd(target: TargetState): End {
  const successes = slotsOf(target).filter(({ mark }) => mark === "succeeded");
  if (successes.some((slot) => conflictsOf(slot).length > 0)) return "undone-in-part";
  return successes.length > 0 ? "recovered" : "nothing-changed";
}

/** Whether a phase that was entered still has steps to do. What a failed phase left out is not done any more. */
const isUnfinished = ({ phases }: TargetState): boolean =>
  Object.values(phases).some(
    (phase) => phase.status === "open" && phase.slots.some(({ status }) => status === "planned"),
  );

/**
 * The end of one target once nothing more is to be done for it; null while something is: a step that is not done, or a
 * criterion that this ending asks and nobody looked at yet. An absence is no end.
 */
export function endOf(state: RunState, target: TargetState): End | null {
  if (slotsOf(target).some(isOpen)) return "in-doubt";
  if (target.status !== "going") return target.status;
  if (pendingIn(target)) return "changes-pending";
  if (isUnfinished(target)) return null;
  if (state.created.direct !== undefined) return directEnd(target);
  const standings = criteriaOf(state, target).filter(({ omission }) => omission === null);
  if (standings.some(({ sight }) => sight === null)) return null;
  // Where this ending asks nothing, nothing was seen either.
  return standings.length > 0 && standings.every(({ sight }) => sight?.holds === true)
    ? "recovered"
    : "criteria-not-met";
}

/** Why a target was not recovered: its reason, else the steps that failed on the way and the criteria that are not met. */
export function whyNotRecovered(target: TargetState): string {
  if (target.reason !== "") return target.reason;
  const failures = slotsOf(target).filter(({ mark }) => mark === "failed");
  const unmet = Object.values(target.criteria).filter(({ holds }) => !holds);
  return [...failures.map(({ reason }) => reason), ...unmet.map(({ says }) => says)].join("; ");
}

/** Exit codes of a run, the gravest first. */
const EXITS = [
  ["in-doubt", EXIT.doubt],
  ["stopped", EXIT.stopped],
  ["failed", EXIT.failed],
  ["criteria-not-met", EXIT.failed],
  ["nothing-changed", EXIT.failed],
  ["undone-in-part", EXIT.failed],
  ["unreachable", EXIT.unreachable],
  ["refused", EXIT.stopped],
  ["changes-pending", EXIT.needed],
] as const;

/**
 * The exit code that the ends of all targets make together; 0 only when every one was recovered, null while nothing is wrong
 * and the end of one was not seen.
 */
export function exitOf(state: RunState): number | null {
  const ends = state.targets.map((target) => endOf(state, target));
  const gravest = EXITS.find(([end]) => ends.includes(end));
  if (gravest !== undefined) return gravest[1];
  return ends.length > 0 && ends.every((end) => end === "recovered") ? EXIT.done : null;
}
