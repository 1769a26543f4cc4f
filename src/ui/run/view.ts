/** The run: where am I, what is next, what is it waiting for, what was decided, what the journal has of it. */
import type { RunState, TargetState } from "../../engine/state.ts";
import { CRITERION_WORDS, criterionClaims, type CriterionClaimKind } from "../../engine/claims/criterion.ts";
import { clean, skippedText } from "../../engine/words.ts";
import { cells, fit, middle } from "../cells.ts";
import { beside, fill, paragraph, rule, WIDE, windowOf } from "../layout.ts";
import { apart, inTone, line, span, type Line, type Tone } from "../line.ts";
import type { Model, RunModel } from "../model.ts";
import type { Glyphs, Look } from "../theme.ts";
import { endedAt, rowNow, stepDetail, stepLine, stepRows } from "./steps.ts";
import { ribbon } from "./ribbon.ts";
import { countsLine, listedTargets, listsTargets, shownTargets, targetsPart } from "./targets.ts";
import { decidedSaid, elapsed, nextSaid, nowSaid, phaseNow, recordSaid } from "./now.ts";

const labelled = (name: string, text: string, tone: Tone, width: number): Line =>
  line(span("muted", fit(name, 9)), span(tone, fit(text, Math.max(0, width - 9))));

/** Where am I, what is next, what was decided, what the journal has of it. */
function answers(run: RunModel, state: RunState, look: Look): Line[] {
  const now = nowSaid(run, look.now, look.words);
  const record = recordSaid(state);
  const { columns } = look;
  return [
    labelled(
      "Now",
      run.stopping && state.paused === null && state.closed === null
        ? `pausing after this step; ${now.text}`
        : now.text,
      now.tone,
      columns,
    ),
    labelled("Next", nextSaid(state, phaseNow(run)), "plain", columns),
    labelled("Decided", decidedSaid(state, look.words), "plain", columns),
    labelled("Record", run.notice === "" ? record.text : `${record.text}. ${clean(run.notice)}`, record.tone, columns),
  ];
}

export function runHead(run: RunModel, look: Look): Line {
  const { state } = run;
  if (state === null) return line(span("strong", run.title));
  const names = state.targets.map(({ label }) => clean(label));
  const who = names.length > 3 ? `${names.length} ${look.words.targets}` : names.join(", ");
  return line(
    span("accent", middle(who, Math.floor(look.columns / 3), look.glyphs.more)),
    "  ",
    span("strong", clean(state.runbook.title)),
  );
}

export const runSide = (run: RunModel, now: number): string =>
  run.state === null ? "" : `run ${run.state.run_id}  ${elapsed(run, now)}`;

