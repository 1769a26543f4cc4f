/**
 * A step that failed and that a person has not decided about yet, as a part of its target's state. Pure: what the fold
 * makes of a failure, and of looking again.
 */
import type { Mark, RunEvent } from "./events.ts";
import type { PhaseState, RunState, Slot, TargetState } from "./state.ts";

/** The step that stands for a phase whose steps could not be worked out. */
export const EXPANSION = "expansion";

export interface Undecided {
  readonly phase: string;
  readonly step: string;
  readonly item: string;
  /** What was seen when somebody said that it was done by hand; '' while nobody did. */
  readonly tried: string;
}

const ASKED = new Set<Mark>(["failed", "unreachable"]);
const SETTLED = new Set<Mark>(["skipped by the operator", "by hand"]);

/** Only a run that a person drives asks; one statement alone has nothing to go on with. */
export function undecidedAfter(state: RunState, { body, ...event }: Marked): Undecided | null {
  if (state.mode !== "person" || state.created.direct !== undefined || !ASKED.has(body.mark)) return null;
  return { phase: event.phase_id ?? "", step: event.step_id ?? "", item: event.item ?? "", tried: "" };
}

type Marked = Extract<RunEvent, { type: "step.marked" }>;

/** A target whose failed step was left out or done by hand goes on behind it. */
export function goOnAfter(target: TargetState, mark: Mark): TargetState {
  if (target.undecided === null || !SETTLED.has(mark)) return target;
  return { ...target, status: "going", reason: "", undecided: null };
}

/** The step as it was before anybody looked. That something was sent for it once stays known; its tries begin anew. */
const fresh = (slot: Slot): Slot => ({
  ...slot,
  status: "planned",
  mark: null,
  reason: "",
  preview: null,
  approval: null,
  attempt: null,
  attempts: Math.min(slot.attempts, 1),
  outcome: null,
  settle: false,
});

/** The failed step goes back to its beginning: new preview, new approval. A phase without steps is worked out anew. */
export function lookAgain(target: TargetState): TargetState {
  const { undecided } = target;
  if (undecided === null) return target;
  const { phase, step, item } = undecided;
  const phases = Object.entries(target.phases).flatMap(([id, found]): [string, PhaseState][] => {
    if (id !== phase) return [[id, found]];
    if (step === EXPANSION) return [];
    const slots = found.slots.map((slot) => (slot.step === step && slot.item_key === item ? fresh(slot) : slot));
    return [[id, { ...found, slots }]];
  });
  return { ...target, status: "going", reason: "", undecided: null, phases: Object.fromEntries(phases) };
}

/** What a decision about a failed step changes by itself; leaving it out and done by hand wait for their mark. */
export function decideFailure(target: TargetState, choice: string): TargetState {
  if (choice === "again") return lookAgain(target);
  return choice === "stop" ? { ...target, undecided: null } : target;
}
