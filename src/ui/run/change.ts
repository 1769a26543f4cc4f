/** What happens to the run screen: pure, besides the history that it shares. */
import { isOver, top, type Model, type RunModel } from "../model.ts";
import { phaseNow } from "./now.ts";
import { listedTargets, listsTargets, shownTargets, targetAt } from "./targets.ts";
import { rowNow, stepRows } from "./steps.ts";

const within = (index: number, count: number): number => Math.min(Math.max(0, index), Math.max(0, count - 1));

/** Shows all events that the history has. */
export const catchUp = (run: RunModel): RunModel => ({
  ...run,
  cursor: run.history.length,
  state: run.history.stateAt(run.history.length),
});

/** To another event. */
export function moveTo(run: RunModel, event: number): RunModel {
  const cursor = Math.min(Math.max(1, event), run.history.length);
  if (cursor === run.cursor) return run;
  return { ...run, cursor, state: run.history.stateAt(cursor), row: null, phase: null };
}

/** Looks at what the run itself is at. */
export const follow = (run: RunModel): RunModel => ({ ...run, row: null, phase: null });

/** The steps of a run that is over, at the phase that it came to; its targets where it lists them. */
export const setSteps = (run: RunModel): RunModel => ({ ...run, row: null, phase: phaseNow(run) });

/** Opens the target under the cursor, or goes back to the list of all. */
export function setAlone(run: RunModel, isAlone: boolean): RunModel {
  const target = run.target ?? (run.state === null ? null : (listedTargets(run.state)[0]?.target.key ?? null));
  // Where a run is over, its receipt stands before the list.
  const phase = isAlone || !isOver(run) ? null : phaseNow(run);
  return { ...run, target, alone: isAlone, row: null, phase };
}

/** Moves the cursor among the targets that are listed, or among the steps of the phase. */
export function moveRow(run: RunModel, by: number): RunModel {
  const { state } = run;
  if (state !== null && listsTargets(run)) {
    const listings = listedTargets(state);
    const to = Math.min(Math.max(0, targetAt(run, listings) + by), listings.length - 1);
    return { ...run, target: listings[to]?.target.key ?? null };
  }
  const phase = run.phase ?? phaseNow(run);
  if (state === null || phase === null) return run;
  const rows = stepRows(shownTargets(run), phase);
  return { ...run, phase, row: within((run.row ?? rowNow(state, rows)) + by, rows.length) };
}

/** To the phase before or after. */
export function movePhase(run: RunModel, by: 1 | -1): RunModel {
  const ids = run.state?.runbook.phases.map(({ id }) => id) ?? [];
  const index = ids.indexOf(run.phase ?? phaseNow(run) ?? "");
  const to = ids[within(index + by, ids.length)];
  return to === undefined ? run : { ...run, phase: to, row: 0 };
}

/** Changes the run that is replayed or watched on the screen, else the one that is driven here. */
export function changeRun(model: Model, change: (run: RunModel) => RunModel): Model {
  if (top(model) === "replay" && model.replay !== null) return { ...model, replay: change(model.replay) };
  return changeDriven(model, change);
}

/** Changes the run that is driven here. */
export const changeDriven = (model: Model, change: (run: RunModel) => RunModel): Model =>
  model.run === null ? model : { ...model, run: change(model.run) };
