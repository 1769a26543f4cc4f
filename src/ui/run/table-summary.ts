/** What a run changed in the database on one or two screens: a block for each table, over all its statements. */
import { UNDOABLE } from "../../engine/receipt-text.ts";
import type { ColumnChange, TableChange } from "../../engine/table-changes.ts";
import { clean, countText } from "../../engine/words.ts";
import { doneText, valueText } from "../../phases/diff-lines.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line, type Tone } from "../line.ts";

const VERBS: Readonly<Record<TableChange["verb"], string>> = { update: "changed", delete: "DELETED", insert: "added" };

/** Different values of a column that stand each for itself. */
const VALUES_MOST = 3;
/** Keys of rows that stand each for itself. */
const KEYS_MOST = 12;

const times = (rows: number, whole: number): string => (rows === whole ? "" : ` (${countText(rows, "row")})`);

/** Values that were replaced, each once. */
function valuesText(values: readonly (string | null)[], rest: number): string {
  const different = [...new Set(values.map(valueText))];
  const count = different.length + rest;
  return count > VALUES_MOST ? `${count} different values` : different.join(", ");
}

/** From what to what a column went; values that became the same stand together. */
function columnText(
  { column, rows, isVolatile, pairs, rest }: ColumnChange,
  { verb, rows: whole }: TableChange,
): string {
  const name = `${clean(column)}${times(rows, whole)}: `;
  const before = valuesText(
    pairs.map((pair) => pair.before),
    rest,
  );
  if (verb === "delete") return name + before;
  const lead = verb === "insert" ? name : `${name}${before} -> `;
  if (isVolatile) return lead + doneText(pairs[0]?.after ?? null);
  const afters = new Set(pairs.map((pair) => pair.after));
  if (afters.size <= 1 || verb === "insert" || pairs.length + rest > VALUES_MOST)
    return lead + valuesText([...afters], afters.size > 1 ? rest : 0);
  return name + pairs.map((pair) => `${valueText(pair.before)} -> ${valueText(pair.after)}`).join(", ");
}

const TONES: Readonly<Partial<Record<TableChange["undoable"], Tone>>> = { no: "danger", yes: "ok" };

function tableLines(change: TableChange, width: number): Line[] {
  const { table, verb, rows, keys, key_columns: keyColumns, columns, undoable, reason } = change;
  const head = `${clean(table)}: ${countText(rows, "row")} ${VERBS[verb]}; ${UNDOABLE[undoable]}${reason === "" ? "" : `: ${clean(reason)}`}`;
  const names = keys.slice(0, KEYS_MOST).map((key) => key.map(clean).join("/"));
  const restText = keys.length > KEYS_MOST ? ` and ${keys.length - KEYS_MOST} more` : "";
  const keyText = `by ${keyColumns.map(clean).join(", ")}: ${names.join(", ")}${restText}`;
  return [
    ...paragraph(head, width, TONES[undoable] ?? "waiting", 2),
    ...paragraph(`  ${keyText}`, width, "muted", 4),
    ...columns.flatMap((column) => paragraph(`  ${columnText(column, change)}`, width, "plain", 4)),
  ];
}

/** All tables, with how many rows of how many there are. */
export function tableSummary(changes: readonly TableChange[], width: number): Line[] {
  const rows = changes.reduce((sum, change) => sum + change.rows, 0);
  const tables = new Set(changes.map(({ table }) => table)).size;
  if (rows === 0) return [line("No row of the database was changed by it, as its journal says.")];
  const head = `In the database: ${countText(rows, "row")} of ${countText(tables, "table")}`;
  return [line(span("strong", head)), ...changes.flatMap((change) => tableLines(change, width))];
}
