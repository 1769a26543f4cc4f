/** What arrives from the keyboard: looked up in the key table, refused with its reason, or carried out. */
import { ignoreKey, typeName } from "./ask/act.ts";
import { endAbsence } from "./away.ts";
import { changeBoard } from "./board/change.ts";
import { typeMore } from "./field.ts";
import { bindingFor, keyTable, unknownKey } from "./keys.ts";
import { modeOf } from "./mode.ts";
import type { Model } from "./model.ts";
import { keyIndex } from "./help.ts";
import { actionsOf } from "./palette/actions.ts";
import type { Press } from "./press.ts";
import { showLine } from "./search/act.ts";
import type { Look } from "./theme.ts";
import { refuse, say, update, type Update, type View } from "./update.ts";
import { lastLine, windowLines } from "./window.ts";

/** What a press becomes of the text that is typed; null where it is a key. */
function typePress(model: Model, press: Press, view: View): Model | null {
  if (modeOf(model) === "typed") return typeName(model, press, view);
  return press.text === "" ? null : typeMore(model, press.text, view);
}

const viewOf = (look: Look): View => ({
  ...look,
  lastLine: (model) => lastLine(model, look),
  lines: (model) => windowLines(model, look) ?? [],
  actions: (model) => actionsOf(model, look),
  press: (model, key) => actOn(model, { key, text: "" }, look),
});

/** Whether a question is open that no key answers by chance. */
export const isAsked = (model: Model): boolean => ["approval", "decision"].includes(modeOf(model));

/** A key that is in no row of the table. */
function pressUnknown(model: Model, { key }: Press, view: View): Update {
  const index = modeOf(model) === "help" ? keyIndex(model, key, view) : -1;
  if (index >= 0) return update(showLine(model, index, view));
  return refuse(isAsked(model) ? ignoreKey(model, view) : model, unknownKey(model, modeOf(model), key));
}

/** A key on the board is about the row that somebody saw under the cursor: from then on only a person moves it. */
const touch = (model: Model): Model =>
  modeOf(model) === "board" ? changeBoard(model, (board) => ({ ...board, isTouched: true })) : model;

/** What a press makes of the model, and what it asks of the world. */
export const pressKey = (model: Model, press: Press, look: Look): Update =>
  actOn(endAbsence(touch(model), look), press, look);

/** What a key does, whoever presses it: a person, or an action that was chosen from a list. */
function actOn(model: Model, press: Press, look: Look): Update {
  const mode = modeOf(model);
  const silent = say(model, "");
  const view = viewOf(look);
  const nextModel = typePress(silent, press, view);
  if (nextModel !== null) return update(nextModel);
  const binding = bindingFor(keyTable(model.runbooks), mode, press.key);
  if (binding === undefined) return pressUnknown(silent, press, view);
  const can = binding.enabled?.(silent) ?? true;
  return can === true ? binding.act(silent, press, view) : refuse(silent, can);
}

/** Pasted text: it never confirms anything; only the filter and words of one's own take it. */
export function pasteText(model: Model, text: string, look: Look): Update {
  const isTaken = ["filter", "search", "writing"].includes(modeOf(model));
  if (isTaken) return update(typeMore(model, text.replace(/\s+/gu, " "), viewOf(look)) ?? model);
  return refuse(ignoreKey(model, look), "pasted text does not count here; it has to be typed");
}
