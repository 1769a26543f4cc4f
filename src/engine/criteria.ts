/** The success criteria of a target: which of them its ending asks, and what was seen of each. */
import { holds } from "../phases/expression.ts";
import { isNothing } from "../phases/saw.ts";
import type { Criterion } from "../phases/spec.ts";
import { counts } from "./chosen.ts";
import { scopeOf, type CriterionState, type RunState, type TargetState } from "./state.ts";

/** One criterion and how it stands. `sight` is null while nobody looked; `omission` says why this ending does not ask it. */
export interface CriterionStanding {
  readonly criterion: Criterion;
  readonly omission: string | null;
  readonly sight: CriterionState | null;
}

/** Why a criterion is not asked of this target, or null when it is. A condition without a value does not excuse it. */
function whyUnasked(state: RunState, target: TargetState, criterion: Criterion): string | null {
  if (!counts(state, criterion)) return `phase ${criterion.by ?? ""} was not chosen`;
  if (criterion.when === undefined) return null;
  const verdict = holds(criterion.when, scopeOf(state, target));
  return !verdict.ok || verdict.value ? null : (criterion.otherwise ?? `it is asked only where ${criterion.when}`);
}

/** All criteria of the runbook for one target, in the runbook's order. */
export const criteriaOf = (state: RunState, target: TargetState): readonly CriterionStanding[] =>
  state.runbook.success.map((criterion) => ({
    criterion,
    omission: whyUnasked(state, target, criterion),
    sight: target.criteria[criterion.id] ?? null,
  }));

/** Whether a criterion was met and at least one thing was seen, or none was expected. */
export const isProven = ({ sight }: CriterionStanding): boolean => sight?.holds === true && !isNothing(sight.saw);
