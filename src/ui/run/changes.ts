/** What a run did to the world, change by change: what was sent, its rows, what was seen of it. */
import { slotsOf } from "../../engine/end.ts";
import { isSent, type RunState, type Slot } from "../../engine/state.ts";
import { clean } from "../../engine/words.ts";
import { fit } from "../cells.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { Look } from "../theme.ts";
import { statusOf, stepDetail } from "./steps.ts";

const INDENT = 4;

function slotLines({ runbook }: RunState, slot: Slot, look: Look): Line[] {
  const { glyph, word, tone } = statusOf(slot);
  const [first = [], ...rest] = paragraph(clean(slot.title), look.columns - 14, "strong");
  const pad = span("plain", " ".repeat(14));
  return [
    line("  ", span(tone, fit(`${look.glyphs[glyph]} ${word}`, 12)), ...first),
    ...rest.map((row) => [pad, ...row]),
    ...stepDetail(runbook, slot, look.columns - INDENT).map((row) => [span("plain", " ".repeat(INDENT)), ...row]),
  ];
}

/** All changes that were sent, by target and in their order. */
export function changesLines(state: RunState, look: Look): Line[] {
  return state.targets.flatMap((target, index) => {
    const slots = slotsOf(target).filter(isSent);
    if (slots.length === 0) return [];
    const head = line(span("accent", clean(target.label)), span("muted", `  ${clean(target.key)}`));
    return [...(index === 0 ? [] : [line("")]), head, ...slots.flatMap((slot) => slotLines(state, slot, look))];
  });
}
