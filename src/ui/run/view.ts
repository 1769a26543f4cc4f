/** The run: where am I, what is next, what is it waiting for, what was decided, what the journal has of it. */
import { blanks } from "../../runbooks/explain.ts";
import type { RunState, TargetState } from "../../engine/state.ts";
import { CRITERION_WORDS, criterionClaims, type CriterionClaimKind } from "../../engine/claims/criterion.ts";
import { clean, skippedText } from "../../engine/words.ts";
import { cells, fit, middle } from "../cells.ts";
import { cut, detailWidth, fill, joinColumns, paragraph, rule, WIDE, windowOf } from "../layout.ts";
import { apart, cellsOf, inTone, line, span, type Line, type Tone } from "../line.ts";
import type { RunModel } from "../model.ts";
import type { GlyphName, Look } from "../theme.ts";
import { endedAt, rowNow, stepDetail, stepLine, stepRows, type StepRow } from "./steps.ts";
import { ribbon } from "./ribbon.ts";
import { countsLine, listedTargets, listsTargets, shownTargets, targetsPart } from "./targets.ts";
import { watchPane } from "./watch.ts";
import { decidedSaid, phaseNow, recordSaid, runTime } from "./now.ts";

/** How much of a wide window the list of steps has. */
const LIST_SHARE = 0.52;

const fieldLine = (name: string, text: string, tone: Tone, width: number): Line =>
  line(span("muted", fit(name, 11)), span(tone, fit(text, Math.max(0, width - 11))));

/** What was decided, and what the journal has of it: as far as there is room above the four answers. */
function recordLines(run: RunModel, state: RunState, look: Look): Line[] {
  const { columns, rows } = look;
  if (rows < 22 || (rows < 28 && listsTargets(run))) return [];
  const choices = fieldLine("Decided", decidedSaid(state, look.words), "plain", columns);
  const record = recordSaid(state);
  return rows < 28 ? [choices] : [choices, fieldLine("Record", record.text, record.tone, columns)];
}

export function runHead(run: RunModel, look: Look): Line {
  const { state } = run;
  if (state === null) return line(span("strong", run.title));
  const names = state.targets.map(({ label }) => clean(label));
  const most = look.columns < 80 ? 1 : 3;
  const subject = names.length > most ? `${names.length} ${look.words.targets}` : names.join(", ");
  return line(
    span("accent", middle(subject, Math.floor(look.columns / 3), look.glyphs.more)),
    "  ",
    span("strong", clean(state.runbook.title)),
  );
}

export const runSide = (run: RunModel): string =>
  run.state === null ? "" : `run ${run.state.run_id}  ${runTime(run)}`;

const CRITERION_LOOKS: Readonly<Record<CriterionClaimKind, { readonly glyph: GlyphName; readonly tone: Tone }>> = {
  met: { glyph: "ok", tone: "ok" },
  "met-of-nothing": { glyph: "doubt", tone: "unknown" },
  "not-met": { glyph: "bad", tone: "danger" },
  "not-seen": { glyph: "planned", tone: "muted" },
  "not-asked": { glyph: "skipped", tone: "muted" },
};

function criteriaLines(state: RunState, targets: readonly TargetState[], look: Look): Line[] {
  const claims = targets.map((target) => ({ target, claims: criterionClaims(state, target) }));
  return state.runbook.success.flatMap(({ id }) =>
    claims.flatMap(({ target, claims: own }) => {
      const claim = own.find(({ criterion }) => criterion === id);
      if (claim === undefined) return [];
      const { glyph, tone } = CRITERION_LOOKS[claim.kind];
      const subject = targets.length > 1 ? ` (${clean(target.label)})` : "";
      const words = span(tone, `  ${look.glyphs[glyph]} ${CRITERION_WORDS[claim.kind]}: `);
      return [line(words, `${clean(claim.message)}${subject}`)];
    }),
  );
}

interface Part {
  readonly lines: readonly Line[];
  readonly detail: readonly Line[];
  readonly title: string;
  /** Whether the detail says why the run ended or waits, and what to do: it is not cut while there is room. */
  readonly whole?: boolean;
}

/** Why it is paused, in full: what was seen, what was sent before, what to do. */
const brokenLines = (state: RunState, look: Look): Line[] =>
  paragraph(clean(state.paused?.says ?? ""), detailWidth(look), "danger");

