/** What a run watches: wanted beside observed, by whom it was seen and when, and what had been seen before. */
import { clean, timeOf } from "../../engine/words.ts";
import { watchesOf, type Watch, type WatchStanding } from "../../engine/watches.ts";
import type { RunState, TargetState } from "../../engine/state.ts";
import type { Away } from "../absence.ts";
import { awayLines } from "../away.ts";
import { fit } from "../cells.ts";
import { paragraph, rule } from "../layout.ts";
import { fitLine, line, span, type Line, type Tone } from "../line.ts";
import type { RunModel } from "../model.ts";
import type { GlyphName, Look } from "../theme.ts";
import { listedTargets, listsTargets, shownTargets, targetAt } from "./targets.ts";

const LOOKS: Readonly<
  Record<WatchStanding, { readonly glyph: GlyphName; readonly word: string; readonly tone: Tone }>
> = {
  broken: { glyph: "lapsed", word: "NOT SO", tone: "danger" },
  awaited: { glyph: "waiting", word: "awaited", tone: "running" },
  "timed-out": { glyph: "bad", word: "timed out", tone: "waiting" },
  unseen: { glyph: "doubt", word: "not seen", tone: "unknown" },
  holds: { glyph: "ok", word: "holds", tone: "ok" },
  reacted: { glyph: "ok", word: "reacted", tone: "ok" },
  ahead: { glyph: "planned", word: "later", tone: "muted" },
  past: { glyph: "skipped", word: "over", tone: "muted" },
  waived: { glyph: "skipped", word: "not asked", tone: "muted" },
};

/** Standings of which nothing more is to be known beside the steps. */
const QUIET: ReadonlySet<WatchStanding> = new Set(["ahead", "past", "waived", "reacted"]);

/** Standings of what nobody asks now: what is to be known of them is when it is asked. */
const DEMANDS: ReadonlySet<WatchStanding> = new Set(["ahead", "waived"]);

const WORD_COLUMNS = 13;
const NAME_COLUMNS = 8;

/** Which targets' watches are shown: where they are listed, those of the one under the cursor. */
export function watchedTargets(run: RunModel): readonly TargetState[] {
  const { state } = run;
  if (state === null || !listsTargets(run)) return shownTargets(run);
  const listings = listedTargets(state);
  return listings
    .slice(targetAt(run, listings))
    .slice(0, 1)
    .map(({ target }) => target);
}

/** When it was looked at last. */
const lookText = ({ seen, looked }: Watch): string => timeOf(looked ?? seen?.at ?? "");

/** Since when it is so, where that is longer than since the last look. */
function sinceText(watch: Watch): string {
  const since = timeOf(watch.seen?.at ?? "");
  return lookText(watch) === since ? "" : ` (so since ${since})`;
}

const limitText = ({ untilMs }: Watch): string =>
  untilMs === null ? "" : `, until ${timeOf(new Date(untilMs).toISOString())} at most`;

const sourceText = ({ source }: Watch): string => source ?? "what was read before";

/** What was seen, by whom and when; why there is nothing, where there is nothing. */
function seenText(watch: Watch, since: string): string {
  const { seen, note } = watch;
  if (seen === null) return `${note}${limitText(watch)}`;
  const rest = note === "" ? "" : `; ${note}`;
  return `${lookText(watch)}${since} ${sourceText(watch)}: ${seen.says}${limitText(watch)}${rest}`;
}

/** A text and the word for what it is. */
interface Field {
  readonly name: string;
  readonly text: string;
  readonly tone: Tone;
}

/** A named text behind the word for how it stands, wrapped under itself. */
function fieldLines(head: Line, { name, text, tone }: Field, width: number): Line[] {
  const pad = span("plain", " ".repeat(WORD_COLUMNS + NAME_COLUMNS));
  const rows = paragraph(clean(text), Math.max(20, width - WORD_COLUMNS - NAME_COLUMNS), tone);
  return rows.map((row, index) =>
    index === 0 ? [...head, span("muted", fit(name, NAME_COLUMNS)), ...row] : [pad, ...row],
  );
}

