/** Moves of the cursor or the window that a screen has. */
import { scrollQuestion } from "./ask/act.ts";
import { questionRoom } from "./ask/view.ts";
import { changeBoard, moveCursor } from "./board/change.ts";
import { shownRows } from "./board/rows.ts";
import { canOpenTarget } from "./can.ts";
import { bodyRoom } from "./layout.ts";
import { modeOf } from "./mode.ts";
import { shownRun, top, type Mode, type Model, type Screen } from "./model.ts";
import { movePalette } from "./palette/act.ts";
import { changeRun, follow, moveRow, moveTo } from "./run/change.ts";
import { isAtEnd, showsReceipt } from "./run/over.ts";
import { receiptRoom } from "./run/receipt.ts";
import { moveCursor as moveRunCursor } from "./runs/rows.ts";
import { scrollOf, scrollTo } from "./scroll.ts";
import { refuse, refuseShown, update, type Handler, type Update, type View } from "./update.ts";

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

function moveInReplay(model: Model, by: number): Model {
  const rows = modeOf(model) === "watching" || canOpenTarget(model) === true;
  return changeRun(model, (run) => (rows ? moveRow(run, by) : moveTo(run, (model.replay?.cursor ?? 1) + by)));
}

const CURSORS: Readonly<Partial<Record<Screen, (model: Model, by: number, view: View) => Model>>> = {
  board: (model, by) => {
    const keys = shownRows(model).map(({ target }) => target.key);
    return changeBoard(model, (board) => moveCursor(board, keys, by));
  },
  journal: (model, by) => ({ ...model, journal: moveRunCursor(model.journal, by) }),
  palette: movePalette,
  replay: moveInReplay,
  run: (model, by) => changeRun(model, (run) => moveRow(run, by)),
};

const QUESTIONS: ReadonlySet<Mode> = new Set(["approval", "typed", "decision"]);

/** Moves whatever the screen has a cursor or a window in. */
function move(model: Model, by: number, view: View): Model {
  if (QUESTIONS.has(modeOf(model))) return scrollQuestion(model, by, view);
  const last = view.lastLine(model);
  if (last !== null) return scrollTo(model, clamp(scrollOf(model) + by, 0, last));
  return CURSORS[top(model)]?.(model, by, view) ?? model;
}

/** Where the cursors and windows of the screen on top stand. */
const placeOf = (model: Model): string => {
  const run = shownRun(model);
  return JSON.stringify([
    scrollOf(model),
    model.board.selected,
    model.journal.selected,
    model.palette.selected,
    run === null ? null : [run.row, run.phase, run.target, run.cursor, run.question?.scroll],
  ]);
};

/** Why a move comes to no other place. */
function edgeText(model: Model, by: number, view: View): string {
  const last = view.lastLine(model);
  if (last !== null && last <= 0) return "all of it is on the screen";
  return by < 0 ? "this is the beginning" : "this is the end";
}

/** The model after a move, which says so where nothing came of it. */
function moveOrSay(model: Model, by: number, view: View): Update {
  const nextModel = move(model, by, view);
  return placeOf(nextModel) === placeOf(model)
    ? refuseShown(nextModel, edgeText(model, by, view), view)
    : update(nextModel);
}

/** By so many lines. */
export const moveBy =
  (by: number): Handler =>
  (model, _press, view) =>
    moveOrSay(model, by, view);

/** How far a page is: less than the window shows; of an approval all of it, since each of its lines has to be seen. */
function pageLength(model: Model, view: View): number {
  const question = model.run?.question ?? null;
  const run = shownRun(model);
  if (run !== null && showsReceipt(run)) return Math.max(1, receiptRoom(run, view) - 1);
  if (!QUESTIONS.has(modeOf(model)) || question === null) return Math.max(1, bodyRoom(model, view) - 1);
  const room = questionRoom(question, view);
  return question.kind === "page" ? room : Math.max(1, room - 1);
}

/** By what the window shows at once. */
export const movePage =
  (by: 1 | -1): Handler =>
  (model, _press, view) =>
    moveOrSay(model, by * pageLength(model, view), view);

const FAR = 1_000_000;

/** To the beginning. */
export const moveFirst: Handler = moveBy(-FAR);

const RUNS: ReadonlySet<Mode> = new Set(["run", "ended", "starting", "watching"]);

/** Whether something may still happen in the run on the screen. */
function isGoing(model: Model): boolean {
  const run = shownRun(model);
  return RUNS.has(modeOf(model)) && (run === null || !isAtEnd(run));
}

/** To the end; in a run that goes on it follows what happens from there on. */
export const moveLast: Handler = (model, _press, view) => {
  if (!isGoing(model)) return moveOrSay(model, FAR, view);
  const run = shownRun(model);
  return run === null || (run.row === null && run.phase === null)
    ? refuse(model, "the cursor follows the run already")
    : update(changeRun(model, follow));
};