/** What stands where a phase has no steps: why it was left out, or that nobody came there yet. */
function emptyPart(state: RunState, targets: readonly TargetState[], phase: string, look: Look): Part {
  const spec = state.runbook.phases.find(({ id }) => id === phase);
  const [reason] = targets.flatMap((target) => target.phases[phase]?.skipped ?? []);
  const text =
    reason === undefined ? `not entered yet: ${clean(blanks(spec?.why ?? spec?.title ?? ""))}` : skippedText(reason);
  return { lines: [line(""), ...paragraph(`  ${text}`, look.columns, "muted", 2)], detail: [], title: "" };
}

/** The line of a step under the cursor: it has the focus where somebody moved there. */
function cursorLine(row: Line, hasFocus: boolean, look: Look): Line {
  const rest = row.slice(1);
  return [span("focus", look.glyphs.cursor), ...(hasFocus ? inTone(rest, "focus") : rest)];
}

/** The steps in a window of `height` lines, and what is known of the one under the cursor. */
function listPart(run: RunModel, state: RunState, rows: readonly StepRow[], look: Look & { height: number }): Part {
  const cursor = run.row === null ? rowNow(state, rows) : Math.min(run.row, rows.length - 1);
  const { from, to } = windowOf(rows.length, look.height, cursor);
  const several = shownTargets(run).length > 1;
  const lines = rows.slice(from, to).map((row, index) => {
    const drawing = stepLine(row, several, look, from + index);
    return from + index === cursor ? cursorLine(drawing, run.row !== null, look) : drawing;
  });
  if (run.row === null && state.paused?.reason === "hold-broken")
    return { lines, detail: brokenLines(state, look), title: "no longer so", whole: true };
  const current = rows[cursor];
  const whole = cursor === endedAt(state, rows);
  if (current === undefined) return { lines, detail: [], title: "", whole };
  // What its column cuts stands whole beside it.
  const list = look.columns >= WIDE ? Math.floor(look.columns * LIST_SHARE) : look.columns;
  const isCut = cellsOf(stepLine(current, several, look, cursor)) > list;
  const subject = several ? `${clean(current.slot.title)}, ${clean(current.target.label)}` : clean(current.slot.title);
  const name = isCut ? paragraph(subject, detailWidth(look), "strong", 2) : [];
  const detail = [...name, ...stepDetail(state.runbook, current.slot, detailWidth(look))];
  return { lines, detail, title: `step ${cursor + 1} of ${rows.length}`, whole };
}

/** The steps of the phase that is looked at, or the success criteria once the run is over. */
function stepsPart(run: RunModel, state: RunState, look: Look, height: number): Part {
  const phase = run.phase ?? phaseNow(run) ?? "";
  const targets = shownTargets(run);
  const criteria = Object.keys(targets[0]?.criteria ?? {}).length > 0;
  if (run.phase === null && criteria) return { lines: criteriaLines(state, targets, look), detail: [], title: "" };
  const rows = stepRows(targets, phase);
  return rows.length === 0 ? emptyPart(state, targets, phase, look) : listPart(run, state, rows, { ...look, height });
}

/** What the middle of the screen shows: the targets of a run over many, else the steps of the phase. */
const middlePart = (run: RunModel, state: RunState, look: Look, height: number): Part =>
  listsTargets(run) ? targetsPart(run, state, look, height) : stepsPart(run, state, look, height);

/** What stands there before the first event, or where there never came one. */
function startLines({ ended: end, title }: RunModel, look: Look): Line[] {
  const text = end === null ? `${title}${look.glyphs.more}` : `Nothing was begun. ${clean(end.refused)}`;
  return [line(""), ...paragraph(`  ${text}`, look.columns, end === null ? "running" : "danger", 2)];
}

/** The phases, and the title of the one that is looked at. */
function topLines(run: RunModel, state: RunState, look: Look): Line[] {
  const phase = run.phase ?? phaseNow(run);
  const owner = shownTargets(run).find((target) => target.phases[phase ?? ""]);
  const title = clean(owner?.phases[phase ?? ""]?.title ?? "");
  const caption = run.alone && owner !== undefined ? `${clean(owner.label)}: ${title}` : title;
  const counts = listsTargets(run) ? [countsLine(listedTargets(state), look.words)] : [];
  return [ribbon(run, state, phase, look), rule(look, caption), ...counts];
}

