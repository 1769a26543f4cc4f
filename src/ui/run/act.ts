/** What keys do to a run on the screen. */
import type { Result } from "../../ports/result.ts";
import { isWatching } from "../../engine/watches.ts";
import type { Away } from "../absence.ts";
import { runBelow, shownRun, type Mode, type Model, type RunModel } from "../model.ts";
import { changing, refuse, say, show, update, type Handler } from "../update.ts";
import { write } from "../writing.ts";
import { changeRun, movePhase, moveTo, setAlone, setSteps } from "./change.ts";
import { showsReceipt } from "./over.ts";
import { pageOfRun } from "./page.ts";

/** To the phase before or after. */
export const runPhase =
  (by: 1 | -1): Handler =>
  (model) => {
    const before = shownRun(model);
    const nextModel = changeRun(model, (run) => movePhase(run, by));
    const after = shownRun(nextModel);
    if (after === null || after.state === null) return refuse(model, "nothing has begun yet");
    return after.phase === before?.phase
      ? refuse(model, `this is the ${by > 0 ? "last" : "first"} phase`)
      : update(nextModel);
  };

/** From the receipt to the steps; from the list to those of the target under the cursor. */
export const openSteps: Handler = changing((model) =>
  changeRun(model, (run) => (showsReceipt(run) ? setSteps(run) : setAlone(run, true))),
);

/** To another event of the run that is replayed, by the one that stands there now. */
export const replayTo = (event: (run: RunModel) => number): Handler =>
  changing((model) => (model.replay === null ? model : changeRun(model, (run) => moveTo(run, event(run)))));

/** The page that was asked about last, over the run that is looked at. */
export const openPage: Handler = changing((model) => {
  const document = pageOfRun(model);
  return document === null ? model : { ...show(model, "page"), page: { document, scroll: 0 } };
});

/** What happened in the run that is looked at while somebody looked elsewhere the last time. */
const awayOn = (model: Model): Away | null =>
  model.away?.run_id === runBelow(model)?.state?.run_id ? model.away : null;

/** Whether the run that is looked at, or asks, watches anything, or happened to somebody who looked elsewhere. */
export function canWatch(model: Model): true | string {
  const state = runBelow(model)?.state ?? null;
  return state !== null && (isWatching(state) || awayOn(model) !== null) ? true : "this run watches nothing";
}

/** The modes whose run can be asked what it watches. */
export const WATCH_MODES: readonly Mode[] = ["run", "ended", "watching", "replay", "approval", "decision"];

/** What is watched, over the run that is looked at. */
export const openWatch: Handler = changing((model) => ({
  ...show(model, "watch"),
  watch: { scroll: 0, away: awayOn(model) },
}));

/** A note for the run on the screen; whoever only watches it may write one too. */
export const writeNote: Handler = changing((model) => {
  const runId = shownRun(model)?.state?.run_id;
  if (runId === undefined) return model;
  const prompt = "Note: what should whoever reads this run know?";
  return write(model, { purpose: { kind: "note", run_id: runId }, prompt, least: 1 });
});

/** What became of a note. */
export const tellNote = (model: Model, result: Result<void, string>): Model =>
  result.ok
    ? say(model, "the note is in the journal", "ok")
    : say(model, `the note was not written: ${result.error}`, "danger");
