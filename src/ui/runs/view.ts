/** The runs that were, newest first. */
import { clean } from "../../engine/words.ts";
import { fit } from "../cells.ts";
import { windowOf } from "../layout.ts";
import { inTone, line, span, type Line, type Tone } from "../line.ts";
import type { Model } from "../model.ts";
import { groupOf, shownRuns } from "./rows.ts";
import type { RunSummary } from "../sources.ts";
import type { Look } from "../theme.ts";

const toneOf = (run: RunSummary): Tone =>
  run.doubts.length > 0
    ? "unknown"
    : run.status === "closed"
      ? run.outcome.startsWith("done")
        ? "ok"
        : "danger"
      : "waiting";
const glyphOf = (run: RunSummary, { glyphs }: Look): string =>
  run.doubts.length > 0
    ? glyphs.doubt
    : run.status === "closed"
      ? run.outcome.startsWith("done")
        ? glyphs.ok
        : glyphs.bad
      : glyphs.waiting;

export function journalBody(model: Model, look: Look, height: number): Line[] {
  const { items: all, at, filter, filtering, group } = model.journal;
  const items = shownRuns(model.journal);
  if (all === null) return [line(""), line(`  Reading the journal${look.glyphs.more}`)];
  const grouped = group === "newest" ? "" : `grouped by ${group === "target" ? look.words.target : group}`;
  const filtered = filter !== "" || filtering;
  const search = [
    ...(filtered ? [line(span("accent", "filter: "), clean(filter), filtering ? look.glyphs.cursor : "")] : []),
    ...(grouped === "" ? [] : [line(span("accent", grouped))]),
  ];
  // The last column is the operator, unless the runs are grouped by what no column shows.
  const last = group === "runbook" ? "runbook" : "operator";
  if (all.length > 0 && items.length === 0)
    return [...search, line(""), line("  No run fits the filter. Esc clears it.")];
  if (all.length === 0) return [line(""), line("  The journal is empty: nothing was ever run on this site.")];
  const outcome = Math.max(18, look.columns - 2 - 22 - 18 - 12 - 4);
  const head = line(
    span(
      "muted",
      `  ${fit("RUN (UTC)", 22)}${fit("OUTCOME", outcome)}${fit(look.words.target.toUpperCase(), 18)} ${fit(last.toUpperCase(), 12)}`,
    ),
  );
  const { from, to } = windowOf(items.length, height - 1 - search.length, at);
  const lines = items.slice(from, to).map((run, index): Line => {
    const names = run.targets.map(({ label }) => clean(label));
    const who = names.length > 2 ? `${names.length} ${look.words.targets}` : names.join(", ");
    const made = line(
      "  ",
      fit(run.run_id, 22),
      span(toneOf(run), fit(`${glyphOf(run, look)} ${clean(run.outcome)}`, outcome, look.glyphs.more)),
      fit(who, 18, look.glyphs.more),
      " ",
      fit(clean(groupOf(run, last)), 12, look.glyphs.more),
    );
    return from + index === at ? [span("focus", look.glyphs.cursor), ...inTone(made.slice(1), "focus")] : made;
  });
  return [...search, head, ...lines];
}
