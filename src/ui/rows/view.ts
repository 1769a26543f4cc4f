/** The rows of a page or of a step, one under the other: what becomes of each, and what else stands in it. */
import { valueText } from "../../phases/diff-lines.ts";
import { clean, countText } from "../../engine/words.ts";
import type { CellDiff, TablePreview } from "../../ports/sql.ts";
import { cells } from "../cells.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { RowsModel } from "../model.ts";
import type { Look } from "../theme.ts";
import { nameOf, pickRows, type PickedRow } from "./parts.ts";

const DONE = { update: "change", delete: "DELETE", insert: "insert" } as const;

/** Made once for each model and width: a page of 10 000 keys is not built anew for every key that is pressed. */
const drawings = new WeakMap<RowsModel, { readonly width: number; readonly lines: Line[] }>();

export function rowsLines(rows: RowsModel, look: Look): Line[] {
  const drawing = drawings.get(rows);
  if (drawing?.width === look.columns) return drawing.lines;
  const lines = [
    ...headLines(rows, look),
    ...rows.parts.flatMap((part, index) => partLines(rows, index, look.columns)),
  ];
  drawings.set(rows, { width: look.columns, lines });
  return lines;
}

function headLines(rows: RowsModel, look: Look): Line[] {
  const tables = rows.parts.flatMap((part) => part.tables);
  const total = tables.reduce((sum, { keys }) => sum + keys.length, 0);
  const hits = tables.reduce((sum, table) => sum + pickRows(table, rows.filter).length, 0);
  const amount = rows.filter === "" ? `all ${countText(total, "row")}` : `${hits} of ${countText(total, "row")}`;
  const filter = rows.filtering
    ? line("Filter by key or column: ", span("strong", `${clean(rows.filter)}${look.glyphs.cursor}`), `  ${amount}`)
    : line(rows.filter === "" ? "" : span("strong", `Filter: ${clean(rows.filter)}  `), amount);
  const remark = rows.unchanged === "off" ? [] : paragraph(besideSaid(rows), look.columns, "muted");
  return [filter, ...remark];
}

function besideSaid({ unchanged: status, trouble }: RowsModel): string {
  if (trouble !== "") return `The other columns could not be read: ${clean(trouble)}`;
  if (status === "asked") return "Reading the other columns";
  return "= what else stands in the row now, read beside the preview and no part of what is approved";
}

function partLines(rows: RowsModel, index: number, width: number): Line[] {
  const part = rows.parts[index];
  if (part === undefined) return [];
  return [
    line(""),
    ...paragraph(clean(part.title), width, "strong"),
    ...part.tables.flatMap((table) => tableLines(rows, table, width)),
  ];
}

function tableLines(rows: RowsModel, table: TablePreview, width: number): Line[] {
  const matches = pickRows(table, rows.filter);
  const { diff } = table;
  const verb = diff === undefined ? "match" : DONE[diff.verb];
  const head = `${verb} ${countText(diff?.changed ?? table.matched, "row")} of ${clean(table.table)}, by ${table.key_columns.map(clean).join(", ")}`;
  const lines = paragraph(head, width, "accent", 2);
  if (matches.length === 0) return [...lines, line(span("muted", "  no row of it has this in its key or columns"))];
  // With the rest of the row beside it, every row stands alone; otherwise bare keys stand together.
  const whole = matches.filter((row) => row.cells.length > 0 || nowOf(rows, table, row) !== undefined);
  for (const row of whole) lines.push(...rowLines(rows, table, row, width));
  const bare = matches.filter((row) => !whole.includes(row));
  if (bare.length === 0) return lines;
  lines.push(...summaryLines(table, bare.length, width), ...keyLines(bare, width));
  return lines;
}

const nowOf = (rows: RowsModel, table: TablePreview, { key }: PickedRow) =>
  rows.now[table.table]?.rows.get(nameOf(key));

interface Whole {
  readonly column: string;
  readonly value: string | null;
}

/** The cells that change in a row, also those that the filter hides. */
const changing = ({ diff }: TablePreview, { key }: PickedRow): readonly CellDiff[] =>
  diff?.rows.find((row) => nameOf(row.key) === nameOf(key))?.cells ?? [];

