/** The runs that were, newest first. */
import { clean, countText } from "../../engine/words.ts";
import { fit } from "../cells.ts";
import { cut, fill, paragraph, rule, windowOf } from "../layout.ts";
import { inTone, line, span, type Line, type Tone } from "../line.ts";
import type { Model } from "../model.ts";
import type { Group } from "../order.ts";
import type { JournalModel } from "./journal.ts";
import { groupOf, journalRun, shownRuns, strayText } from "./rows.ts";
import type { RunSummary } from "../sources.ts";
import type { GlyphName, Look } from "../theme.ts";

/** How a run ended, at first sight. */
function standingOf({ doubts, status, outcome }: RunSummary): { readonly glyph: GlyphName; readonly tone: Tone } {
  if (doubts.length > 0) return { glyph: "doubt", tone: "unknown" };
  if (status !== "closed") return { glyph: "waiting", tone: "waiting" };
  return outcome.startsWith("done") ? { glyph: "ok", tone: "ok" } : { glyph: "bad", tone: "danger" };
}

/** What the list is narrowed to, and what it is grouped by. */
function searchLines({ filter, filtering, group }: JournalModel, look: Look): Line[] {
  const word = group === "target" ? look.words.target : group;
  return [
    ...(filter === "" && !filtering
      ? []
      : [line(span("accent", "filter: "), clean(filter), filtering ? look.glyphs.cursor : "")]),
    ...(group === "newest" ? [] : [line(span("accent", `grouped by ${word}`))]),
  ];
}

/** The last column is the operator, unless the runs are grouped by what no column shows. */
const lastColumn = (group: Group): Group => (group === "runbook" ? "runbook" : "operator");

const outcomeWidth = ({ columns }: Look): number => Math.max(18, columns - 2 - 22 - 18 - 12 - 4);

function headLine(last: Group, look: Look): Line {
  const target = fit(look.words.target.toUpperCase(), 18);
  const outcome = fit("OUTCOME", outcomeWidth(look));
  return line(span("muted", `  ${fit("RUN (UTC)", 22)}${outcome}${target} ${fit(last.toUpperCase(), 12)}`));
}

function runLine(run: RunSummary, last: Group, look: Look): Line {
  const { glyphs } = look;
  const { glyph, tone } = standingOf(run);
  const names = run.targets.map(({ label }) => clean(label));
  const subject = names.length > 2 ? `${names.length} ${look.words.targets}` : names.join(", ");
  return line(
    "  ",
    fit(run.run_id, 22),
    span(tone, fit(`${glyphs[glyph]} ${clean(run.outcome)}`, outcomeWidth(look), glyphs.more)),
    fit(subject, 18, glyphs.more),
    " ",
    fit(clean(groupOf(run, last)), 12, glyphs.more),
  );
}

function listLines(journal: JournalModel, runs: readonly RunSummary[], look: Look, height: number): Line[] {
  const last = lastColumn(journal.group);
  const current = journalRun({ journal });
  const { from, to } = windowOf(runs.length, height - 1, current === undefined ? 0 : runs.indexOf(current));
  const lines = runs.slice(from, to).map((run): Line => {
    const drawing = runLine(run, last, look);
    return run === current ? [span("focus", look.glyphs.cursor), ...inTone(drawing.slice(1), "focus")] : drawing;
  });
  return [headLine(last, look), ...lines];
}

/** The run under the cursor, with nothing of it cut. */
function chosenLines(run: RunSummary, look: Look): Line[] {
  const width = look.columns;
  const targets = run.targets.map(({ label, key }) => `${clean(label)} (${clean(key)})`).join(", ");
  return [
    rule(look, run.targets.map(({ label }) => clean(label)).join(", ")),
    ...paragraph(clean(run.outcome), width, standingOf(run).tone),
    ...cut(paragraph(`${clean(run.runbook)} for ${targets}`, width), 3, look),
    ...paragraph(`by ${clean(run.operator)}`, width, "muted"),
  ];
}

/** What is said where a filter, or the name of a target that J came with, leaves no run. */
const noneText = ({ filter, filtering, items }: JournalModel): string => {
  const count = countText(items?.length ?? 0, "run");
  return `  The journal has no run with "${clean(filter)}". Esc ${filtering ? "clears the filter" : `shows all of it: ${count}`}.`;
};

/** The journal in a window of `height` lines. */
export function journalBody({ journal }: Model, look: Look, height: number): Line[] {
  const { items } = journal;
  if (items === null) return [line(""), line(`  Reading the journal${look.glyphs.more}`)];
  if (items.length === 0) return [line(""), line("  The journal is empty: nothing was ever run on this site.")];
  const search = searchLines(journal, look);
  const runs = shownRuns(journal);
  if (runs.length === 0) return [...search, line(""), ...paragraph(noneText(journal), look.columns)];
  const current = journalRun({ journal });
  const lower =
    current === undefined
      ? paragraph(clean(strayText({ journal })), look.columns, "waiting")
      : cut(chosenLines(current, look), Math.floor(height / 2), look);
  const room = height - search.length - lower.length;
  return [...search, ...fill(listLines(journal, runs, look, room), room), ...lower];
}
