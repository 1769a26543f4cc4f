/** One target as each source has it: what to do about it, and the panels that its site makes of it. */
import { adviceText } from "../advice.ts";
import { clean } from "../../engine/words.ts";
import { rowOf } from "../board/rows.ts";
import { keyLines, sourceLines, traceLines } from "../board/view.ts";
import { paragraph } from "../layout.ts";
import { line, type Line } from "../line.ts";
import type { DetailModel, Model } from "../model.ts";
import { runOfTarget } from "../run-of-target.ts";
import type { Look } from "../theme.ts";
import { panelLines } from "./panel.ts";

function headLines(model: Model, { target }: DetailModel, look: Look): Line[] {
  const row = rowOf(target, runOfTarget(model.journal.items ?? [], target.key));
  const advice = adviceText(model, row);
  return [
    ...keyLines(target, look, look.columns),
    ...sourceLines(row, look.columns),
    ...paragraph(advice, look.columns, row.tone),
    ...traceLines(model, target.key, { advice, width: look.columns }, look),
  ];
}

export function detailBody(model: Model, part: DetailModel, look: Look): Line[] {
  const { detail, trouble } = part;
  const head = headLines(model, part, look);
  if (trouble !== "") return [...head, line(""), ...paragraph(clean(trouble), look.columns, "danger")];
  if (detail === null) return [...head, line(""), line(`  Asking ${look.words.sources}${look.glyphs.more}`)];
  // What was asked and did not answer stands first: everything below is without it.
  const missing = detail.missing.flatMap((text) => paragraph(`! ${clean(text)}`, look.columns, "danger", 2));
  return [...head, ...missing, ...detail.panels.flatMap((panel) => panelLines(panel, look))];
}
