/** The palette in lines: what was typed, the actions that have it, and the one under the cursor with nothing of it cut. */
import { clean } from "../../engine/words.ts";
import { fit } from "../cells.ts";
import { keyName } from "../key-names.ts";
import { fill, paragraph, rule, windowOf } from "../layout.ts";
import { apart, inTone, line, span, type Line } from "../line.ts";
import type { Model } from "../model.ts";
import type { Look } from "../theme.ts";
import type { Action } from "./action.ts";
import { actionsOf } from "./actions.ts";

const KEY = 10;

function actionLine({ key, help, can }: Action, isChosen: boolean, look: Look): Line {
  const isReady = can === true;
  const text = isReady ? help : `${clean(can)} (${help})`;
  const row = line(
    " ",
    span(isReady ? "accent" : "muted", fit(keyName(key), KEY)),
    span(isReady ? "plain" : "muted", fit(text, look.columns - KEY - 2, look.glyphs.more)),
  );
  return isChosen ? [span("focus", look.glyphs.cursor), ...inTone(row.slice(1), "focus")] : row;
}

/** The action under the cursor in full: what its key does, and why it does not now. */
function chosenLines({ key, help, can }: Action, look: Look): Line[] {
  const reason = can === true ? [] : paragraph(`Not now: ${clean(can)}`, look.columns, "waiting");
  return [rule(look, keyName(key)), ...paragraph(help, look.columns), ...reason];
}

/** The palette in a window of `height` lines. */
export function paletteBody(model: Model, look: Look, height: number): Line[] {
  const { text, selected } = model.palette;
  const actions = actionsOf(model, look);
  const chosen = actions.find(({ key }) => key === selected);
  const prompt = line(span("accent", "find: "), span("strong", clean(text)), look.glyphs.cursor);
  const head = apart(prompt, line(span("muted", `${actions.length} of this page`)), look.columns, look.glyphs.more);
  if (actions.length === 0) return [head, line(""), line("  No action of this page has that. Esc clears it.")];
  const lower = chosen === undefined ? [] : chosenLines(chosen, look);
  const room = height - 1 - lower.length;
  const { from, to } = windowOf(actions.length, room, chosen === undefined ? 0 : actions.indexOf(chosen));
  const rows = actions.slice(from, to).map((action) => actionLine(action, action === chosen, look));
  return [head, ...fill(rows, room), ...lower];
}
