/** The order of the board, chosen by a key and remembered for the next console. */
import { update, type Handler } from "../update.ts";
import { changeBoard, sortNext } from "./change.ts";

/** Puts the rows into the next order. */
export const sortBoard: Handler = (model) => {
  const nextModel = changeBoard(model, sortNext);
  return update(nextModel, { type: "remember", order: { sort: nextModel.board.sort } });
};