/** What else stands in a row that was read: neither its key nor what changes. */
function restOf(rows: RowsModel, table: TablePreview, row: PickedRow): Whole[] {
  const values = nowOf(rows, table, row);
  if (rows.unchanged === "off" || values === undefined || values === null) return [];
  // A column that changes but was filtered out is not "what else stands there".
  const cells = [...row.cells, ...changing(table, row)];
  const names = new Set([...table.key_columns, ...cells.map(({ column }) => column)]);
  const columns = rows.now[table.table]?.columns ?? [];
  return columns.flatMap((column, index) => (names.has(column) ? [] : [{ column, value: values[index] ?? null }]));
}

/** One of the other columns; `isTouched`: the change may be one of this, too. */
function restLines({ column, value }: Whole, isTouched: boolean, pad: number, width: number): Line[] {
  const says = isTouched ? "  (a column that the change touches)" : "";
  const text = `  = ${clean(column).padEnd(pad)}  ${valueText(value)}${says}`;
  return paragraph(text, width, isTouched ? "waiting" : "muted", 6 + pad);
}

function rowLines(rows: RowsModel, table: TablePreview, row: PickedRow, width: number): Line[] {
  const rest = restOf(rows, table, row);
  const names = [...row.cells, ...rest].map(({ column }) => cells(clean(column)));
  const pad = Math.min(24, Math.max(0, ...names));
  // Where the preview keeps only a row's key, it is not known here which of these columns change in it.
  const columns = changing(table, row).length > 0 ? [] : (table.diff?.columns ?? []).map(({ column }) => column);
  const isGone = nowOf(rows, table, row) === null && rows.unchanged !== "off";
  return [
    ...paragraph(`  ${row.key.map(clean).join("/")}`, width, "strong", 4),
    ...row.cells.flatMap((cell) => cellLines(cell, table.diff?.verb ?? "update", pad, width)),
    ...rest.flatMap((whole) => restLines(whole, columns.includes(whole.column), pad, width)),
    ...(isGone ? [line(span("waiting", "  = no row has this key now"))] : []),
  ];
}

function cellLines(cell: CellDiff, verb: "update" | "delete" | "insert", pad: number, width: number): Line[] {
  const value = cell.at_commit === true ? "(at commit)" : valueText(cell.after);
  const says =
    verb === "update" ? `${valueText(cell.before)} -> ${value}` : verb === "insert" ? value : valueText(cell.before);
  return paragraph(`    ${clean(cell.column).padEnd(pad)}  ${says}`, width, "plain", 6 + pad);
}

function summaryLines({ diff, keys }: TablePreview, bare: number, width: number): Line[] {
  if (diff === undefined || diff.changed <= diff.rows.length)
    return paragraph(
      `  ${countText(bare, "row that stays as it is", "rows that stay as they are")}, by key:`,
      width,
      "muted",
      4,
    );
  const lines = paragraph(`  all ${keys.length} rows by column:`, width, "muted", 4);
  for (const { column, rows, at_commit, different, commonest } of diff.columns) {
    const [first] = commonest;
    const example =
      at_commit || first === undefined
        ? "at commit"
        : `${valueText(first.before)} -> ${valueText(first.after)} (${first.rows})`;
    const rest = different > 1 && !at_commit ? `, ${countText(different - 1, "other change")}` : "";
    lines.push(...paragraph(`    ${clean(column)}: ${countText(rows, "row")}: ${example}${rest}`, width, "plain", 6));
  }
  return [
    ...lines,
    ...paragraph(`  ${countText(bare, "row")} by key alone; u reads what stands in them:`, width, "muted", 4),
  ];
}

/** Keys, unbroken, as many on a line as fit. */
function keyLines(rows: readonly PickedRow[], width: number): Line[] {
  const lines: string[] = [];
  let open = "   ";
  for (const { key } of rows) {
    const text = key.map(clean).join("/");
    if (open.trim() !== "" && cells(open) + 2 + cells(text) > width) {
      lines.push(open);
      open = "   ";
    }
    open += ` ${text},`;
  }
  return [...lines, open.replace(/,$/u, "")].map((text) => line(text));
}
