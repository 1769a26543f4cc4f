/** Runs of chosen phases: which phases act, and which criteria count. Pure. */
import type { Criterion, PhaseSpec } from "../phases/spec.ts";
import type { RunState } from "./state.ts";

/** Said beside a phase that was left out. */
export const NOT_CHOSEN = "not chosen";

/** Whether a phase only looks: such a phase runs in every run, since the others are made of what it finds. */
export const onlyLooks = (phase: PhaseSpec): boolean => phase.steps.every(({ does }) => does !== "change");

/** Whether a phase acts in a run of these phases; undefined is all of them. */
export const isChosen = (phases: readonly string[] | undefined, phase: PhaseSpec): boolean =>
  phases === undefined || phases.includes(phase.id) || onlyLooks(phase);

/** Whether the chosen phases can bring a criterion about. */
export function counts(state: RunState, { by }: Criterion): boolean {
  const phase = state.runbook.phases.find(({ id }) => id === by);
  return phase === undefined || isChosen(state.created.phases, phase);
}

/** The criteria that this run does not look at, with the phase that would bring each about. */
export function notLookedAt(state: RunState): { criterion: string; title: string; by: string }[] {
  const { runbook } = state;
  return runbook.success
    .filter((criterion) => !counts(state, criterion))
    .map((criterion) => ({
      criterion: criterion.id,
      title: runbook.probes[criterion.probe]?.title ?? criterion.id,
      by: criterion.by ?? "",
    }));
}
