/**
 * What the board said when it was looked at last, for the time in which the database does not answer: somebody who waits sees
 * what it was about. Its rows are words; no key can act on them.
 */
import { clean } from "../../engine/words.ts";
import { cells, fit, middle } from "../cells.ts";
import { cut, paragraph } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { Model } from "../model.ts";
import type { LastLook } from "../sources.ts";
import type { Look } from "../theme.ts";
import { shownRows } from "./rows.ts";

/** So many rows are remembered: more than a window shows. */
const MOST_ROWS = 100;

/** What is remembered of the board on the screen, without what a filter hides. */
export const lastLookOf = (model: Model, atMs: number): LastLook => ({
  atMs,
  rows: shownRows(model)
    .slice(0, MOST_ROWS)
    .map(({ status, name, operation }) => ({ status, name, operation })),
});

/** Widest name, in cells. */
const NAME = 32;
const STATUS = 24;

/** The last look in a window of `height` lines: all of it dimmed, with its day and time. */
export function lastLookLines({ atMs, rows }: LastLook, look: Look, height: number): Line[] {
  const [day = "", time = ""] = new Date(atMs).toISOString().split(/[T.]/u);
  const title = `  What the board said on ${day} at ${time}Z; it may be otherwise now, and no key acts on it:`;
  const name = Math.min(NAME, Math.max(...rows.map((row) => cells(clean(row.name)))));
  const lines = rows.map((row) =>
    line(
      span(
        "muted",
        `   ${fit(`${look.glyphs.doubt} was ${clean(row.status)}`, STATUS, look.glyphs.more)} ${fit(middle(clean(row.name), name, look.glyphs.more), name)} ${clean(row.operation)}`.trimEnd(),
      ),
    ),
  );
  return rows.length === 0
    ? []
    : cut([line(""), ...paragraph(title, look.columns, "muted", 2), ...lines], height, look);
}
