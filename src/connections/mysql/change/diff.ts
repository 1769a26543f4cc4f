/** Turns rows before and after into what a person is shown, and into the digests that an approval is bound to. */
import type { CellDiff, ColumnDiff, RowDiff, TableDiff, TablePreview } from "../../../ports/sql.ts";
import { shownText } from "./columns.ts";
import { keyPlaces } from "./images.ts";
import { digestRows, digestTexts, equalRows, rowTexts, type Row } from "./row.ts";
import type { TableImage } from "./trial.ts";
import type { TableTarget } from "./targets.ts";

/** Rows shown one by one; the rest is summed up by column. */
const MOST_ROWS = 200;
/** Characters of one value that are kept for showing, and of all values of a table together. */
export const MOST_TEXT = 500;
const MOST_ALL = 256 * 1024;
const COMMONEST = 3;

/** Stands for a part of a key that the server decides at commit. */
const AT_COMMIT = "at commit";

/** What one table's rows look like to the person who approves. */
export function tablePreview(image: TableImage): TablePreview {
  const { target, by } = image;
  const { info } = target;
  const keys = maskedKeys(image);
  return {
    table: info.label,
    ...(by.length > 0 ? { by } : {}),
    key_columns: info.keyColumns,
    keys,
    matched: keys.length,
    diff: diffOf(image, keys),
  };
}

function maskedKeys({ target, keys }: TableImage): (readonly string[])[] {
  const places = keyPlaces(target.info.columns, target.info.keyColumns);
  if (!places.some((place) => target.volatile.has(place))) return [...keys];
  return keys.map((key) => key.map((part, index) => (target.volatile.has(places[index] ?? -1) ? AT_COMMIT : part)));
}

/** Columns that move only when something else in the row does. */
function passive({ info, assignments }: TableTarget): ReadonlySet<number> {
  const set = new Set(assignments.map(({ column }) => column.toLowerCase()));
  return new Set(
    info.columns.flatMap(({ name, onUpdate, generated: isGenerated }, place) =>
      (onUpdate || isGenerated) && !set.has(name.toLowerCase()) ? [place] : [],
    ),
  );
}

/** Places of the columns to show for one row, of `places`; none for a row that stays as it is. */
function changing(
  { target, oldRows, newRows }: TableImage,
  index: number,
  idle: ReadonlySet<number>,
  places: readonly number[],
): readonly number[] {
  const [oldRow, newRow] = [oldRows?.[index], newRows?.[index]];
  if (oldRow === undefined || newRow === undefined) return places;
  const { volatile } = target;
  const moves = (place: number): boolean =>
    oldRow[place] !== newRow[place] || (volatile.has(place) && !idle.has(place));
  // A column that only follows the others is shown where the others move.
  return places.some(moves) ? places.filter((place) => moves(place) || volatile.has(place)) : [];
}

/** All rows after the change, but for what is decided at commit. New rows have no order: keys may be among that. */
export function digestAfter({ target, oldRows, newRows }: Pick<TableImage, "target" | "oldRows" | "newRows">): string {
  const texts = rowTexts(newRows ?? [], target.volatile);
  return digestTexts(oldRows === null ? texts.toSorted() : texts);
}

function diffOf(image: TableImage, keys: readonly (readonly string[])[]): TableDiff {
  const { target, oldRows, newRows } = image;
  const idle = passive(target);
  const allPlaces = target.info.columns.map((_, place) => place);
  const places = keys.map((_, index) => changing(image, index, idle, allPlaces));
  const changedCount = places.filter((rowPlaces) => rowPlaces.length > 0).length;
  return {
    verb: oldRows === null ? "insert" : newRows === null ? "delete" : "update",
    changed: changedCount,
    unchanged: keys.length - changedCount,
    rows: firstRows(image, keys, places),
    columns: summary(image, places),
    // An approval holds the rows to these: all of them before, and after it what is not decided at commit.
    before: digestRows(oldRows ?? []),
    after: digestAfter(image),
  };
}

function firstRows(
  image: TableImage,
  keys: readonly (readonly string[])[],
  places: readonly (readonly number[])[],
): RowDiff[] {
  const rows: RowDiff[] = [];
  let budget = MOST_ALL;
  for (const [index, key] of keys.entries()) {
    if (rows.length >= MOST_ROWS || budget <= 0) break;
    const cells = cellsOf(image, index, places[index]);
    if (cells.length === 0) continue;
    budget -= cells.reduce(
      (sum, { before: oldText, after: newText }) => sum + lengthOf(oldText) + lengthOf(newText),
      0,
    );
    rows.push({ key, ...movedKey(image, index), cells });
  }
  return rows;
}

