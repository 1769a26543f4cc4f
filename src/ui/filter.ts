/** The filters of the lists: of the board, of the journal, and of the rows of a preview. */
import { top, type Model } from "./model.ts";
import { endRowsFilter, setRows } from "./rows/act.ts";
import { toFirst } from "./runs/rows.ts";
import { placeCursor } from "./subject.ts";
import { update, type Handler, type Update } from "./update.ts";

/** The filter of the list on the screen. */
export function filterOf(model: Model): string {
  const screen = top(model);
  if (screen === "rows" && model.rows !== null) return model.rows.filter;
  return screen === "journal" ? model.journal.filter : model.board.filter;
}

/** Changes the filter of the list on the screen. */
export function setFilter(model: Model, filter: string, filtering: boolean): Model {
  const screen = top(model);
  if (screen === "rows") return setRows(model, { filter, filtering, scroll: 0 });
  if (screen === "journal") return { ...model, journal: toFirst({ ...model.journal, filter, filtering }) };
  return placeCursor({ ...model, board: { ...model.board, filter, filtering } });
}

const endFilter = (model: Model, filter: string): Update =>
  top(model) === "rows" ? endRowsFilter(model, filter) : update(setFilter(model, filter, false));

/** Keeps what was typed as the filter of the list that it was typed in. */
export const keepFilter: Handler = (model) => endFilter(model, filterOf(model));

/** Shows all of the list again. */
export const clearFilter: Handler = (model) => endFilter(model, "");