const CRITERION_LOOKS: Readonly<Record<CriterionClaimKind, { readonly glyph: keyof Glyphs; readonly tone: Tone }>> = {
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
      const who = targets.length > 1 ? ` (${clean(target.label)})` : "";
      const words = span(tone, `  ${look.glyphs[glyph]} ${CRITERION_WORDS[claim.kind]}: `);
      return [line(words, `${clean(claim.message)}${who}`)];
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
  paragraph(
    clean(state.paused?.says ?? ""),
    look.columns >= WIDE ? Math.floor(look.columns * 0.45) : look.columns,
    "danger",
  );

/** The steps of the phase that is looked at, or the success criteria once the run is over. */
function stepsPart(run: RunModel, state: RunState, look: Look, height: number): Part {
  const phase = run.phase ?? phaseNow(run) ?? "";
  const targets = shownTargets(run);
  const criteria = Object.keys(targets[0]?.criteria ?? {}).length > 0;
  if (run.phase === null && criteria) return { lines: criteriaLines(state, targets, look), detail: [], title: "" };
  const spec = state.runbook.phases.find(({ id }) => id === phase);
  const rows = stepRows(targets, phase);
  const skipped = targets.flatMap((target) => target.phases[phase]?.skipped ?? []);
  if (rows.length === 0)
    return {
      lines: [
        line(""),
        ...paragraph(
          `  ${skipped.length > 0 ? skippedText(skipped[0] ?? "") : `not entered yet: ${clean(spec?.why ?? spec?.title ?? "")}`}`,
          look.columns,
          "muted",
          2,
        ),
      ],
      detail: [],
      title: "",
    };
  const at = run.row === null ? rowNow(state, rows) : Math.min(run.row, rows.length - 1);
  const { from, to } = windowOf(rows.length, height, at);
  const lines = rows.slice(from, to).map((row, index) => {
    const made = stepLine(row, targets.length > 1, look, from + index);
    return from + index === at
      ? [span("focus", look.glyphs.cursor), ...(run.row === null ? made.slice(1) : inTone(made.slice(1), "focus"))]
      : made;
  });
  const chosen = rows[at];
  if (run.row === null && state.paused?.reason === "hold broken")
    return { lines, detail: brokenLines(state, look), title: "no longer so", whole: true };
  return {
    lines,
    detail:
      chosen === undefined
        ? []
        : stepDetail(
            state.runbook,
            chosen.slot,
            look,
            look.columns >= WIDE ? Math.floor(look.columns * 0.45) : look.columns,
          ),
    title: chosen === undefined ? "" : `step ${at + 1} of ${rows.length}`,
    whole: at === endedAt(state, rows),
  };
}

/** What the middle of the screen shows: the targets of a run over many, else the steps of the phase. */
const middlePart = (run: RunModel, state: RunState, look: Look, height: number): Part =>
  listsTargets(run)
    ? targetsPart(run, state, look, height, look.columns >= WIDE ? Math.floor(look.columns * 0.45) : look.columns)
    : stepsPart(run, state, look, height);

export function runBody(_model: Model, run: RunModel, look: Look, height: number): Line[] {
  const { state } = run;
  if (state === null) {
    const spoken =
      run.ended === null ? `${run.title}${look.glyphs.more}` : `Nothing was begun. ${clean(run.ended.refused)}`;
    return [line(""), ...paragraph(`  ${spoken}`, look.columns, run.ended === null ? "running" : "danger", 2)];
  }
  const shown = run.phase ?? phaseNow(run);
  const listed = listsTargets(run) ? listedTargets(state) : null;
  const whose = shownTargets(run).find((target) => target.phases[shown ?? ""]);
  const title = clean(whose?.phases[shown ?? ""]?.title ?? "");
  const titled = run.alone && whose !== undefined ? `${clean(whose.label)}: ${title}` : title;
  const top = [
    ribbon(run, state, shown, look),
    rule(look, titled),
    ...(listed === null ? [] : [countsLine(listed, look.words)]),
  ];
  const bottom = [rule(look, "where it stands"), ...answers(run, state, look)];
  const room = height - top.length - bottom.length;
  if (look.columns >= WIDE) {
    const part = middlePart(run, state, look, Math.ceil(room * 0.6));
    const left = fill(part.lines, Math.ceil(room * 0.6));
    const width = Math.floor(look.columns * 0.52);
    const right = [rule(look, part.title, look.columns - width - 2), ...part.detail];
    const upper = fill(beside(left, right.slice(0, left.length), width, look), left.length);
    return [...top, ...upper, rule(look, "log"), ...logLines(run, look, room - left.length - 1), ...bottom];
  }
  const probe = middlePart(run, state, look, 4);
  const log = probe.whole === true ? 2 : Math.max(2, Math.floor(room * 0.25));
  const most = probe.whole === true ? room - log - 3 : Math.max(2, Math.floor(room * 0.3));
  const detail = Math.min(probe.detail.length, most);
  const steps = room - log - 1 - (detail === 0 ? 0 : detail + 1);
  const part = middlePart(run, state, look, steps);
  return [
    ...top,
    ...fill(part.lines, steps),
    ...(detail === 0 ? [] : [rule(look, part.title), ...fill(part.detail, detail)]),
    rule(look, "log"),
    ...logLines(run, look, log),
    ...bottom,
  ];
}

function logLines(run: RunModel, look: Look, height: number): Line[] {
  const lines = run.history
    .logAt(run.cursor, Math.max(0, height))
    .map(({ text }) => line(span("muted", text.slice(0, 9)), text.slice(9)));
  return fill(lines, height);
}

/** The frame that replay and watching put around the same screen. */
export function runTitle(run: RunModel, look: Look): Line[] {
  const head = apart(runHead(run, look), line(span("muted", runSide(run, look.now))), look.columns, look.glyphs.more);
  if (run.how === "driving") return [head];
  const place = `event ${run.cursor} of ${run.history.length}`;
  const at = run.history.events[run.cursor - 1]?.wall_time.replace("T", " ").slice(0, 19) ?? "";
  const name = run.how === "replay" ? "REPLAY: nothing is executed" : "WATCHING: somebody else drives this run";
  const bar = "=".repeat(Math.max(0, look.columns - cells(name) - cells(place) - cells(at) - 8));
  return [line(span("accent", `== ${name} ${bar} ${place} ${at}Z`)), head];
}
