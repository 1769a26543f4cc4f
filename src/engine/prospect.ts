/** Whether a phase comes, as far as what is known now tells: everybody who speaks of what follows asks here. */
import { holds, type Scope } from "../phases/expression.ts";
import type { PhaseSpec } from "../phases/spec.ts";
import { isChosen } from "./chosen.ts";
import { scopeOf, type RunState } from "./state.ts";

/** `certain`: all of its conditions hold; `none`: one of them does not; `open`: one cannot be told yet. */
export type Prospect = "certain" | "open" | "none";

/** Whether a phase comes for the target of a scope: on the way that was chosen, and by its own condition. */
export function prospectOf({ within, when }: Pick<PhaseSpec, "within" | "when">, scope: Scope): Prospect {
  const verdicts = [within, when].flatMap((condition) => (condition === undefined ? [] : [holds(condition, scope)]));
  if (verdicts.some((verdict) => verdict.ok && !verdict.value)) return "none";
  return verdicts.every(({ ok }) => ok) ? "certain" : "open";
}

/** Whether a phase, which was not left out, is still possible for somebody. */
export const mayCome = (state: RunState, phase: PhaseSpec): boolean =>
  isChosen(state.created.phases, phase) &&
  state.targets.some((target) => prospectOf(phase, scopeOf(state, target)) !== "none");