/** The new key of a row that changes it. */
function movedKey(image: TableImage, index: number): Pick<RowDiff, "new_key"> {
  const key = newKey(image, index);
  return key === null ? {} : { new_key: key };
}

const cellsOf = (image: TableImage, index: number, places: readonly number[] = []): CellDiff[] =>
  places.map((place) => cell(image, index, place));

const lengthOf = (text: string | null): number => text?.length ?? "NULL".length;

function newKey({ target, keys, oldRows, newRows }: TableImage, index: number): readonly string[] | null {
  if (oldRows === null || newRows === null) return null;
  const places = keyPlaces(target.info.columns, target.info.keyColumns);
  const current = places.map((place) => newRows[index]?.[place] ?? "");
  return equalRows(current, keys[index]) ? null : current;
}

function cell({ target, oldRows, newRows }: TableImage, index: number, place: number): CellDiff {
  const column = target.info.columns[place] as TableTarget["info"]["columns"][number];
  const { name } = column;
  const show = (row: Row | undefined): string | null => shownText(column, row?.[place] ?? null);
  const [oldText, newText] = clip(show(oldRows?.[index]), show(newRows?.[index]));
  const base = { column: name, before: oldText, after: newText };
  return newRows !== null && target.volatile.has(place) ? { ...base, at_commit: true } : base;
}

/** Long values are cut to where they begin to differ. */
function clip(oldText: string | null, newText: string | null): [string | null, string | null] {
  if (isShort(oldText) && isShort(newText)) return [oldText, newText];
  const from = Math.max(0, commonLength(oldText ?? "", newText ?? "") - 40);
  return [cut(oldText, from), cut(newText, from)];
}

const isShort = (text: string | null): boolean => text === null || text.length <= MOST_TEXT;

/** How many characters two texts begin with alike. */
function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function cut(text: string | null, from: number): string | null {
  if (text === null || text.length <= MOST_TEXT) return text;
  const rest = text.length - from - MOST_TEXT;
  return `${from > 0 ? "…" : ""}${text.slice(from, from + MOST_TEXT)}${rest > 0 ? `… (${text.length} characters)` : ""}`;
}

/** A value before and after, and in how many rows it changes so. */
interface Pair {
  readonly before: string | null;
  readonly after: string | null;
  rows: number;
}

function summary(image: TableImage, places: readonly (readonly number[])[]): ColumnDiff[] {
  return image.target.info.columns.flatMap((column, place) => {
    const pairs = pairsOf(image, places, place);
    const rows = pairs.reduce((sum, pair) => sum + pair.rows, 0);
    if (rows === 0) return [];
    const topPairs = pairs.sort((a, b) => b.rows - a.rows).slice(0, COMMONEST);
    const commonest = topPairs.map((pair) => {
      const [oldText, newText] = clip(shownText(column, pair.before), shownText(column, pair.after));
      return { before: oldText, after: newText, rows: pair.rows };
    });
    const at_commit = image.target.volatile.has(place) && image.newRows !== null;
    return [{ column: column.name, rows, at_commit, different: pairs.length, commonest }];
  });
}

/** Each pair of values of one column, in the order in which it is first met. */
function pairsOf({ oldRows, newRows }: TableImage, places: readonly (readonly number[])[], place: number): Pair[] {
  const pairs = new Map<string, Pair>();
  // Most columns get the same value in many rows, one after the other.
  let last: Pair | undefined;
  for (const [index, rowPlaces] of places.entries()) {
    if (!rowPlaces.includes(place)) continue;
    const [oldText, newText] = [valueAt(oldRows, index, place), valueAt(newRows, index, place)];
    if (last?.before !== oldText || last.after !== newText) last = pairIn(pairs, oldText, newText);
    last.rows += 1;
  }
  return [...pairs.values()];
}

const valueAt = (rows: readonly Row[] | null, index: number, place: number): string | null =>
  rows?.[index]?.[place] ?? null;

function pairIn(pairs: Map<string, Pair>, oldText: string | null, newText: string | null): Pair {
  const key = `${oldText === null ? "" : `=${oldText}`}\0${newText === null ? "" : `=${newText}`}`;
  const pair = pairs.get(key) ?? { before: oldText, after: newText, rows: 0 };
  pairs.set(key, pair);
  return pair;
}
