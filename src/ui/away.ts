/**
 * Since you looked away: who comes back to a run after a minute or more without a key, or opens one anew that they had a part
 * in, is told once what happened meanwhile. It is worked out when the key comes, so that nothing is drawn before, and the key
 * does what it always does.
 */
import { countText, timeOf } from "../engine/words.ts";
import type { Away, Happening, HappeningKind } from "./absence.ts";
import { cells } from "./cells.ts";
import { paragraph } from "./layout.ts";
import { line, span, type Line, type TextSpan, type Tone } from "./line.ts";
import { modeOf } from "./mode.ts";
import { runBelow, type Model, type RunModel } from "./model.ts";
import { WATCH_MODES } from "./run/act.ts";
import { happeningsIn } from "./run/happenings.ts";
import type { Look } from "./theme.ts";
import { messageOn } from "./update.ts";

/** Who pressed no key for so long looked elsewhere. */
const AWAY_MS = 60_000;

/** The run whose news somebody at this console is told: the one that is looked at, else the one that was driven here. */
function attendedRun(model: Model): RunModel | null {
  const run = runBelow(model) ?? model.run;
  return run === null || run.state === null || run.how === "replay" ? null : run;
}

/** From where on nobody here has seen what happened, and since when; null where that cannot be told or is nothing. */
interface Gap {
  readonly from: number;
  readonly sinceMs: number;
}

const ANSWERS: ReadonlySet<string> = new Set(["approval.given", "approval.rejected", "decision.made", "operator.note"]);

/** Where the person's own last answer stands in a run that is opened anew. */
function lastAnswer({ history, cursor }: RunModel, operator: string): Gap | null {
  const index = history.events
    .slice(0, cursor)
    .findLastIndex(({ type, actor }) => ANSWERS.has(type) && actor.login === operator);
  const event = history.events[index];
  return event === undefined ? null : { from: index + 1, sinceMs: Date.parse(event.wall_time) };
}

function gapOf({ presence, site }: Model, run: RunModel): Gap | null {
  if (presence.run_id === run.state?.run_id) return { from: presence.events, sinceMs: presence.ms };
  const isNew = run.how === "driving" && run.state?.sessions === 1;
  if (!isNew) return lastAnswer(run, site.operator);
  const begin = Date.parse(run.history.events[0]?.wall_time ?? "");
  return { from: 0, sinceMs: presence.ms === 0 ? begin : presence.ms };
}

function absenceFrom(model: Model, run: RunModel, nowMs: number): Away | null {
  const gap = gapOf(model, run);
  const id = run.state?.run_id;
  if (gap === null || id === undefined || nowMs - gap.sinceMs < AWAY_MS) return null;
  const happenings = happeningsIn(run, gap.from, model.site.operator);
  if (happenings.length === 0) return null;
  return { run_id: id, since: new Date(gap.sinceMs).toISOString(), happenings, keys: 0 };
}

/** Whether the line about an absence was on the screen: what was said of a key takes its place, and it waits. */
const isTold = (model: Model, { keys }: Away, look: Look): boolean => keys > 0 || messageOn(model, look) === null;

/** A key comes: somebody is here. Before it does anything, what happened since the last one is taken note of. */
export function endAbsence(model: Model, look: Look): Model {
  const { nowMs } = look;
  const run = attendedRun(model);
  const absence = run === null ? null : absenceFrom(model, run, nowMs);
  const { away: earlier } = model;
  const away =
    absence ?? (earlier !== null && isTold(model, earlier, look) ? { ...earlier, keys: earlier.keys + 1 } : earlier);
  const place = run === null ? {} : { run_id: run.state?.run_id ?? null, events: run.cursor };
  return { ...model, away, presence: { ...model.presence, ...place, ms: nowMs } };
}

const TONES: Readonly<Record<HappeningKind, Tone>> = {
  broken: "danger",
  failed: "danger",
  doubt: "unknown",
  asks: "waiting",
  end: "waiting",
  done: "plain",
  rest: "plain",
};

const WORDS: Readonly<Record<HappeningKind, (count: number, last: Happening) => string>> = {
  broken: (count, { at }) => `${count} no longer so ${timeOf(at)}`,
  failed: (count, { at }) => `${count} failed ${timeOf(at)}`,
  doubt: (count, { at }) => `${count} in doubt ${timeOf(at)}`,
  asks: (_count, { at, word }) => `${word} since ${timeOf(at)}`,
  end: (_count, { at, word }) => `${word} ${timeOf(at)}`,
  done: (count, { at }) => `${countText(count, "change")} done ${timeOf(at)}`,
  rest: (count, { at }) => `${count} more ${timeOf(at)}`,
};

/** Kinds in the order in which somebody who comes back has to know of them. */
const KINDS: readonly HappeningKind[] = ["broken", "failed", "doubt", "asks", "end", "done", "rest"];

/** Whether a question of the run is still open: of one that is only watched its own console knows. */
function isAsking(model: Model): boolean {
  const run = attendedRun(model);
  return run !== null && (run.how !== "driving" || run.question !== null);
}

/** What is said of each kind that happened; an answer that was given is asked for no more. */
function partsOf({ happenings }: Away, isOpen: boolean): TextSpan[] {
  return KINDS.filter((kind) => kind !== "asks" || isOpen).flatMap((kind) => {
    const own = happenings.filter((happening) => happening.kind === kind);
    const last = own.at(-1);
    return last === undefined ? [] : [span(TONES[kind], WORDS[kind](own.length, last))];
  });
}

/** The line about an absence: what matters most first, as much of it as there is room for; null where nothing is to be said. */
export function awayLine(model: Model, { columns, glyphs }: Look): Line | null {
  const { away } = model;
  if (away === null || away.keys > 0) return null;
  const head = `Since ${timeOf(away.since)}: `;
  const parts = partsOf(away, isAsking(model));
  if (parts.length === 0) return null;
  const list = WATCH_MODES.includes(modeOf(model)) ? "; W lists it" : "";
  let room = columns - cells(head) - cells(list);
  const fits = parts.filter(({ text }, index) => {
    room -= cells(text) + (index === 0 ? 0 : 2);
    return index === 0 || room >= 0;
  });
  const more = fits.length < parts.length ? glyphs.more : "";
  const texts = fits.flatMap((part, index) => (index === 0 ? [part] : [span("muted", ", "), part]));
  return line(span("strong", head), ...texts, span("muted", `${more}${list}`));
}

const WORD_COLUMNS = 14;

/** All that happened in an absence, for the page of what is watched. */
export function awayLines({ since, happenings }: Away, columns: number): Line[] {
  const head = line(span("accent", `Since you looked away at ${timeOf(since)}`));
  const rows = happenings.flatMap(({ at, kind, word, text }) => {
    const start = `${timeOf(at)} ${word.padEnd(WORD_COLUMNS)} `;
    const [first = [], ...rest] = paragraph(text, Math.max(20, columns - cells(start)), "plain");
    const pad = span("plain", " ".repeat(cells(start)));
    return [line(span(TONES[kind], start), ...first), ...rest.map((row) => [pad, ...row])];
  });
  return [head, ...rows];
}
