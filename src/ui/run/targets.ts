/** Many targets at once: which of them need somebody, in one list, failures first, and how far each has come. */
import type { End } from "../../engine/bodies.ts";
import { endClaim } from "../../engine/claims/end.ts";
import { endOf, slotsOf, whyNotRecovered } from "../../engine/end.ts";
import { brokenIn } from "../../engine/holds.ts";
import {
  hasFailed,
  isPlanned,
  isUnderWay,
  type PhaseState,
  type RunState,
  type Slot,
  type TargetState,
} from "../../engine/state.ts";
import { limitMs } from "../../engine/limits.ts";
import { clean, timeOf } from "../../engine/words.ts";
import { fit, middle } from "../cells.ts";
import { detailWidth, paragraph, restLine, windowOf } from "../layout.ts";
import { inTone, line, span, type Line, type Tone } from "../line.ts";
import type { PhaseSpec } from "../../phases/spec.ts";
import type { RunModel } from "../model.ts";
import type { GlyphName, Look } from "../theme.ts";
import type { SiteWords } from "../words.ts";

/** From so many targets on the screen lists them instead of their steps: whose step is whose can no longer be seen. */
const LISTED_FROM = 3;

type Standing =
  | "in doubt"
  | "failed"
  | "held up"
  | "left"
  | "undone"
  | "unproven"
  | "under way"
  | "going"
  | "phase done"
  | "not begun"
  | "through"
  | "recovered";
/** The order of the list: what needs somebody stands first. */
const ORDER: readonly Standing[] = [
  "in doubt",
  "failed",
  "held up",
  "left",
  "undone",
  "unproven",
  "under way",
  "going",
  "phase done",
  "not begun",
  "through",
  "recovered",
];

/** Whether the run shows its targets as a list: there are many, and none of them was opened. */
export const listsTargets = (run: RunModel): boolean =>
  !run.alone && run.state !== null && run.state.targets.length >= LISTED_FROM;

/** The targets whose steps are shown. */
export const shownTargets = (run: RunModel): readonly TargetState[] =>
  (run.state?.targets ?? []).filter(({ key }) => !run.alone || key === run.target);

/** A dry run stops for nothing: it only says. */
const isHeldUp = (state: RunState, target: TargetState): boolean =>
  brokenIn(target).length > 0 && state.created.dry !== true;

/** How a target ended that is through: recovered is said only of a run that is closed, while others are still at work. */
function endStanding(state: RunState, target: TargetState, end: End | null): Standing {
  if (end === "recovered" && state.closed === null) return "through";
  const { kind } = endClaim(state, target);
  if (kind === "undone") return "undone";
  if (end === "recovered") return kind === "recovered" ? "recovered" : "unproven";
  if (end !== null) return "failed";
  const phase = phaseOf(state, target);
  if (phase === null) return "not begun";
  return isPhaseDone(target.phases[phase.id]) ? "phase done" : "going";
}

/** The phase that a target entered last; null where it entered none. */
const phaseOf = ({ runbook }: RunState, { phases }: TargetState): PhaseSpec | null =>
  runbook.phases.findLast(({ id }) => phases[id] !== undefined) ?? null;

/** Whether nothing is left to do in a phase, also where the others are awaited before it ends. */
function isPhaseDone(phase: PhaseState | undefined): boolean {
  if (phase === undefined) return false;
  if (phase.status !== "open") return phase.status !== "failed";
  return phase.slots.length > 0 && phase.rung === null && phase.slots.every(({ status }) => status === "ended");
}

function standingOf(state: RunState, target: TargetState): Standing {
  if (target.status === "in-doubt") return "in doubt";
  if (hasFailed(target)) return "failed";
  if (target.status !== "going") return "left";
  if (isHeldUp(state, target)) return "held up";
  return slotsOf(target).some(isUnderWay) ? "under way" : endStanding(state, target, endOf(state, target));
}

const LOOKS: Readonly<Record<Standing, { readonly glyph: GlyphName; readonly word: string; readonly tone: Tone }>> = {
  "in doubt": { glyph: "doubt", word: "in doubt", tone: "unknown" },
  failed: { glyph: "bad", word: "failed", tone: "danger" },
  "held up": { glyph: "lapsed", word: "held up", tone: "danger" },
  left: { glyph: "skipped", word: "stopped", tone: "refused" },
  undone: { glyph: "doubt", word: "taken back", tone: "unknown" },
  unproven: { glyph: "doubt", word: "not proven", tone: "unknown" },
  "under way": { glyph: "running", word: "under way", tone: "running" },
  going: { glyph: "waiting", word: "waiting", tone: "plain" },
  "phase done": { glyph: "ok", word: "phase done", tone: "running" },
  "not begun": { glyph: "planned", word: "not begun", tone: "muted" },
  through: { glyph: "ok", word: "all met", tone: "ok" },
  recovered: { glyph: "ok", word: "recovered", tone: "ok" },
};

export interface ListedTarget {
  readonly target: TargetState;
  readonly standing: Standing;
}

