/**
 * A change's preview as lines: what becomes of which row, and what it sets off. Rows that change
 * alike stand together, so that a tired person sees at once which one does not. Made for 80 columns; no escape byte.
 */
import type { CellDiff, ChangePreview, RowDiff, SideEffect, TablePreview } from "../ports/sql.ts";
import { clean, countText } from "../text/sentence.ts";

export interface DiffOptions {
  readonly width?: number;
  /** At most so many lines of rows; the rest is counted. */
  readonly most?: number;
  /** Only columns whose name holds this text. */
  readonly column?: string;
  /** Only rows whose key holds this text. */
  readonly key?: string;
  /** Whether it was carried out since: what a clock decides is behind then. */
  readonly isDone?: boolean;
}

/** The lines of a whole preview. Also of one from an older journal, which knows keys alone. */
export function previewLines(preview: ChangePreview, options: DiffOptions = {}): string[] {
  const width = options.width ?? 80;
  if (preview.blind !== undefined) {
    return wrap(`NO PREVIEW: ${clean(preview.blind)}.`, width, "");
  }
  const tables = [preview, ...(preview.others ?? [])];
  const lines = tables.flatMap((table) => tableLines(table, options));
  if (preview.timed === true) lines.push(...wrap(`! ${TIMED}`, width, "  "));
  for (const { says } of (preview.effects ?? []).filter((effect) => !isShown(effect, tables)))
    lines.push(...wrap(`! ${clean(says)}`, width, "  "));
  const conflicts = preview.conflicts ?? [];
  if (conflicts.length > 0) {
    lines.push(
      `! ${countText(conflicts.length, "row is not as it was left, and stays as it is", "rows are not as they were left, and stay as they are")}:`,
    );
    lines.push(...keyLines(conflicts, width, "    ", 4));
  }
  return lines;
}

const TIMED = "the clock has a say in which rows match: rows that match only after this page are left alone";

/** Whether a table of the page says it already: the rows that a foreign key reaches, or that it reaches none. */
const isShown = ({ kind, table, rows }: SideEffect, tables: readonly TablePreview[]): boolean =>
  kind === "cascade" && (rows === 0 || tables.some((preview) => preview.by !== undefined && preview.table === table));

const HEADS = { update: "change", delete: "DELETE", insert: "insert" } as const;

function tableLines(table: TablePreview, options: DiffOptions): string[] {
  const width = options.width ?? 80;
  const name = clean(table.table);
  const { diff } = table;
  const byKey = `by ${table.key_columns.map(clean).join(", ")}`;
  if (diff === undefined)
    return [`${name}: ${countText(table.matched, "row")}, ${byKey}`, ...keyLines(table.keys, width, "    ", 4)];
  const unchangedText = diff.unchanged > 0 ? `; ${diff.unchanged} matched but stay as they are` : "";
  const { by = [] } = table;
  const through =
    by.length === 0 ? "" : `, through the foreign key${by.length === 1 ? "" : "s"} ${by.map(clean).join(", ")}`;
  const head = `${HEADS[diff.verb]} ${countText(diff.changed, "row")} of ${name}, ${byKey}${through}${unchangedText}`;
  const lines = wrap(head, width, "  ");
  const groups = groupsOf(diff.rows, options);
  let room = options.most ?? 40;
  let hidden = 0;
  for (const group of groups) {
    const parts = groupLines(group, { verb: diff.verb, width, isDone: options.isDone === true });
    if (room > 0) lines.push(...parts);
    else hidden += group.rows.length;
    room -= parts.length;
  }
  const beyond = diff.changed - diff.rows.length + hidden;
  if (beyond > 0 && options.column === undefined && options.key === undefined)
    lines.push(...summaryLines(table, beyond, { width, isDone: options.isDone === true }));
  return lines;
}

interface Group {
  readonly rows: RowDiff[];
  readonly cells: readonly CellDiff[];
}

