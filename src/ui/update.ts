/**
 * How the console changes: a pure function of the model, and of a key or an answer, gives the next model and what is asked
 * of the world. Here is the shape of it, and the few changes that every screen has.
 */
import { clean } from "../engine/words.ts";
import type { Effect } from "./effect.ts";
import { span, type Line, type TextSpan, type Tone } from "./line.ts";
import { modeOf } from "./mode.ts";
import type { Model, Screen } from "./model.ts";
import type { Action } from "./palette/action.ts";
import type { Press } from "./press.ts";
import type { Look } from "./theme.ts";

export interface Update {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

/** What something that came from outside makes of the model. */
export type ModelChange = (model: Model, look: Look) => Update;

/** What a key may know of the screen: its size, the time, and how far its window can scroll. */
export interface View extends Look {
  /** The last line with which the window of this screen may begin; null where it has none. */
  readonly lastLine: (model: Model) => number | null;
  /** The lines of a screen that scrolls as a whole; [] of another. */
  readonly lines: (model: Model) => readonly Line[];
  /** What the palette lists. */
  readonly actions: (model: Model) => readonly Action[];
  /** What a key does in a model. */
  readonly press: (model: Model, key: string) => Update;
}

/** What a key does. */
export type Handler = (model: Model, press: Press, view: View) => Update;

export const update = (model: Model, ...effects: readonly Effect[]): Update => ({ model, effects });

/** Asks for what opens a screen; `isAwaited` says whether its answer still may. */
export const ask = (model: Model, effect: Effect): Update =>
  update({ ...model, awaited: { effect, screens: model.screens, mode: modeOf(model) } }, effect);

/** Whether somebody still waits for an answer: it was asked for last, on the screen that is on top. */
export const isAwaited = (model: Model, effect: Effect): boolean =>
  model.awaited?.effect === effect && model.awaited.screens === model.screens && model.awaited.mode === modeOf(model);

/** A handler that asks nothing of the world. */
export const changing =
  (change: (model: Model, view: View) => Model): Handler =>
  (model, _press, view) =>
    update(change(model, view));

/** Says something in the message line. */
export const say = (model: Model, text: string, tone: Tone = "plain"): Model =>
  model.message.text === text ? model : { ...model, message: { text: clean(text), tone } };

/** What was said of this page in this window, or of any; null where it says nothing. */
export function messageOn(model: Model, { columns, rows }: Look): TextSpan | null {
  const { text, tone, mode: place, size } = model.message;
  // What was said of a key on another page, or of what another window showed, is not true here.
  const isHere =
    (place === undefined || place === modeOf(model)) &&
    (size === undefined || (size.columns === columns && size.rows === rows));
  return text === "" || !isHere ? null : span(tone, text);
}

/** Why a key does nothing now: of no other page than the one that it was pressed on. */
export const refuse = (model: Model, text: string): Update =>
  update({ ...model, message: { text: clean(text), tone: "waiting", mode: modeOf(model) } });

/** The same where the reason is about what the window shows: once that has another size, it is true no more. */
export function refuseShown(model: Model, text: string, { columns, rows }: Look): Update {
  const { model: nextModel } = refuse(model, text);
  return update({ ...nextModel, message: { ...nextModel.message, size: { columns, rows } } });
}

/** Lays a screen over the others. */
export const show = (model: Model, screen: Screen): Model => ({
  ...model,
  screens: [...model.screens, screen],
  message: { text: "", tone: "plain" },
});

/** Takes the screen on top away; the last one stays. */
export const uncover = (model: Model): Model => ({
  ...model,
  screens: model.screens.length > 1 ? model.screens.slice(0, -1) : model.screens,
});
