/** The rows of a preview as a table: for readers that say once what is the same in all rows, and each row on a line. */
import type { CellDiff, ChangePreview } from "../ports/sql.ts";
import { clean } from "../text/sentence.ts";
import { valueText } from "./diff-lines.ts";

/** What becomes of a column of one row. */
export interface RowCell {
  readonly column: string;
  readonly before: string;
  readonly after: string;
}

export interface TableRow {
  readonly key: string;
  readonly cells: readonly RowCell[];
}

/** All rows of one table that a statement changes. */
export interface RowTable {
  readonly table: string;
  /** The columns of the key, as text. */
  readonly by: string;
  readonly rows: readonly TableRow[];
}

/** A value that is longer has lines of its own. */
const LONGEST = 80;

function cellOf({ column, before, after, at_commit: isLate }: CellDiff): RowCell {
  return {
    column: clean(column),
    before: valueText(before),
    after: isLate === true ? "(at commit)" : valueText(after),
  };
}

/** The table of a preview; null where it says more than a table of whole rows can. */
export function rowTable({ blind, others = [], table, key_columns: keys, by, diff }: ChangePreview): RowTable | null {
  if (blind !== undefined || others.length > 0 || by !== undefined || diff === undefined) return null;
  const { verb, changed, unchanged, rows } = diff;
  if (verb !== "update" || unchanged > 0 || rows.length !== changed) return null;
  if (rows.some(({ new_key: key, cells }) => key !== undefined || cells.length === 0)) return null;
  const lines = rows.map(({ key, cells }) => ({ key: key.map(clean).join("/"), cells: cells.map(cellOf) }));
  const texts = lines.flatMap(({ cells }) => cells.flatMap(({ before, after }) => [before, after]));
  if (texts.some((text) => text.length > LONGEST)) return null;
  return { table: clean(table), by: keys.map(clean).join(", "), rows: lines };
}
