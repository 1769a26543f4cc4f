/** A run that is over for now, closed or paused: its receipt stands first, and its steps behind it. */
import { isOver, type Model, type RunModel } from "../model.ts";
import { changeRun, follow } from "./change.ts";

/** Whether the end of the run is what is looked at: of a replay, the last of its events. */
export const isAtEnd = (run: RunModel): boolean => isOver(run) && run.cursor === run.history.length;

/** Whether the receipt stands on the run's screen, not its steps. */
export const showsReceipt = (run: RunModel): boolean => isAtEnd(run) && run.phase === null && !run.alone;

/** From the steps back to the receipt. */
export const toReceipt = (model: Model): Model => changeRun(model, follow);
