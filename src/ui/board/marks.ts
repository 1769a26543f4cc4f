/** Marks of targets: setting them, and what is said of them. */
import type { Model } from "../model.ts";
import { wordsOf } from "../sources.ts";
import { cursorRow } from "../subject.ts";
import { changing, refuse, update, type Handler } from "../update.ts";
import { changeBoard, moveCursor, toggleMark, toggleMarks } from "./change.ts";
import { shownRows } from "./rows.ts";

/** Marks the target under the cursor, or takes its mark away, and goes down a row: several in a row are as many keys. */
export const mark: Handler = changing((model) => {
  const row = cursorRow(model);
  if (row === undefined) return model;
  const keys = shownRows(model).map(({ target }) => target.key);
  return changeBoard(model, (board) => moveCursor(toggleMark(board, row.target.key), keys, 1));
});

/** Marks every stuck target that is shown. */
export const markAll: Handler = (model) => {
  const keys = shownRows(model).flatMap(({ target }) => (target.stuck ? [target.key] : []));
  if (keys.length === 0) return refuse(model, `no ${wordsOf(model.site).target} that is shown is stuck`);
  return update(changeBoard(model, (board) => toggleMarks(board, keys)));
};

/** How many targets are marked, and how many of them the list does not show. */
export function marksSaid(model: Model): string {
  const { board } = model;
  if (board.marked.length === 0) return "";
  const keys = new Set(shownRows(model).map(({ target }) => target.key));
  const hidden = board.marked.filter((key) => !keys.has(key)).length;
  return `${board.marked.length} marked${hidden === 0 ? "" : `, ${hidden} of them hidden by the filter`}`;
}
