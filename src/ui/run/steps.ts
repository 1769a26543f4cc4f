/** The steps of a phase: which row is meant, the line of each, and the chosen one in detail. */
import { BASIS_SIGNS } from "../../engine/claims/claim.ts";
import type { Mark } from "../../engine/bodies.ts";
import { stepClaim } from "../../engine/claims/step.ts";
import { previewText, requestText, wayBackLine } from "../../engine/slot-text.ts";
import { isPlanned, type RunState, type Slot, type TargetState } from "../../engine/state.ts";
import { clean, MARK_WORDS } from "../../engine/words.ts";
import type { Runbook } from "../../phases/spec.ts";
import { fit, middle } from "../cells.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line, type TextSpan, type Tone } from "../line.ts";
import type { RunModel } from "../model.ts";
import type { GlyphName, Look } from "../theme.ts";
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
  const index = rows.findIndex(({ slot, target }) => going !== null && slot === going.slot && target === going.target);
  if (index >= 0) return index;
  const endIndex = endedAt(state, rows);
  if (endIndex >= 0) return endIndex;
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

interface StepLook {
  readonly glyph: GlyphName;
  readonly tone: Tone;
}

const OK: StepLook = { glyph: "ok", tone: "ok" };
const DOUBT: StepLook = { glyph: "doubt", tone: "unknown" };
const BAD: StepLook = { glyph: "bad", tone: "danger" };
const SKIPPED: StepLook = { glyph: "skipped", tone: "muted" };

const MARK_LOOKS: Readonly<Record<Mark, StepLook>> = {
  succeeded: OK,
  already: OK,
  "skipped-by-condition": SKIPPED,
  "skipped-by-operator": SKIPPED,
  // A person's word is no tick of ours.
  "by-hand": { glyph: "said", tone: "waiting" },
  failed: BAD,
  "in-doubt": DOUBT,
  refused: BAD,
  unreachable: BAD,
  rejected: SKIPPED,
  "not-run": SKIPPED,
  "not-run-dry": SKIPPED,
  undone: SKIPPED,
  "undone-in-part": DOUBT,
  lapsed: { glyph: "lapsed", tone: "danger" },
};

const PLANNED = { glyph: "planned", word: "planned", tone: "muted" } as const;
/** A step of a target that is left as it is: nothing was sent for it, and nothing will be. */
const LEFT = { glyph: "skipped", word: "not run", tone: "muted" } as const;
const FINAL: ReadonlySet<TargetState["status"]> = new Set(["stopped", "refused"]);

/** Steps that are under way. */
const STATUS_LOOKS: Readonly<Partial<Record<Slot["status"], StepLook & { readonly word: string }>>> = {
  intended: { glyph: "running", word: "sent", tone: "running" },
  waiting: { glyph: "waiting", word: "waiting", tone: "running" },
  applied: { glyph: "running", word: "checking", tone: "running" },
};

/** How a step stands: glyph, word and tone. */
export function statusOf({ mark, status }: Slot): StepLook & { readonly word: string } {
  if (mark !== null) return { ...MARK_LOOKS[mark], word: MARK_WORDS[mark] };
  return STATUS_LOOKS[status] ?? PLANNED;
}

export function stepLine({ target, slot }: StepRow, several: boolean, look: Look, index: number): Line {
  const isLeft = slot.mark === null && slot.attempts === 0 && isPlanned(slot) && FINAL.has(target.status);
  const { glyph, word, tone } = isLeft ? LEFT : statusOf(slot);
  const subject = several ? [span("muted", ` ${middle(clean(target.label), 14, look.glyphs.more)}`)] : [];
  const risk: readonly TextSpan[] =
    slot.risk === "destroy" && isAhead(slot)
      ? [span("danger", slot.cannot_undo === null ? " typed name" : " cannot be undone")]
      : [];
  return line(
    "  ",
    span(tone, fit(`${look.glyphs[glyph]} ${word}`, 11)),
    span("muted", fit(`${index + 1}`, 3)),
    clean(slot.title),
    ...subject,
    ...risk,
  );
}

/** Whether nothing was done for a step yet, or all of it has to be done again. */
const isAhead = (slot: Slot): boolean => slot.mark === null || isPlanned(slot);

/** Why a step stands as it does, behind the word for whose word that is. */
function reasonLines(slot: Slot, width: number): Line[] {
  if (slot.reason === "") return [];
  const basis = slot.mark === null ? "because" : BASIS_SIGNS[stepClaim(slot).basis].word;
  return paragraph(`${basis}: ${clean(slot.reason)}`, width, statusOf(slot).tone, 2);
}

/** What the other side answered. */
function answerLines({ attempt, outcome }: Slot): { readonly acceptance: Line[]; readonly message: string } {
  const remote = attempt?.remote ?? null;
  return {
    acceptance: remote === null ? [] : [line(`accepted as ${clean(remote)}`)],
    message: outcome === null || outcome.kind === "applied" ? "" : clean(outcome.message),
  };
}

/** Whether there is a way back from a change that is still to come. */
function wayBackLines(runbook: Runbook, slot: Slot, width: number): Line[] {
  if (slot.does !== "change" || !isAhead(slot)) return [];
  const tone = slot.cannot_undo === null ? "muted" : "danger";
  return paragraph(wayBackLine(runbook, slot.step, slot.preview), width, tone, 2);
}

/** The selected step: the exact request, what it hits, what was seen of it. */
export function stepDetail(runbook: Runbook, slot: Slot, width: number): Line[] {
  const { acceptance, message } = answerLines(slot);
  const lines = [
    ...requestText(runbook, slot).flatMap((text) => paragraph(text, width, "plain", 2)),
    ...previewText(runbook, slot.step, slot.preview, {
      width,
      most: 400,
      isDone: slot.outcome?.kind === "applied",
    }).map((text) => line(span("accent", text))),
    ...acceptance,
    ...reasonLines(slot, width),
    ...(message === "" ? [] : paragraph(message, width, "unknown", 2)),
    ...wayBackLines(runbook, slot, width),
  ];
  return lines.length === 0 ? [line(span("muted", "nothing is known of it yet"))] : lines;
}
