/** The palette: every action of a page, found by typing. It presses the key on the page below, and no page of a question has it. */
import { uncoverQuestion } from "../ask/act.ts";
import { modeOf } from "../mode.ts";
import type { Model } from "../model.ts";
import { changing, refuse, show, uncover, type Handler, type View } from "../update.ts";

/** The screen that the palette lies over, as if it were gone. */
export const screenBelow = (model: Model): Model => uncover(model);

/** The model with other words in the palette; the cursor is on the first action that has them. */
export function setPaletteText(model: Model, text: string, view: View): Model {
  const nextModel = { ...model, palette: { ...model.palette, text } };
  return { ...nextModel, palette: { ...nextModel.palette, selected: view.actions(nextModel)[0]?.key ?? null } };
}

/** Lays the palette over the screen. */
export const openPalette: Handler = changing((model, view) => {
  const palette = { text: "", selected: null, mode: modeOf(model) };
  return setPaletteText({ ...show(model, "palette"), palette }, "", view);
});

/** Moves the cursor among the actions; from nowhere to the first. */
export function movePalette(model: Model, by: number, view: View): Model {
  const keys = view.actions(model).map(({ key }) => key);
  const index = keys.indexOf(model.palette.selected ?? "");
  const next = index === -1 ? 0 : Math.min(Math.max(0, index + by), keys.length - 1);
  return { ...model, palette: { ...model.palette, selected: keys[next] ?? null } };
}

/** Presses the key under the cursor on the page below; where that is another page meanwhile, nothing is pressed. */
export const pressChosen: Handler = (model, _press, view) => {
  const { selected, mode } = model.palette;
  const action = view.actions(model).find(({ key }) => key === selected);
  const below = uncoverQuestion(model, view);
  if (modeOf(below) !== mode) return refuse(below, "another page has come meanwhile, so nothing was done");
  if (action === undefined) return refuse(model, "no action is under the cursor; the arrow keys choose one");
  return action.can === true ? view.press(below, action.key) : refuse(model, action.can);
};