/** All targets, those that need somebody first; within a standing they keep their order. */
export function listedTargets(state: RunState): ListedTarget[] {
  const listings = state.targets.map((target) => ({ target, standing: standingOf(state, target) }));
  return ORDER.flatMap((standing) => listings.filter((listing) => listing.standing === standing));
}

/** Where the cursor is: it stays with its target while the list moves under it. */
export function targetAt(run: RunModel, listings: readonly ListedTarget[]): number {
  const index = listings.findIndex(({ target }) => target.key === run.target);
  return Math.max(0, index);
}

/** How many there are of each standing. */
export function countsLine(listings: readonly ListedTarget[], words: SiteWords): Line {
  const parts = ORDER.flatMap((standing) => {
    const count = listings.filter((listing) => listing.standing === standing).length;
    return count === 0 ? [] : [span(LOOKS[standing].tone, `${count} ${LOOKS[standing].word}`)];
  });
  const spans = parts.flatMap((part, index) => (index === 0 ? [part] : [span("muted", ", "), part]));
  return [span("strong", `${listings.length} ${words.targets}: `), ...spans];
}

/** How many targets are through with a phase. */
export const throughPhase = (state: RunState, phase: string): number =>
  state.targets.filter((target) => isPhaseDone(target.phases[phase])).length;

/** Until when a step waits for its counterpart at most; '' where it does not. */
function waitText(state: RunState, { status, attempt, at: begin }: Slot): string {
  if (status !== "waiting" || attempt === null) return "";
  return `, until ${timeOf(new Date(limitMs(state, begin, attempt.limit)).toISOString())}`;
}

/** What a target is at that is neither through nor stopped, and how far it has come there. */
function placeSaid(state: RunState, target: TargetState): string {
  const phase = phaseOf(state, target);
  if (phase === null) return "";
  const { slots = [], rung = null } = target.phases[phase.id] ?? {};
  if (rung !== null && rung.result === null && rung.says !== "") return `watched: ${rung.says}`;
  const count = `${slots.filter(({ status }) => status === "ended").length}/${slots.length}`;
  const slot = slots.find(isUnderWay) ?? slots.find(isPlanned);
  if (slot === undefined) return `${phase.id} ${slots.length === 0 ? "done" : count}; waits for the others`;
  return `${phase.id} ${count}${waitText(state, slot)}: ${slot.title}`;
}

type Saying = (state: RunState, target: TargetState) => string;

const ending: Saying = (state, target) => endClaim(state, target).message;
const trouble: Saying = (_state, target) => whyNotRecovered(target);

/** What one target is at, or why it is not recovered. */
const SAYINGS: Readonly<Record<Standing, Saying>> = {
  "in doubt": trouble,
  failed: trouble,
  "held up": (_state, target) => `no longer so: ${brokenIn(target).join("; ")}`,
  left: trouble,
  undone: ending,
  unproven: ending,
  "under way": placeSaid,
  going: placeSaid,
  "phase done": placeSaid,
  "not begun": placeSaid,
  through: () => "every success criterion was seen to hold; the run goes on for others",
  recovered: ending,
};

const saysOf = (state: RunState, { target, standing }: ListedTarget): string => SAYINGS[standing](state, target);

function targetLine(state: RunState, listing: ListedTarget, look: Look): Line {
  const { glyph, word, tone } = LOOKS[listing.standing];
  const name = Math.max(14, Math.min(24, look.columns - 60));
  return line(
    "  ",
    span(tone, fit(`${look.glyphs[glyph]} ${word}`, 13)),
    fit(middle(clean(listing.target.label), name, look.glyphs.more), name + 1),
    span("muted", clean(saysOf(state, listing))),
  );
}

/** The list in a window of `height` lines, and what is to be known of the target under the cursor. */
export function targetsPart(
  run: RunModel,
  state: RunState,
  look: Look,
  height: number,
): { readonly lines: Line[]; readonly detail: Line[]; readonly title: string } {
  const listings = listedTargets(state);
  const width = detailWidth(look);
  const cursor = targetAt(run, listings);
  const isCut = listings.length > height && height > 1;
  const { from, to } = windowOf(listings.length, isCut ? height - 1 : height, cursor);
  const rest = isCut ? [restLine(from, listings.length - to, look)] : [];
  const entries = listings.slice(from, to).map((listing, index) => {
    const drawing = targetLine(state, listing, look);
    if (from + index !== cursor) return drawing;
    return [span("focus", look.glyphs.cursor), span("plain", " "), ...inTone(drawing.slice(1), "focus")];
  });
  const current = listings[cursor];
  const lines = [...entries, ...rest];
  if (current === undefined) return { lines, detail: [], title: "" };
  const { tone } = LOOKS[current.standing];
  const detail = [
    ...paragraph(clean(saysOf(state, current)) || "nothing was done for it yet", width, tone, 2),
    line(span("muted", `${current.target.key}   Enter shows its steps`)),
  ];
  return { lines, detail, title: `${clean(current.target.label)}, ${cursor + 1} of ${listings.length}` };
}
