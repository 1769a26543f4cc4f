/** What keys do where a run is over: its report, its undo, what it changed, the next target that needs somebody. */
import type { Result } from "../../ports/result.ts";
import { isSent } from "../../engine/state.ts";
import type { Receipt } from "../../engine/receipt.ts";
import { slotsOf } from "../../engine/end.ts";
import { canStartHere } from "../can.ts";
import { openDetailOf } from "../detail/act.ts";
import { shownRun, type Model, type RunModel } from "../model.ts";
import { wordsOf } from "../sources.ts";
import { startRun } from "../start.ts";
import { say, show, update, type Handler, type Update } from "../update.ts";
import { nextTarget } from "./next-target.ts";
import { isAtEnd } from "./over.ts";
import { receiptIn } from "./receipt-in.ts";

const NOTHING = "nothing has begun, so there is nothing of it";

/** Whether anything of the run on the screen is in the journal. */
export const canReport = (model: Model): true | string => ((shownRun(model)?.state ?? null) === null ? NOTHING : true);

/** Writes the report of the run on the screen into a file. */
export const writeReport: Handler = (model) => {
  const runId = shownRun(model)?.state?.run_id;
  return runId === undefined ? update(model) : update(model, { type: "report", run_id: runId });
};

/** Where the report is. Its path goes to the terminal's clipboard as well. */
export function tellReport(model: Model, runId: string, result: Result<string, string>): Update {
  if (!result.ok) return update(say(model, `the report was not written: ${result.error}`, "danger"));
  const { session } = model;
  const reports = { ...session.reports, [runId]: result.value };
  const copied = session.clipboard ? "; path sent to the terminal's clipboard (OSC 52), if it takes that" : "";
  const told = say({ ...model, session: { ...session, reports } }, `report: ${result.value}${copied}`, "ok");
  return session.clipboard ? update(told, { type: "copy", text: result.value }) : update(told);
}

/** Whether something of the run on the screen can be taken back from here. */
export function canUndo(model: Model): true | string {
  const run = shownRun(model);
  if (run === null || !isAtEnd(run)) return "the run is not over";
  const can = canStartHere(model, "undo");
  if (can !== true) return can;
  return receiptIn(run)?.undo === true ? true : "Handrail can take back nothing of this run";
}

/** Begins the run that takes back what this one changed: it shows the rows and asks, before it does anything. */
export const undo: Handler = (model) => {
  const runId = shownRun(model)?.state?.run_id;
  return runId === undefined ? update(model) : startRun(model, { kind: "undo", run_id: runId });
};

/** Whether the run on the screen has sent anything yet. */
export function canSeeChanges(model: Model): true | string {
  const state = shownRun(model)?.state ?? null;
  if (state === null) return NOTHING;
  return state.targets.some((target) => slotsOf(target).some(isSent)) ? true : "nothing of it was sent";
}

/** The receipt of a run as far as the screen shows it; null where it shows an earlier moment, which has none. */
const receiptAt = (run: RunModel): Receipt | null => (run.cursor >= run.history.length ? receiptIn(run) : null);

/** What the run on the screen did: in short, and change by change. */
export const openChanges: Handler = (model) => {
  const run = shownRun(model);
  if (run === null || run.state === null) return update(model);
  const changes = { state: run.state, undos: run.history.undos, receipt: receiptAt(run), scroll: 0 };
  return update({ ...show(model, "changes"), changes });
};

/** Whether another target needs somebody, as far as the board knows. */
export function canOpenNext(model: Model): true | string {
  if (nextTarget(model) !== undefined) return true;
  const { target, targets } = wordsOf(model.site);
  return model.board.trouble === ""
    ? `no other ${target} needs somebody`
    : `which ${targets} need somebody is not known here`;
}

/** The next target that needs somebody, as each source has it. */
export const openNext: Handler = (model) => {
  const target = nextTarget(model);
  return target === undefined ? update(model) : openDetailOf(model, target);
};
