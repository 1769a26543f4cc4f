/** Entering a phase: its steps are made from the facts of now, written down, and from then on are what is approved. */
import { evaluate, fill, holds, type Scope } from "../phases/expression.ts";
import type { Json } from "../ports/json.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { ChangeStep, PhaseSpec, StepSpec } from "../phases/spec.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { wayBackOf } from "../phases/way-back.ts";
import { isChosen, NOT_CHOSEN } from "./chosen.ts";
import type { PlannedStep } from "./bodies.ts";
import { forbidden } from "../phases/forbid.ts";
import { scopeOf, type RunState, type TargetState } from "./state.ts";

/** How many steps one phase may make of its lists for one target. */
const MAX_STEPS = 500;

function items(step: ChangeStep, scope: Scope): Result<readonly Json[] | null, string> {
  if (step.foreach === undefined) return ok(null);
  const list = evaluate(step.foreach.in, scope);
  if (!list.ok) return err(`${step.id}: ${list.error.expression}: ${list.error.message}`);
  return Array.isArray(list.value) ? ok(list.value as Json[]) : err(`${step.id}: ${step.foreach.in} is not a list`);
}

function instance(state: RunState, step: ChangeStep, scope: Scope, key: string): Result<PlannedStep, string> {
  const kind = changeKind(step.change.kind);
  const request = kind.request(step.change, scope);
  if (!request.ok) return err(`${step.id}: ${request.error.message}`);
  const prohibition = forbidden(state.runbook.forbid, step.change.kind, request.value);
  if (prohibition !== null) return err(`${step.id} is forbidden by the runbook: ${prohibition}`);
  const way = wayBackOf(step, null);
  return ok({
    step: step.id,
    does: "change",
    item_key: key,
    item: scope.item ?? null,
    title: fill(step.title, scope),
    request: request.value,
    says: kind.describe(request.value),
    cannot_undo: way.kind === "none" ? way.why.join("; ") : null,
    risk: step.risk,
  });
}

function changes(state: RunState, step: ChangeStep, scope: Scope): Result<PlannedStep[], string> {
  if (step.when !== undefined) {
    const verdict = holds(step.when, scope);
    if (!verdict.ok) return err(`${step.id}: ${verdict.error.expression}: ${verdict.error.message}`);
    if (!verdict.value) return ok([]);
  }
  const list = items(step, scope);
  if (!list.ok) return list;
  if (list.value === null) {
    const entry = instance(state, step, scope, "");
    return entry.ok ? ok([entry.value]) : entry;
  }
  const plans: PlannedStep[] = [];
  for (const item of list.value) {
    const inner = { ...scope, item };
    const key = evaluate(step.foreach?.key ?? "", inner);
    if (!key.ok || typeof key.value !== "string") return err(`${step.id}: its key has no value`);
    if (plans.some((entry) => entry.item_key === key.value))
      return err(`${step.id}: the key ${key.value} appears twice`);
    const entry = instance(state, step, inner, key.value);
    if (!entry.ok) return entry;
    plans.push(entry.value);
  }
  return ok(plans);
}

function plan(state: RunState, step: StepSpec, scope: Scope): Result<PlannedStep[], string> {
  if (step.does === "change") return changes(state, step, scope);
  const bare = { item_key: "", item: null, request: null, says: "", cannot_undo: null, risk: "read" as const };
  return ok([{ ...bare, step: step.id, does: step.does, title: fill(step.title, scope) }]);
}

/** The expansion of one phase for one target, or the sentence that says why it cannot be made. */
export function expansion(
  state: RunState,
  target: TargetState,
  phase: PhaseSpec,
): Result<{ readonly skipped: string | null; readonly steps: PlannedStep[] }, string> {
  const scope = scopeOf(state, target);
  if (!isChosen(state.created.phases, phase)) return ok({ skipped: NOT_CHOSEN, steps: [] });
  for (const [condition, reason] of [
    [phase.within, "not on the chosen way"],
    [phase.when, phase.otherwise ?? "not needed"],
  ] as const) {
    const verdict = condition === undefined ? ok(true) : holds(condition, scope);
    if (!verdict.ok) return err(`${verdict.error.expression}: ${verdict.error.message}`);
    if (!verdict.value) return ok({ skipped: fill(reason, scope), steps: [] });
  }
  const steps: PlannedStep[] = [];
  for (const step of phase.steps) {
    const plans = plan(state, step, scope);
    if (!plans.ok) return plans;
    steps.push(...plans.value);
  }
  return steps.length > MAX_STEPS
    ? err(`the phase would have ${steps.length} steps; ${MAX_STEPS} is the limit`)
    : ok({ skipped: null, steps });
}