/** The detail of a step and what is watched, below each other: half the room is the detail's, and what the other leaves. */
function besideLines(run: RunModel, part: Part, look: Look, height: number): Line[] {
  const share = part.whole === true ? part.detail.length : Math.min(part.detail.length, Math.floor(height / 2) - 1);
  const watches = watchPane(run, look, height - 1 - share);
  const detail = cut(part.detail, height - 1 - watches.length, look);
  return [rule(look, part.title), ...fill(detail, height - 1 - watches.length), ...watches];
}

/** Steps and detail beside each other, the log below them. */
function wideLines(run: RunModel, state: RunState, look: Look, room: number): Line[] {
  const height = Math.ceil(room * 0.6);
  const part = middlePart(run, state, look, height);
  const steps = fill(part.lines, height);
  const width = Math.floor(look.columns * LIST_SHARE);
  const detail = besideLines(run, part, { ...look, columns: look.columns - width - 2 }, steps.length);
  const upper = fill(joinColumns(steps, detail, width, look), steps.length);
  return [...upper, rule(look, "log"), ...logLines(run, look, room - steps.length - 1)];
}

/** Steps, detail and log below each other: why a run ended has the room that it needs. */
function narrowLines(run: RunModel, state: RunState, look: Look, room: number): Line[] {
  const probe = middlePart(run, state, look, 4);
  const log = probe.whole === true ? 2 : Math.max(2, Math.floor(room * 0.25));
  // What is known of a step leaves a line for the step itself, and the two rules.
  const most = Math.max(0, room - log - 3);
  const limit = probe.whole === true ? most : Math.min(most, Math.max(2, Math.floor(room * 0.3)));
  const detail = Math.min(probe.detail.length, limit);
  const steps = room - log - 1 - (detail === 0 ? 0 : detail + 1);
  const part = middlePart(run, state, look, steps);
  const lower = detail === 0 ? [] : [rule(look, part.title), ...fill(cut(part.detail, detail, look), detail)];
  return [...fill(part.lines, steps), ...lower, rule(look, "log"), ...logLines(run, look, log)];
}

/** A run, whether it is driven, watched or replayed. */
export function runBody(run: RunModel, look: Look, height: number): Line[] {
  const { state } = run;
  if (state === null) return startLines(run, look);
  const top = topLines(run, state, look);
  const bottom = [rule(look, clean(run.notice) || "where it stands"), ...recordLines(run, state, look)];
  const room = height - top.length - bottom.length;
  const middle = look.columns >= WIDE ? wideLines(run, state, look, room) : narrowLines(run, state, look, room);
  return [...top, ...middle, ...bottom];
}

function logLines(run: RunModel, look: Look, height: number): Line[] {
  const lines = run.history
    .logAt(run.cursor, Math.max(0, height))
    .map(({ text }) => line(span("muted", text.slice(0, 9)), text.slice(9)));
  return fill(lines, height);
}

/** The frame that replay and watching put around the same screen; `before`: what stands before the title where no bar does. */
export function runTitle(run: RunModel, look: Look, before: Line = []): Line[] {
  // Where it is and by whom goes before since when: a narrow window has no room for all of it.
  const isNarrow = before.length > 0 && look.columns < 80;
  const side = isNarrow ? runSide(run).replace(/ {2}.*$/u, "") : runSide(run);
  const head = apart([...before, ...runHead(run, look)], line(span("muted", side)), look.columns, look.glyphs.more);
  if (run.how === "driving") return [head];
  const place = `event ${run.cursor} of ${run.history.length}`;
  const time = run.history.events[run.cursor - 1]?.wall_time.replace("T", " ").slice(0, 19) ?? "";
  const actor = clean(run.history.events.at(-1)?.actor.login ?? "somebody else");
  const name = run.how === "replay" ? "REPLAY: nothing is executed" : `WATCHING: ${actor} drives this run elsewhere`;
  const bar = "=".repeat(Math.max(0, look.columns - cells(name) - cells(place) - cells(time) - 8));
  return [line(span("accent", `== ${name} ${bar} ${place} ${time}Z`)), head];
}
