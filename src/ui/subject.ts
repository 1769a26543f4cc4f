/** The target that a key is about: the one whose detail or plan is on the screen, else the one under the board's cursor. */
import { rowOf, shownRows, type TargetRow } from "./board/rows.ts";
import { changeBoard, loadTargets, moveTo } from "./board/change.ts";
import type { Model, Screen } from "./model.ts";
import { runOfTarget } from "./run-of-target.ts";
import { wordsOf, type BoardTarget } from "./sources.ts";

type Place = Extract<Screen, "board" | "detail" | "plan">;

const isPlace = (screen: Screen): screen is Place => ["board", "detail", "plan"].includes(screen);

const rowAlone = (model: Model, target: BoardTarget | null | undefined): TargetRow | undefined =>
  target === null || target === undefined
    ? undefined
    : rowOf(target, runOfTarget(model.journal.items ?? [], target.key));

/**
 * The row under the board's cursor. A cursor whose target left the list is on no row: it must not fall on another one between
 * what somebody read and the key they press.
 */
export function cursorRow(model: Model): TargetRow | undefined {
  const rows = shownRows(model);
  const { selected } = model.board;
  return selected === null ? rows[0] : rows.find(({ target }) => target.key === selected);
}

const ROWS: Readonly<Record<Place, (model: Model) => TargetRow | undefined>> = {
  board: cursorRow,
  detail: (model) => rowAlone(model, model.detail?.target),
  plan: (model) => rowAlone(model, model.plan.target),
};

/** The target that the screen shows as the one that is acted on, whatever the list below it has become; undefined where none is. */
export const subjectRow = (model: Model): TargetRow | undefined =>
  ROWS[model.screens.findLast(isPlace) ?? "board"](model);

/** Puts a cursor that is on no row on the first one: for a list that came first, or that somebody has just narrowed. */
export function placeCursor(model: Model): Model {
  const first = cursorRow(model) === undefined ? shownRows(model)[0] : cursorRow(model);
  return first === undefined ? model : changeBoard(model, (board) => moveTo(board, first.target.key));
}

/** The row whose run waits to be taken up, and of several the one that needs it most: in doubt, left in the middle, paused. */
function openRow(model: Model): TargetRow | undefined {
  const rows = shownRows(model).filter(({ key }) => key === "u");
  const first = rows.toSorted((a, b) => a.rank - b.rank)[0];
  const current = cursorRow(model);
  return current?.key === "u" && current.rank === first?.rank ? current : first;
}

/**
 * A cursor that nobody has moved yet stands where the work broke off, wherever the list begins or an opening put it: what
 * is suggested, and what a key acts on, is about the row under it.
 */
export function placeOnOpen(model: Model): Model {
  const row = model.board.isTouched ? undefined : openRow(model);
  return row === undefined ? model : changeBoard(model, (board) => moveTo(board, row.target.key));
}

/** The database's answer. A cursor that was moved stays on its target, wherever that stands now, and be it nowhere. */
export function showTargets(model: Model, targets: readonly BoardTarget[]): Model {
  const nextModel = placeOnOpen(changeBoard(model, (board) => loadTargets(board, targets)));
  return nextModel.board.selected === null ? placeCursor(nextModel) : nextModel;
}

/** Why no row has the board's cursor, where one had it; '' where one has, or none ever had. */
export function strayText(model: Model): string {
  const { selected, targets } = model.board;
  if (selected === null || cursorRow(model) !== undefined || shownRows(model).length === 0) return "";
  const hidden = targets.find(({ key }) => key === selected);
  const { list } = wordsOf(model.site);
  const reason = hidden === undefined ? `${list} does not list ${selected}` : `the filter hides ${hidden.label}`;
  return `${reason}; the arrow keys choose another`;
}
