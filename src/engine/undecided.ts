/**
 * A step that failed, or whose end no look can tell, and that a person has not decided about yet, as a part of its
 * target's state. Pure: what the fold makes of it, and of looking again.
 */
import type { Mark } from "./bodies.ts";
import type { RunEvent } from "./events.ts";
import { isFlawed, type PhaseState, type RunState, type Slot, type TargetState, type Undecided } from "./state.ts";

/** The step that stands for a phase whose steps could not be worked out. */
export const EXPANSION = "expansion";

const ASKED = new Set<Mark>(["failed", "unreachable", "in-doubt"]);
const SETTLED = new Set<Mark>(["skipped-by-operator", "by-hand"]);

/** One statement alone has nothing to go on with. */
export function undecidedAfter(state: RunState, { body, ...event }: Marked): Undecided | null {
  if (state.created.direct !== undefined || !ASKED.has(body.mark)) return null;
  const asks = state.mode === "person";
  return { phase: event.phase_id ?? "", step: event.step_id ?? "", item: event.item ?? "", tried: "", asks };
}

/** A change whose end a look could not tell either: only somebody who knows can say. */
export const undecidedDoubt = (state: RunState, event: Extract<RunEvent, { type: "step.reconciled" }>): Undecided => ({
  phase: event.phase_id ?? "",
  step: event.step_id ?? "",
  item: event.item ?? "",
  tried: "",
  asks: state.mode === "person",
});

/** Whether a failed target can go on from its failed step: nothing was done there that must not be done again. */
export function canGoOn(target: TargetState): boolean {
  const { undecided, status } = target;
  if (undecided === null || status !== "failed") return false;
  const slots = target.phases[undecided.phase]?.slots ?? [];
  return !slots.some((slot) => slot.step === undecided.step && slot.item_key === undecided.item && isFlawed(slot));
}

type Marked = Extract<RunEvent, { type: "step.marked" }>;

/** A target whose failed step was left out or done by hand goes on behind it. */
export function goOnAfter(target: TargetState, mark: Mark): TargetState {
  if (target.undecided === null || !SETTLED.has(mark)) return target;
  return { ...target, status: "going", reason: "", undecided: null };
}

/** The step as it was before anybody looked. That something was sent for it once stays known; its tries begin anew. */
export const fresh = (slot: Slot): Slot => ({
  ...slot,
  status: "planned",
  mark: null,
  reason: "",
  preview: null,
  approval: null,
  attempt: null,
  attempts: Math.min(slot.attempts, 1),
  outcome: null,
  settle: null,
});

/** The failed step goes back to its beginning: new preview, new approval. A phase without steps is worked out anew. */
export function lookAgain(target: TargetState): TargetState {
  const { undecided } = target;
  if (undecided === null) return target;
  const { phase, step, item } = undecided;
  const phases = Object.entries(target.phases).flatMap(([id, entry]): [string, PhaseState][] => {
    if (id !== phase) return [[id, entry]];
    if (step === EXPANSION) return [];
    const slots: readonly Slot[] = entry.slots.map((slot) =>
      slot.step === step && slot.item_key === item ? fresh(slot) : slot,
    );
    return [[id, { ...entry, slots, status: "open" }]];
  });
  return { ...target, status: "going", reason: "", undecided: null, phases: Object.fromEntries(phases) };
}

/** A change in doubt is looked at once more, as after a pause; what a person does is asked about anew. */
function traceAgain(target: TargetState): TargetState {
  const { undecided } = target;
  const phases = Object.entries(target.phases).map(([id, phase]): [string, PhaseState] => [
    id,
    {
      ...phase,
      slots: phase.slots.map((slot) =>
        id === undecided?.phase && slot.step === undecided.step && slot.item_key === undecided.item
          ? slot.isHandedOver === true
            ? fresh(slot)
            : { ...slot, settle: "trace" as const }
          : slot,
      ),
    },
  ]);
  return { ...target, status: "going", reason: "", undecided: null, phases: Object.fromEntries(phases) };
}

/** What a decision about a change in doubt changes by itself; what somebody says of it is an event of its own. */
export function decideDoubt(target: TargetState, choice: string): TargetState {
  if (choice === "again") return traceAgain(target);
  return { ...target, undecided: null };
}

/** What a decision about a failed step changes by itself; leaving it out and done by hand wait for their mark. */
export function decideFailure(target: TargetState, choice: string): TargetState {
  if (choice === "again") return lookAgain(target);
  return choice === "stop" ? { ...target, undecided: null } : target;
}
