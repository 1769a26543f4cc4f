/** Rows of a query as aligned text. */
import { valueText } from "../phases/diff-lines.ts";
import { clean, countText } from "../engine/words.ts";

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const WIDEST = 40;

/** A header, a rule, the rows, and how many there are. */
export function tableLines({ columns, rows }: Table): string[] {
  const texts = rows.map((row) => row.map((value) => cut(valueText(value))));
  const heads = columns.map((name) => cut(clean(name)));
  const widths = heads.map((head, index) =>
    texts.reduce((width, row) => Math.max(width, (row[index] ?? "").length), head.length),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  const count = countText(rows.length, "row");
  if (columns.length === 0) return [count];
  return [line(heads), widths.map((width) => "-".repeat(width)).join("  "), ...texts.map(line), count];
}

const cut = (text: string): string => (text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 3)}...`);
