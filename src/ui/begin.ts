/** What begins a run, or takes one up again, from the board and from its end. */
import { chosenKeys, doubtOfChosen, openRunHere } from "./can.ts";
import { chosenPhases } from "./detail/choose.ts";
import { shownRun, top, type Model } from "./model.ts";
import { runbookOf, whyNone } from "./runbook-key.ts";
import { journalRun, strayText } from "./runs/rows.ts";
import { startRun } from "./start.ts";
import { ask, refuse, update, type Handler, type Update } from "./update.ts";
import { beginFor } from "./which/ask.ts";

/** Begins the runbook behind a key for the targets that are meant. */
export const begin =
  (key: string): Handler =>
  (model, _press, view) => {
    const runbook = runbookOf(model, key);
    if (runbook?.action === undefined) return refuse(model, whyNone(model, key));
    // What an earlier run left in doubt is looked at before anything else is begun for the target.
    const doubt = doubtOfChosen(model);
    if (doubt !== undefined) return ask(model, { type: "read left", summary: doubt });
    const phases = chosenPhases(model, runbook);
    if (phases?.length === 0) return refuse(model, "every phase that changes something was left out");
    const some = phases === null ? {} : { phases };
    const request = { kind: "new" as const, runbook: runbook.id, keys: chosenKeys(model), ...some };
    return beginFor(model, runbook.action.title, request, view);
  };

/** Takes the run under the cursor up again; what is in doubt is shown first. */
export const takeUp: Handler = (model) => {
  const isJournal = top(model) === "journal";
  const run = isJournal ? journalRun(model) : openRunHere(model);
  if (isJournal && strayText(model) !== "") return refuse(model, strayText(model));
  if (run?.status === "driven") return refuse(model, `${run.driver} drives that run; F follows it`);
  if (run === undefined) return refuse(model, "no open run is under the cursor");
  if (run.status === "closed") return refuse(model, "that run is closed; there is nothing to take up");
  if (run.doubts.length > 0 && top(model) !== "doubt") return ask(model, { type: "read left", summary: run });
  return startRun(model, { kind: "resume", run_id: run.run_id });
};

const resume = (model: Model, runId: string | undefined): Update =>
  runId === undefined ? update(model) : startRun(model, { kind: "resume", run_id: runId });

/** Looks what became of a run that was left. */
export const lookAgain: Handler = (model) => resume(model, model.left?.summary.run_id);

/** Takes the run up again that the screen shows. */
export const goOn: Handler = (model) => resume(model, shownRun(model)?.state?.run_id);
