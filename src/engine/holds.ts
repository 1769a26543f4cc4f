/**
 * What a run rests on while it goes on, and which of it is asked now: the runbook's holds, and finished steps that have to
 * stay as they are. Pure.
 */
import { holds as isTrue } from "../phases/expression.ts";
import type { Json } from "../ports/json.ts";
import { TO_THE_END, type Hold, type PhaseSpec, type ProbeSpec } from "../phases/spec.ts";
import { changeSpec } from "./change-spec.ts";
import type { Ref } from "./command.ts";
import { isBegun, scopeOf, type PhaseState, type RunState, type Slot, type TargetState } from "./state.ts";

/** One condition of one target. `ref` is the finished step that it is about, null for a hold of the runbook. */
export interface Condition {
  readonly target: TargetState;
  readonly id: string;
  readonly spec: ProbeSpec;
  readonly ref: Ref | null;
  readonly item: Json;
  /** Why it cannot be told whether it is asked at all; '' as a rule. */
  readonly trouble: string;
}

const hasEnded = (phase: PhaseState | undefined): boolean =>
  phase !== undefined && (phase.status === "done" || phase.reopened);

/** Whether the run itself has begun to act in a phase, or will not any more. */
const isPassed = (phase: PhaseState | undefined): boolean =>
  phase !== undefined && (phase.status !== "open" || phase.slots.some(isBegun));

/**
 * Whether a hold is asked of a target now: not before the end of the phase `from`, not since the run's own first change in
 * `until`, not where its `when` does not hold.
 */
export type Demand = "asked" | "ahead" | "past" | "waived";

/** Whether a hold is asked now; `trouble` says why it cannot be told where its condition has no value. */
export function demandOf(
  state: RunState,
  target: TargetState,
  hold: Hold,
): { readonly demand: Demand; readonly trouble: string } {
  if (!hasEnded(target.phases[hold.from])) return { demand: "ahead", trouble: "" };
  if (hold.until !== undefined && isPassed(target.phases[hold.until])) return { demand: "past", trouble: "" };
  const condition = hold.when === undefined ? null : isTrue(hold.when, scopeOf(state, target));
  if (condition === null) return { demand: "asked", trouble: "" };
  if (condition.ok) return { demand: condition.value ? "asked" : "waived", trouble: "" };
  return { demand: "asked", trouble: `${condition.error.expression}: ${condition.error.message}` };
}

function conditionOf(state: RunState, target: TargetState, hold: Hold): Condition | null {
  const spec = state.runbook.probes[hold.probe];
  if (spec === undefined) throw new Error(`the hold ${hold.id} names no probe`);
  const { demand, trouble } = demandOf(state, target, hold);
  return demand === "asked" ? { target, id: hold.id, spec, ref: null, item: null, trouble } : null;
}

const FINISHED: ReadonlySet<string> = new Set(["succeeded", "already", "by-hand"]);

/** The changes by which the run itself ends what a step brought about: those of its item, else all of that phase. */
function enders(target: TargetState, phase: PhaseSpec, slot: Slot, end: string): readonly Slot[] {
  const slots = (target.phases[end]?.slots ?? []).filter(({ does }) => does === "change");
  const later = end === phase.id ? slots.slice(slots.indexOf(slot) + 1) : slots;
  const siblings = later.filter(({ item_key }) => item_key !== "" && item_key === slot.item_key);
  return siblings.length > 0 ? siblings : later;
}

function stays({ target, phase, slot }: Ref, end: string | undefined): boolean {
  if (end === undefined || !FINISHED.has(slot.mark ?? "")) return false;
  if (end === TO_THE_END) return true;
  const later = target.phases[end];
  if (later !== undefined && later.status !== "open") return false;
  return !enders(target, phase, slot, end).some(({ status }) => status !== "planned");
}

/** Finished steps of a target that have to be as they were left. A dry run left nothing. */
function completeHolds(state: RunState, target: TargetState): Condition[] {
  return state.runbook.phases.flatMap((phase) =>
    (target.phases[phase.id]?.slots ?? [])
      .filter((slot) => slot.does === "change")
      .flatMap((slot): Condition[] => {
        const ref = { target, phase, slot };
        const { stays_until, verify } = changeSpec(ref);
        if (!stays(ref, stays_until)) return [];
        const spec = state.runbook.probes[verify];
        if (spec === undefined) throw new Error(`${slot.step} is verified by no probe`);
        return [{ target, id: slot.step, spec, ref, item: slot.item, trouble: "" }];
      }),
  );
}

/** Everything that one target rests on now. In a dry run: the runbook's holds, each until it was looked at once. */
export function conditionsOf(state: RunState, target: TargetState): readonly Condition[] {
  const holds = (state.runbook.holds ?? []).flatMap((hold) => conditionOf(state, target, hold) ?? []);
  if (state.created.dry === true) return holds.filter(({ id }) => target.holds[id] === undefined);
  return [...holds, ...completeHolds(state, target)];
}

/** What was seen to be no longer so for a target, as sentences without a full stop; those of finished steps first. */
export function brokenIn({ phases, holds }: TargetState): readonly string[] {
  const steps = Object.values(phases).flatMap(({ slots }) => slots.filter(({ mark }) => mark === "lapsed"));
  const conditions = Object.values(holds).filter((hold) => !hold.holds);
  return [
    ...steps.map(({ title, reason }) => `"${title}" came undone: ${reason}`),
    ...conditions.map(({ says }) => says),
  ];
}