/** Rows whose shown columns change alike; what is decided at commit counts as alike. */
function groupsOf(rows: readonly RowDiff[], { column, key }: DiffOptions): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    if (key !== undefined && !row.key.join("/").includes(key)) continue;
    const cells = row.cells.filter((cell) => column === undefined || cell.column.includes(column));
    if (cells.length === 0) continue;
    const name = JSON.stringify([
      cells.map((cell) => (cell.at_commit === true ? [cell.column] : [cell.column, cell.before, cell.after])),
      row.new_key ?? null,
    ]);
    const group = groups.get(name) ?? { rows: [], cells };
    group.rows.push(row);
    groups.set(name, group);
  }
  return [...groups.values()];
}

function groupLines({ rows, cells }: Group, { verb, width, isDone }: Omit<CellLook, "pad">): string[] {
  const lines = keyLines(
    rows.map(({ key }) => key),
    width,
    "  ",
    3,
  );
  const change = rows[0]?.new_key;
  if (change !== undefined) lines.push(`    KEY      -> ${change.map(clean).join("/")}`);
  const visibleCells =
    verb === "update" ? cells : cells.filter(({ before, after, at_commit }) => at_commit ?? (before ?? after) !== null);
  const pad = Math.min(24, Math.max(...visibleCells.map(({ column }) => clean(column).length), 0));
  for (const cell of visibleCells) lines.push(...cellLines(cell, { verb, pad, width, isDone }));
  return lines;
}

/** What the server, a clock or chance decided at the commit; `sample`: what the preview had there. */
export const doneText = (sample: string | null): string =>
  sample !== null && /^\d{4}-\d\d-\d\d/u.test(sample) ? "time of the commit" : "decided at the commit";

interface CellLook {
  readonly verb: "update" | "delete" | "insert";
  readonly pad: number;
  readonly width: number;
  readonly isDone: boolean;
}

function cellLines(cell: CellDiff, { verb, pad, width, isDone }: CellLook): string[] {
  const lead = `    ${clean(cell.column).padEnd(pad)}  `;
  const before = valueText(cell.before);
  const after = cell.at_commit === true ? (isDone ? doneText(cell.after) : "(at commit)") : valueText(cell.after);
  if (verb !== "update") return [lead + cut(verb === "insert" ? after : before, width - lead.length)];
  const pair = `${lead}${before} -> ${after}`;
  if (pair.length <= width) return [pair];
  const room = width - lead.length - 3;
  return [`${lead}${cut(before, room)}`, `${" ".repeat(lead.length)}-> ${cut(after, room)}`];
}

/** A value so that NULL, an empty text and blanks at the ends can be told apart. */
export function valueText(value: string | null): string {
  if (value === null) return "NULL";
  const text = clean(value);
  return text === "" || text === "NULL" || text !== text.trim() ? `'${text}'` : text;
}

const cut = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, Math.max(room - 3, 8))}...`;

/** Keys, as many as fit on `limit` lines; they stand unbroken, for copying. */
function keyLines(keys: readonly (readonly string[])[], width: number, indent: string, limit: number): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const [index, key] of keys.entries()) {
    const text = key.map(clean).join("/");
    const piece = index === keys.length - 1 ? text : `${text}, `;
    if (line !== indent && line.length + piece.trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = indent;
    }
    if (lines.length === limit) return [...lines, `${indent}and ${keys.length - index} more`];
    line += piece;
  }
  return line === indent ? lines : [...lines, line.trimEnd()];
}

function summaryLines(
  { diff, keys }: TablePreview,
  beyond: number,
  { width, isDone }: Pick<CellLook, "width" | "isDone">,
): string[] {
  const lines = [`  ${countText(beyond, "more row")}; all ${keys.length} by column:`];
  for (const { column, rows, at_commit, different, commonest } of diff?.columns ?? []) {
    const [first] = commonest;
    const example = at_commit
      ? isDone
        ? doneText(first?.after ?? null)
        : "at commit"
      : first === undefined
        ? ""
        : `${valueText(first.before)} -> ${valueText(first.after)} (${first.rows})`;
    const rest = different > 1 && !at_commit ? `, ${countText(different - 1, "other change")}` : "";
    lines.push(cut(`    ${clean(column)}: ${countText(rows, "row")}: ${example}${rest}`, width));
  }
  return lines;
}

/** Breaks a sentence between words. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
