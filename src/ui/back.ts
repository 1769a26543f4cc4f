/** The way back, from every screen. */
import { uncoverQuestion } from "./ask/act.ts";
import { setFilter } from "./filter.ts";
import { shownRun, top } from "./model.ts";
import { changeRun, setAlone } from "./run/change.ts";
import { isAtEnd, showsReceipt, toReceipt } from "./run/over.ts";
import { quit } from "./start.ts";
import { refuse, update, type Handler } from "./update.ts";

/** Takes the screen on top away; a board that comes up again asks at once. */
export const closeScreen: Handler = (model, _press, view) => {
  const nextModel = uncoverQuestion(model, view);
  return top(nextModel) === "board" ? update(nextModel, { type: "read board" }) : update(nextModel);
};

/** From one target of a run to all of them, from the steps of a run that is over to its receipt; else to the screen below, or out of a console that has no other. */
export const back: Handler = (model, press, view) => {
  const run = shownRun(model);
  if (run?.alone === true) return update(changeRun(model, (current) => setAlone(current, false)));
  if (run !== null && isAtEnd(run) && !showsReceipt(run)) return update(toReceipt(model));
  return model.session.single && model.screens.length <= 2 ? quit(model) : closeScreen(model, press, view);
};

/** Out of the journal; first to all of its runs. */
export const leaveJournal: Handler = (model, press, view) =>
  model.journal.filter === "" ? back(model, press, view) : update(setFilter(model, "", false));

/** No filter, no marks. */
export const clearBoard: Handler = (model) => {
  const { filter, marked } = model.board;
  if (filter === "" && marked.length === 0) return refuse(model, "there is no filter and no mark to clear; q leaves");
  const nextModel = setFilter(model, "", false);
  return update({ ...nextModel, board: { ...nextModel.board, marked: [] } });
};
