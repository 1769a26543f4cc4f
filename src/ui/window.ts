/** The screens that scroll as a whole: all lines of each. */
import { detailBody } from "./detail/view.ts";
import { planBody } from "./detail/plan.ts";
import { helpLines } from "./help.ts";
import { bodyRoom } from "./layout.ts";
import { line, type Line } from "./line.ts";
import { runBelow, shownRun, top, type Model, type WindowScreen } from "./model.ts";
import { rowsLines } from "./rows/view.ts";
import { changesLines } from "./run/changes.ts";
import { doubtLines } from "./run/doubt.ts";
import { pageAgain } from "./run/page.ts";
import { showsReceipt } from "./run/over.ts";
import { lastReceiptLine } from "./run/receipt.ts";
import { watchPage } from "./run/watch.ts";
import { isWindow } from "./scroll.ts";
import { commandOf } from "./sources.ts";
import type { Look } from "./theme.ts";
import { reasonLines } from "./reason/view.ts";
import { whichLines } from "./which/view.ts";

function planLines({ runbooks, plan }: Model, look: Look): Line[] {
  const explanation = runbooks?.find(({ id }) => id === plan.runbook);
  return explanation === undefined ? [line("There is no such plan.")] : planBody(explanation, plan, look);
}

function leftLines({ left: run, site }: Model, look: Look): Line[] | null {
  const state = run?.history.stateAt(run.history.length) ?? null;
  if (run === null || state === null) return null;
  return doubtLines(run, state, look, (words) => commandOf(site, words));
}

const LINES: Readonly<Record<WindowScreen, (model: Model, look: Look) => Line[] | null>> = {
  detail: (model, look) => (model.detail === null ? null : detailBody(model, model.detail, look)),
  plan: planLines,
  doubt: leftLines,
  rows: ({ rows }, look) => (rows === null ? null : rowsLines(rows, look)),
  page: ({ page }, look) => (page === null ? null : pageAgain(page.document, look.columns)),
  changes: ({ changes }, look) => (changes === null ? null : changesLines(changes, look)),
  reason: ({ reason }, look) => (reason === null ? null : reasonLines(reason.reasons, look.columns)),
  watch: (model, look) => watchPage(runBelow(model), model.watch.away, look),
  which: ({ which: question }, look) => (question === null ? null : whichLines(question, look.columns)),
  help: helpLines,
};

/** The lines of a screen that scrolls as a whole; null for one that does not. */
export function windowLines(model: Model, look: Look): Line[] | null {
  const screen = top(model);
  return isWindow(screen) ? LINES[screen](model, look) : null;
}

/** The last line with which the window may begin; null for a screen that does not scroll as a whole. */
export function lastLine(model: Model, look: Look): number | null {
  const run = shownRun(model);
  if (run !== null && showsReceipt(run)) return lastReceiptLine(model, run, look);
  const lines = windowLines(model, look);
  return lines === null ? null : lines.length - bodyRoom(model, look);
}
