/** Why an action cannot be done now, or true: the key table asks before it dispatches, footer and help before they show. */
import { endOf } from "../engine/end.ts";
import { keptFor } from "./kept.ts";
import { shownRun, type Model } from "./model.ts";
import { showsReceipt } from "./run/over.ts";
import { listsTargets } from "./run/targets.ts";
import { runOfTarget } from "./run-of-target.ts";
import { commandOf, wordsOf, type RunSummary } from "./sources.ts";
import { strayText, subjectRow } from "./subject.ts";

const READ_ONLY = "this console was opened with --read-only: it looks and never touches";

/** Whether there is a target to act on: where nobody could read which there are, nobody knows that there is none. */
export function aTarget(model: Model): true | string {
  if (subjectRow(model) !== undefined) return true;
  const stray = strayText(model);
  if (stray !== "") return stray;
  const { trouble } = model.board;
  const { target, targets, list } = wordsOf(model.site);
  if (trouble === null) return `the ${targets} are still being read; press it again`;
  return trouble === ""
    ? `there is no ${target} to act on`
    : `${list} does not answer: no ${target} to act on is known`;
}

/** The targets that an action would be about: the marked ones, else the one under the cursor. */
export function chosenKeys(model: Model): readonly string[] {
  if (model.board.marked.length > 0) return model.board.marked;
  const row = subjectRow(model);
  return row === undefined ? [] : [row.target.key];
}

const keysOf = keptFor((targets: Model["board"]["targets"]) => new Set(targets.map(({ key }) => key)));

/** Whether all of some targets are listed: nothing can begin for one that is not. */
function areListed({ board }: Model, keys: readonly string[]): true | string {
  const boardKeys = keysOf(board.targets);
  const lost = keys.find((key) => !boardKeys.has(key));
  if (lost === undefined) return true;
  return `the database does not list ${lost}, so nothing can begin for it; u takes up what is open of it`;
}

/** Whether anything can be planned for the target under the cursor; where there is none, it is for nobody. */
export function canPlan(model: Model): true | string {
  const row = subjectRow(model);
  return row === undefined ? strayText(model) || true : areListed(model, [row.target.key]);
}

/** Whether anything can begin at all, for those that are meant. */
export function canBegin(model: Model): true | string {
  if (model.site.readOnly) return READ_ONLY;
  const hasTarget = model.board.marked.length > 0 || aTarget(model);
  return hasTarget === true ? areListed(model, chosenKeys(model)) : hasTarget;
}

/** Whether the runbook behind a key can begin for those that are meant. */
export function canStart(model: Model, action: string): true | string {
  const can = canBegin(model);
  if (can !== true) return can;
  const keys = chosenKeys(model);
  const not = model.board.targets.find(
    ({ key, stuck, reading }) => keys.includes(key) && !stuck && !reading.begins.includes(action),
  );
  if (not === undefined) return true;
  return `${not.label} is ${not.reading.state}: no runbook begins for it here`;
}

/** The run with a change in doubt of one of the targets that an action would be about. */
export const doubtOfChosen = (model: Model): RunSummary | undefined => {
  const keys = chosenKeys(model);
  return model.journal.items?.find(({ doubts }) => doubts.some(({ target }) => keys.includes(target)));
};

export const canTakeUp = (model: Model): true | string => {
  if (model.site.readOnly) return READ_ONLY;
  return model.journal.items?.some(({ status }) => status !== "closed") === true ? true : "no run is open";
};

/** The run that `u` takes up on the board: of the target under the cursor, never that of another; what is in doubt first. */
export function openRunHere(model: Model): RunSummary | undefined {
  const row = subjectRow(model);
  const run = runOfTarget(model.journal.items ?? [], row?.target.key ?? "");
  return run?.status === "closed" ? undefined : run;
}

export function canTakeUpHere(model: Model): true | string {
  if (canTakeUp(model) !== true) return canTakeUp(model);
  if (aTarget(model) !== true) return aTarget(model);
  return openRunHere(model) === undefined
    ? `no run of this ${wordsOf(model.site).target} is open; j lists those of others`
    : true;
}

/** The run that another Handrail is at: of the target under the cursor, else the newest. */
export function drivenRun(model: Model): RunSummary | undefined {
  const driven = (model.journal.items ?? []).filter(({ status }) => status === "driven");
  const keys = chosenKeys(model);
  return driven.find(({ targets }) => targets.some(({ key }) => keys.includes(key))) ?? driven[0];
}

/** Trying needs the account that may write, and a runbook that knows what the documents print. */
export function canTry(model: Model): true | string {
  if (model.site.readOnly) return READ_ONLY;
  if (aTarget(model) !== true) return aTarget(model);
  const hasStatement = model.runbooks?.some(({ printed: statements }) => statements.length > 0);
  return hasStatement === false ? "no runbook names a statement of your documents" : true;
}

/** Anybody may write a note, whoever drives the run. */
export function canNote(model: Model): true | string {
  if (model.site.readOnly) return READ_ONLY;
  const state = shownRun(model)?.state;
  return state === null || state === undefined ? "nothing has begun yet" : true;
}

/** Whether there are steps behind what the screen shows of a run: behind its receipt, or the list of its targets. */
export function canOpenSteps(model: Model): true | string {
  const run = shownRun(model);
  return run !== null && showsReceipt(run) ? true : canOpenTarget(model);
}

/** Whether the run on the screen lists its targets, so that one can be opened. */
export function canOpenTarget(model: Model): true | string {
  const run = shownRun(model);
  if (run !== null && listsTargets(run)) return true;
  return `there is no list of ${wordsOf(model.site).targets} here to open one of`;
}

/** Whether another run may begin from the one on the screen: never from a replay that was opened for itself. */
export function canStartHere(model: Model, verb: string): true | string {
  if (model.site.readOnly) return READ_ONLY;
  const run = shownRun(model);
  if (run?.how !== "replay" || !model.session.single) return true;
  const command = commandOf(model.site, `${verb} ${run.state?.run_id ?? ""}`);
  return `a replay begins nothing; in a shell: ${command}`;
}

/** Whether the run on the screen waits to be taken up again. */
export function canGoOn(model: Model): true | string {
  const state = shownRun(model)?.state ?? null;
  if (state === null || state.closed !== null) return "the run is closed; there is nothing to take up";
  if (state.paused === null) return "the run was not paused here";
  const entry = model.journal.items?.find(({ run_id }) => run_id === state.run_id);
  if (entry?.status === "driven") return `${entry.driver} drives that run; F follows it`;
  return canStartHere(model, "resume");
}

/** A closed run that left some of its targets as they were can be followed by one for those. */
export function canRetry(model: Model): true | string {
  const state = shownRun(model)?.state;
  if (state?.closed === null || state?.closed === undefined) return "the run is not closed; u takes it up again";
  if (state.created.direct !== undefined || state.created.dry === true) return "this run is none that is begun anew";
  const can = canStartHere(model, `run ${state.runbook.id} --retry`);
  if (can !== true) return can;
  return state.targets.some((target) => endOf(state, target) !== "recovered")
    ? true
    : `every ${wordsOf(model.site).target} of this run was recovered`;
}