function watchLines(watch: Watch, look: Look): Line[] {
  const { glyph, word, tone } = LOOKS[watch.standing];
  const head = line(span(tone, fit(`${look.glyphs[glyph]} ${word}`, WORD_COLUMNS)));
  const pad = line(" ".repeat(WORD_COLUMNS));
  const { before } = watch;
  const seenTone = watch.standing === "holds" ? "plain" : tone;
  const name = DEMANDS.has(watch.standing) ? "asked" : "seen";
  return [
    ...fieldLines(head, { name: "wanted", text: watch.wanted, tone: "strong" }, look.columns),
    ...fieldLines(pad, { name, text: seenText(watch, sinceText(watch)), tone: seenTone }, look.columns),
    ...(before === null
      ? []
      : fieldLines(pad, { name: "before", text: `${timeOf(before.at)} ${before.says}`, tone: "muted" }, look.columns)),
  ];
}

const HOW =
  "Looked at before every change and again while something is awaited. A time is that of a look that the journal proves; " +
  "what was seen alike since is not written down again.";

function targetLines(state: RunState, target: TargetState, look: Look): Line[] {
  const watches = watchesOf(state, target);
  const name = line(span("accent", clean(target.label)), span("muted", `  ${clean(target.key)}`));
  if (watches.length === 0) return [name, line(span("muted", "nothing of it is watched now"))];
  return [name, ...watches.flatMap((watch) => watchLines(watch, look))];
}

/** The page of what a run watches; null where there is no run. */
export function watchPage(run: RunModel | null, away: Away | null, look: Look): Line[] | null {
  const state = run?.state ?? null;
  if (run === null || state === null) return null;
  const parts = watchedTargets(run).flatMap((target, index) => [
    ...(index === 0 ? [] : [line("")]),
    ...targetLines(state, target, look),
  ]);
  const watches = [...parts, line(""), ...paragraph(HOW, look.columns, "muted")];
  const news = away === null ? [] : awayLines(away, look.columns);
  // Whoever has just come back reads that first; later it is no news.
  if (news.length === 0 || away === null) return watches;
  return away.keys <= 1 ? [...news, line(""), ...watches] : [...watches, line(""), ...news];
}

/** A watch beside the steps: what is wanted, and below it what was seen; what is not so has more room, and since when it is so only the page says. */
function paneLines(watch: Watch, { columns: width, glyphs }: Look): Line[] {
  const { glyph, tone } = LOOKS[watch.standing];
  const wanted = fitLine(line(span(tone, `${glyphs[glyph]} `), clean(watch.wanted)), width, glyphs.more);
  const seenTone = watch.standing === "holds" ? "muted" : tone;
  const rows = paragraph(clean(seenText(watch, "")), width - 2, seenTone);
  const most = watch.standing === "holds" ? 1 : 3;
  const seen = rows.slice(0, most).map((row, index) => {
    const isCut = index === most - 1 && rows.length > most;
    return fitLine([span("plain", "  "), ...row, ...(isCut ? [span("muted", glyphs.more)] : [])], width, glyphs.more);
  });
  return [wanted, ...seen];
}

/** What is watched, beside the steps of a wide window: at most `height` lines, [] where nothing is. */
export function watchPane(run: RunModel, look: Look, height: number): Line[] {
  const { state } = run;
  if (state === null || height < 3) return [];
  const targets = watchedTargets(run);
  const watches = targets.flatMap((target) => watchesOf(state, target).filter(({ standing }) => !QUIET.has(standing)));
  if (watches.length === 0) return [];
  const parts = watches.map((watch) => paneLines(watch, look));
  const head = rule(look, "watched");
  const all = parts.flat();
  if (all.length < height) return [head, ...all];
  return [
    head,
    ...withinPane(parts, height - 2),
    line(span("muted", `${look.glyphs.down} W shows all ${parts.length}`)),
  ];
}

/** Whole watches from the first on, as many as there is room for. */
function withinPane(parts: readonly Line[][], room: number): Line[] {
  const lines: Line[] = [];
  for (const part of parts) {
    if (lines.length + part.length > room) break;
    lines.push(...part);
  }
  return lines;
}
