/** The steps of a phase: which row is meant, the line of each, and the chosen one in detail. */
import { BASIS_SIGNS } from "../../engine/claims/claim.ts";
import { stepClaim } from "../../engine/claims/step.ts";
import { previewText, requestText, wayBackLine } from "../../engine/slot-text.ts";
import { isPlanned, type RunState, type Slot, type TargetState } from "../../engine/state.ts";
import { clean, MARK_WORDS } from "../../engine/words.ts";
import type { Runbook } from "../../phases/spec.ts";
import { fit, middle } from "../cells.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line, type Span, type Tone } from "../line.ts";
import type { RunModel } from "../model.ts";
import type { Glyphs, Look } from "../theme.ts";
import { phaseNow, underWay } from "./now.ts";
import { listsTargets, shownTargets } from "./targets.ts";

export interface StepRow {
  readonly target: TargetState;
  readonly slot: Slot;
}

/** The steps of a phase, target by target. */
export const stepRows = (targets: readonly TargetState[], phase: string): StepRow[] =>
  targets.flatMap((target) => (target.phases[phase]?.slots ?? []).map((slot) => ({ target, slot })));

/** The step that ended a run which is over or waits, and why it did: the last of its kind. */
export const endedAt = (state: RunState, rows: readonly StepRow[]): number =>
  state.closed === null && state.paused === null
    ? -1
    : rows.findLastIndex(
        ({ slot }) => slot.reason !== "" && ["refused", "failed", "unreachable"].includes(slot.mark ?? ""),
      );

/** The row that the run itself is at. */
export function rowNow(state: RunState, rows: readonly StepRow[]): number {
  const going = underWay(state);
  const at = rows.findIndex(({ slot, target }) => going !== null && slot === going.slot && target === going.target);
  if (at >= 0) return at;
  const ended = endedAt(state, rows);
  if (ended >= 0) return ended;
  const open = rows.findIndex(({ slot }) => isPlanned(slot));
  return open >= 0 ? open : Math.max(0, rows.length - 1);
}

/** The step that the run screen shows in detail; none where it lists its targets. */
export function selectedStep(run: RunModel): StepRow | null {
  const phase = run.phase ?? phaseNow(run);
  if (run.state === null || phase === null || listsTargets(run)) return null;
  const rows = stepRows(shownTargets(run), phase);
  return rows[run.row === null ? rowNow(run.state, rows) : Math.min(run.row, rows.length - 1)] ?? null;
}

export function statusOf(slot: Slot, glyphs: Glyphs): { glyph: string; word: string; tone: Tone } {
  if (slot.mark !== null) {
    const word = MARK_WORDS[slot.mark];
    switch (slot.mark) {
      case "succeeded":
      case "already":
        return { glyph: glyphs.ok, word, tone: "ok" };
      // A person's word is no tick of ours.
      case "by hand":
        return { glyph: glyphs.said, word, tone: "waiting" };
      case "lapsed":
        return { glyph: glyphs.lapsed, word, tone: "danger" };
      case "undone in part":
      case "in doubt":
        return { glyph: glyphs.doubt, word, tone: "unknown" };
      case "failed":
      case "refused":
      case "unreachable":
        return { glyph: glyphs.bad, word, tone: "danger" };
      default:
        return { glyph: glyphs.skipped, word, tone: "muted" };
    }
  }
  if (slot.status === "intended") return { glyph: glyphs.running, word: "sent", tone: "running" };
  if (slot.status === "waiting") return { glyph: glyphs.waiting, word: "waiting", tone: "running" };
  if (slot.status === "applied") return { glyph: glyphs.running, word: "checking", tone: "running" };
  return { glyph: glyphs.planned, word: "planned", tone: "muted" };
}

export function stepLine({ target, slot }: StepRow, several: boolean, look: Look, at: number): Line {
  const { glyph, word, tone } = statusOf(slot, look.glyphs);
  const who = several ? [span("muted", ` ${middle(clean(target.label), 14, look.glyphs.more)}`)] : [];
  const risk: readonly Span[] =
    slot.risk === "destroy" && (slot.mark === null || isPlanned(slot))
      ? [span("danger", slot.cannot_undo === null ? " typed name" : " cannot be undone")]
      : [];
  return line(
    "  ",
    span(tone, fit(`${glyph} ${word}`, 11)),
    span("muted", fit(`${at + 1}`, 3)),
    clean(slot.title),
    ...who,
    ...risk,
  );
}

/** The selected step: the exact request, what it hits, what was seen of it. */
export function stepDetail(runbook: Runbook, slot: Slot, look: Look, width: number): Line[] {
  const lines: Line[] = [];
  for (const text of requestText(runbook, slot)) lines.push(...paragraph(text, width, "plain", 2));
  for (const text of previewText(runbook, slot.step, slot.preview, { width, most: 400 }))
    lines.push(line(span("accent", text)));
  if (slot.attempt?.remote !== null && slot.attempt?.remote !== undefined)
    lines.push(line(`accepted as ${clean(slot.attempt.remote)}`));
  if (slot.reason !== "")
    lines.push(
      ...paragraph(
        `${slot.mark === null ? "because" : BASIS_SIGNS[stepClaim(slot).basis].word}: ${clean(slot.reason)}`,
        width,
        statusOf(slot, look.glyphs).tone,
        2,
      ),
    );
  if (slot.outcome !== null && slot.outcome.kind !== "applied")
    lines.push(...paragraph(clean(slot.outcome.message), width, "unknown", 2));
  if (slot.does === "change" && (slot.mark === null || isPlanned(slot)))
    lines.push(
      ...paragraph(
        wayBackLine(runbook, slot.step, slot.preview),
        width,
        slot.cannot_undo === null ? "muted" : "danger",
        2,
      ),
    );
  return lines.length === 0 ? [line(span("muted", "nothing is known of it yet"))] : lines;
}
