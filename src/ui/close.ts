/** Closing a run that nobody goes on with: what is known of it stands on the screen first, then its reason is asked. */
import { NOTE_LEAST } from "../engine/operator-port.ts";
import { canTakeUp, canTakeUpHere, openRunHere } from "./can.ts";
import { shownRun, top, type Model } from "./model.ts";
import { journalRun } from "./runs/rows.ts";
import type { RunSummary } from "./sources.ts";
import { ask, refuse, update, type Handler } from "./update.ts";
import { write } from "./writing.ts";

const NO_RUN = "no run is under the cursor; the arrow keys choose one";

/** The run that would be closed: the one on the screen, else the one under the cursor. */
function runHere(model: Model): RunSummary | undefined {
  const screen = top(model);
  if (screen === "doubt") return model.left?.summary;
  const state = shownRun(model)?.state ?? null;
  if (state !== null)
    return state.closed === null ? model.journal.items?.find(({ run_id }) => run_id === state.run_id) : undefined;
  return screen === "journal" ? journalRun(model) : openRunHere(model);
}

/** Whether there is a run here that somebody may close. */
export function canClose(model: Model): true | string {
  const can = top(model) === "board" || top(model) === "detail" ? canTakeUpHere(model) : canTakeUp(model);
  if (can !== true) return can;
  const run = runHere(model);
  if (run === undefined) return NO_RUN;
  if (run.status === "closed") return "that run is closed already";
  if (run.status === "driven") return `${run.driver} drives that run; F follows it`;
  return top(model) === "doubt" && run.doubts.length > 0
    ? "a change of it is in doubt: l looks first what became of it"
    : true;
}

/** Shows what is known of the run; there, asks why it is closed. */
export const close: Handler = (model) => {
  const run = runHere(model);
  if (run === undefined) return refuse(model, NO_RUN);
  if (top(model) !== "doubt") return ask(model, { type: "read left", summary: run });
  const prompt = "Why is it closed? What it did stays.";
  return update(write(model, { purpose: { kind: "close", run_id: run.run_id }, prompt, least: NOTE_LEAST }));
};
