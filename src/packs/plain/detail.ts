/** The detail of a target: what its runbooks list of it, and what the probes see that they name as panels. */
import type { Connections } from "../../connections/connect.ts";
import { clean } from "../../engine/words.ts";
import { fill, NO_SCOPE, type Scope } from "../../phases/expression.ts";
import { probe, type Observation } from "../../phases/read.ts";
import type { ProbeSpec, Runbook } from "../../phases/spec.ts";
import type { Json, JsonObject } from "../../ports/json.ts";
import { ok, type Result } from "../../ports/result.ts";
import { askSelection, candidates, type Candidate } from "../../runbooks/select.ts";
import type { BoardTarget, Cell, Detail, Panel, PanelLine } from "../../ui/sources.ts";

/** Rows of an answer that are shown; how many more there are is said. */
const MOST_ROWS = 12;
const NAME = 24;

const cells = (...row: readonly Cell[]): PanelLine => ({ kind: "cells", cells: row });
const pair = (name: string, text: string): PanelLine =>
  cells({ text: name, tone: "muted", width: NAME }, { text, tone: "plain", width: "rest" });

/** What the columns of the board say of it. */
const listed = (target: BoardTarget): Panel => ({
  title: "What the runbook lists",
  lines: [pair("key", clean(target.key)), ...target.reading.sources.map(({ name, says }) => pair(name, says))],
});

const textOf = (value: Json): string =>
  clean(value === null ? "none" : typeof value === "object" ? JSON.stringify(value) : String(value));

/** A row of an answer on a line, column by column. */
const rowText = (row: Json): string =>
  row === null || typeof row !== "object" || Array.isArray(row)
    ? textOf(row)
    : Object.entries(row as JsonObject)
        .map(([name, value]) => `${name} ${textOf(value)}`)
        .join(", ");

function answerLines(answer: Json): PanelLine[] {
  const rows = Array.isArray(answer) ? answer : [answer];
  const text = (each: string): PanelLine => ({ kind: "text", indent: 2, text: each, tone: "plain" });
  const rest = rows.length - MOST_ROWS;
  return [
    ...rows.slice(0, MOST_ROWS).map((row) => text(rowText(row))),
    ...(rest > 0 ? [text(`and ${rest} more rows`)] : []),
    ...(rows.length === 0 ? [text("no row")] : []),
  ];
}

/** What a probe saw: whether it is as it should be, and the answer itself. */
const seen = (title: string, { holds: isMet, says, answer }: Observation): Panel => ({
  title,
  lines: [
    cells(
      {
        text: isMet ? "as expected" : "not as expected",
        tone: isMet ? "ok" : "waiting",
        glyph: isMet ? "ok" : "waiting",
        width: NAME,
      },
      { text: clean(says), tone: "plain", width: "rest" },
    ),
    ...answerLines(answer),
  ],
});

/** No run is there yet: a probe that is a panel names neither facts nor an item. */
const scopeOf = ({ row }: Candidate): Scope => ({ ...NO_SCOPE, target: row });

interface Found {
  readonly panels: readonly Panel[];
  readonly missing: readonly string[];
}

/** The panels of one runbook, where it lists the target. */
async function panelsOf(runbook: Runbook, key: string, connections: Connections): Promise<Found> {
  const specs = (runbook.panels ?? []).flatMap((id): ProbeSpec[] => {
    const spec = runbook.probes[id];
    return spec === undefined ? [] : [spec];
  });
  if (specs.length === 0) return { panels: [], missing: [] };
  const rows = await askSelection(runbook, connections);
  if (!rows.ok) return { panels: [], missing: [rows.error.message] };
  const candidate = candidates(runbook, rows.value).find((each) => each.key === key);
  if (candidate === undefined) return { panels: [], missing: [] };
  const panels: Panel[] = [];
  const missing: string[] = [];
  for (const spec of specs) {
    const look = await probe(spec, scopeOf(candidate), connections);
    if (look.ok) panels.push(seen(clean(fill(spec.title, scopeOf(candidate))), look.value));
    else missing.push(`${clean(spec.title)}: ${look.error.message}`);
  }
  return { panels, missing };
}

/** Everything that is known of one target. What does not answer is named, the rest is shown. */
export async function readDetail(
  connections: Connections,
  target: BoardTarget,
  runbooks: readonly Runbook[],
): Promise<Result<Detail, string>> {
  const all: Found[] = [];
  for (const runbook of runbooks) all.push(await panelsOf(runbook, target.key, connections));
  return ok({
    panels: [listed(target), ...all.flatMap(({ panels }) => panels)],
    missing: all.flatMap(({ missing }) => missing),
  });
}
