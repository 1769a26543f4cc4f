/** The rows of a preview for a page with keys: a line for a row where it has room, and what is the same of all said once. */
import { findKind } from "../phases/kinds/index.ts";
import type { DocumentStep } from "./approval-document.ts";
import { MOST_ROWS } from "./document-lines.ts";

/** How far the lines of a step stand behind its title. */
export const INDENT = "   ";

/** Lines of a preview: the rows, and behind them what happens beside these or is not known of them. */
export interface Rows {
  readonly rows: readonly string[];
  readonly notes: readonly string[];
}

/** The preview of a step, for a page of so many columns. */
export function rowsOf({ kind, preview }: DocumentStep, width: number): Rows {
  const options = { width: width - INDENT.length - 2, most: MOST_ROWS };
  const lines = preview === null ? [] : (findKind(kind)?.previewLines(preview, options) ?? []);
  const index = lines.findIndex((text) => text.startsWith("!"));
  const rows = index === -1 ? lines : lines.slice(0, index);
  return { rows: joinKeys(rows, options.width), notes: index === -1 ? [] : lines.slice(index) };
}

/** A column of a row that changes, on a line of its own. */
const CELL = /^ {4}\S/u;
/** Whatever begins at the edge where keys stand: rather too many than a row that is not counted. */
const KEY = /^ {2}\S/u;

/** Previews that have not as many rows: columns that become the same in every row of all of them are said once. */
export function cellsOnce(previews: readonly Rows[]): {
  readonly previews: readonly Rows[];
  readonly alike: readonly string[];
} {
  const all = previews.flatMap(({ rows }) => rows);
  const keys = all.filter((text) => KEY.test(text)).length;
  const isUneven = previews.some(({ rows }) => rows.length !== previews[0]?.rows.length);
  const isEach = (text: string): boolean =>
    CELL.test(text) && text.includes(" -> ") && all.filter((each) => each === text).length === keys;
  const texts = isUneven && keys > 1 ? [...new Set(all.filter(isEach))] : [];
  return {
    previews: previews.map(({ rows, notes }) => ({ rows: rows.filter((text) => !texts.includes(text)), notes })),
    alike: texts.map((text) => text.trim().replace(/ {2,}/u, " ")),
  };
}

/** A key of a single row stands before its first column, where both have the room of one line. */
function joinKeys(lines: readonly string[], width: number): string[] {
  return lines.reduce<string[]>((texts, text) => {
    const key = texts.at(-1) ?? "";
    const isKey = /^ {2}[^\s,]+$/u.test(key) && /^ {4}\S/u.test(text);
    const whole = `${key}${text.slice(2)}`;
    return isKey && whole.length <= width ? [...texts.slice(0, -1), whole] : [...texts, text];
  }, []);
}
