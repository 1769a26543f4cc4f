/** Turns rows before and after into what a person is shown, and into the digests that an approval is bound to. */
import type { CellDiff, ColumnDiff, RowDiff, TableDiff, TablePreview } from "../../../phases/sql-port.ts";
import { shownText } from "./columns.ts";
import { keyPlaces } from "./images.ts";
import { digestRows, digestTexts, equalRows, rowTexts, type Row } from "./row.ts";
import type { Seen } from "./trial.ts";
import type { Target } from "./targets.ts";

/** Rows shown one by one; the rest is summed up by column. */
const MOST_ROWS = 200;
/** Characters of one value that are kept for showing, and of all values of a table together. */
export const MOST_TEXT = 500;
const MOST_ALL = 256 * 1024;
const COMMONEST = 3;

/** Stands for a part of a key that the server decides at commit. */
const AT_COMMIT = "at commit";

/** What one table's rows look like to the person who approves. */
export function tablePreview(seen: Seen): TablePreview {
  const { target, by } = seen;
  const { info } = target;
  const keys = maskedKeys(seen);
  return {
    table: info.label,
    ...(by.length > 0 ? { by } : {}),
    key_columns: info.keyColumns,
    keys,
    matched: keys.length,
    diff: diffOf(seen, keys),
  };
}

function maskedKeys({ target, keys }: Seen): (readonly string[])[] {
  const places = keyPlaces(target.info.columns, target.info.keyColumns);
  if (!places.some((place) => target.volatile.has(place))) return [...keys];
  return keys.map((key) => key.map((part, at) => (target.volatile.has(places[at] ?? -1) ? AT_COMMIT : part)));
}

/** Columns that move only when something else in the row does. */
function passive({ info, assigned }: Target): ReadonlySet<number> {
  const set = new Set(assigned.map(({ column }) => column.toLowerCase()));
  return new Set(
    info.columns.flatMap(({ name, onUpdate, generated }, at) =>
      (onUpdate || generated) && !set.has(name.toLowerCase()) ? [at] : [],
    ),
  );
}

/** Places of the columns to show for one row, of `all`; none for a row that stays as it is. */
function changing(
  { target, before, after }: Seen,
  at: number,
  idle: ReadonlySet<number>,
  all: readonly number[],
): readonly number[] {
  const [old, now] = [before?.[at], after?.[at]];
  if (old === undefined || now === undefined) return all;
  const { volatile } = target;
  const moves = (place: number): boolean => old[place] !== now[place] || (volatile.has(place) && !idle.has(place));
  // A column that only follows the others is shown where the others move.
  return all.some(moves) ? all.filter((place) => moves(place) || volatile.has(place)) : [];
}

/** All rows after the change, but for what is decided at commit. New rows have no order: keys may be among that. */
export function digestAfter({ target, before, after }: Pick<Seen, "target" | "before" | "after">): string {
  const texts = rowTexts(after ?? [], target.volatile);
  return digestTexts(before === null ? texts.toSorted() : texts);
}

function diffOf(seen: Seen, keys: readonly (readonly string[])[]): TableDiff {
  const { target, before, after } = seen;
  const idle = passive(target);
  const all = target.info.columns.map((_, place) => place);
  const places = keys.map((_, at) => changing(seen, at, idle, all));
  const changed = places.filter((found) => found.length > 0).length;
  return {
    verb: before === null ? "insert" : after === null ? "delete" : "update",
    changed,
    unchanged: keys.length - changed,
    rows: firstRows(seen, keys, places),
    columns: summary(seen, places),
    // An approval holds the rows to these: all of them before, and after it what is not decided at commit.
    before: digestRows(before ?? []),
    after: digestAfter(seen),
  };
}

function firstRows(
  seen: Seen,
  keys: readonly (readonly string[])[],
  places: readonly (readonly number[])[],
): RowDiff[] {
  const rows: RowDiff[] = [];
  let left = MOST_ALL;
  for (const [at, key] of keys.entries()) {
    if (rows.length >= MOST_ROWS || left <= 0) break;
    if ((places[at] ?? []).length === 0) continue;
    const cells = (places[at] ?? []).map((place) => cell(seen, at, place));
    for (const { before, after } of cells) left -= (before?.length ?? 4) + (after?.length ?? 4);
    const moved = newKey(seen, at);
    rows.push(moved === null ? { key, cells } : { key, new_key: moved, cells });
  }
  return rows;
}

function newKey({ target, keys, before, after }: Seen, at: number): readonly string[] | null {
  if (before === null || after === null) return null;
  const places = keyPlaces(target.info.columns, target.info.keyColumns);
  const now = places.map((place) => after[at]?.[place] ?? "");
  return equalRows(now, keys[at]) ? null : now;
}

function cell({ target, before, after }: Seen, at: number, place: number): CellDiff {
  const column = target.info.columns[place] as Target["info"]["columns"][number];
  const { name } = column;
  const show = (row: Row | undefined): string | null => shownText(column, row?.[place] ?? null);
  const [old, now] = clip(show(before?.[at]), show(after?.[at]));
  const base = { column: name, before: old, after: now };
  return after !== null && target.volatile.has(place) ? { ...base, at_commit: true } : base;
}

/** Long values are cut to where they begin to differ. */
function clip(before: string | null, after: string | null): [string | null, string | null] {
  if ((before?.length ?? 0) <= MOST_TEXT && (after?.length ?? 0) <= MOST_TEXT) return [before, after];
  let from = 0;
  if (before !== null && after !== null) while (from < before.length && before[from] === after[from]) from += 1;
  from = Math.max(0, from - 40);
  const cut = (text: string | null): string | null => {
    if (text === null || text.length <= MOST_TEXT) return text;
    const rest = text.length - from - MOST_TEXT;
    return `${from > 0 ? "…" : ""}${text.slice(from, from + MOST_TEXT)}${rest > 0 ? `… (${text.length} characters)` : ""}`;
  };
  return [cut(before), cut(after)];
}

function summary(seen: Seen, places: readonly (readonly number[])[]): ColumnDiff[] {
  const found: ColumnDiff[] = [];
  for (const [place, column] of seen.target.info.columns.entries()) {
    const { name } = column;
    const pairs = new Map<string, { before: string | null; after: string | null; rows: number }>();
    let rows = 0;
    // Most columns get the same value in many rows, one after the other.
    let last: { before: string | null; after: string | null; rows: number } | undefined;
    for (const [at, shown] of places.entries()) {
      if (!shown.includes(place)) continue;
      rows += 1;
      const [before, after] = [seen.before?.[at]?.[place] ?? null, seen.after?.[at]?.[place] ?? null];
      if (last !== undefined && last.before === before && last.after === after) {
        last.rows += 1;
        continue;
      }
      const pair = `${before === null ? "" : `=${before}`}\0${after === null ? "" : `=${after}`}`;
      last = pairs.get(pair) ?? { before, after, rows: 0 };
      last.rows += 1;
      pairs.set(pair, last);
    }
    if (rows === 0) continue;
    const sorted = [...pairs.values()].sort((a, b) => b.rows - a.rows).slice(0, COMMONEST);
    const commonest = sorted.map((pair) => {
      const [before, after] = clip(shownText(column, pair.before), shownText(column, pair.after));
      return { before, after, rows: pair.rows };
    });
    const at_commit = seen.target.volatile.has(place) && seen.after !== null;
    found.push({ column: name, rows, at_commit, different: pairs.size, commonest });
  }
  return found;
}
