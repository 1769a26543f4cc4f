/** In which order rows come back: what a foreign key points at before what points at it. */
import type { ForeignKey } from "./foreign-keys.ts";
import { keyPlaces } from "./images.ts";
import { equalRows, rowName, type Row } from "./row.ts";
import type { TableInfo } from "./table.ts";
import type { Seen } from "./trial.ts";

const same = (a: { schema: string; table: string }, b: { schema: string; table: string }): boolean =>
  a.schema === b.schema && a.table === b.table;

/** Tables whose rows others of them need, first. Tables that need each other keep their order. */
export function parentsFirst(tables: readonly Seen[], keys: readonly ForeignKey[]): Seen[] {
  const needs = (one: Seen, other: Seen): boolean =>
    one !== other && keys.some(({ child, parent }) => same(child, one.target.info) && same(parent, other.target.info));
  return inOrder(tables, (one) => tables.filter((other) => needs(one, other)));
}

/** The rows of one table so that a row stands behind those of them that it points at. */
export function rowsInOrder(info: TableInfo, rows: readonly Row[], keys: readonly ForeignKey[]): Row[] {
  const own = keys.filter(({ child, parent }) => same(child, info) && same(parent, info));
  if (own.length === 0) return [...rows];
  const needed = own.map(({ columns, referenced }) => {
    const [from, to] = [keyPlaces(info.columns, columns), keyPlaces(info.columns, referenced)];
    const byValue = new Map(rows.map((row) => [valueAt(row, to), row]));
    return (row: Row): Row | undefined => byValue.get(valueAt(row, from));
  });
  return inOrder(rows, (row) => needed.map((find) => find(row)).filter((found) => found !== undefined));
}

/**
 * The places of the rows that changed, so that each goes back behind the one that holds a unique value of it by now. Where
 * they hold each other's there is no such order, and the server refuses.
 */
export function inFreeOrder({ columns, unique }: TableInfo, before: readonly Row[], after: readonly Row[]): number[] {
  const moved = before.flatMap((row, at) => (equalRows(row, after[at]) ? [] : [at]));
  const holders = unique.map((names) => {
    const places = keyPlaces(columns, names);
    const holding = new Map(moved.map((at) => [valueAt(after[at] ?? [], places), at]));
    return (at: number): number | undefined => holding.get(valueAt(before[at] ?? [], places));
  });
  return inOrder(
    moved,
    (at) => holders.map((find) => find(at)).filter((found) => found !== undefined && found !== at) as number[],
  );
}

const valueAt = (row: Row, places: readonly number[]): string => rowName(places.map((place) => row[place] ?? null));

/** Depth first, without recursion: chains of rows may be as long as there are rows. */
function inOrder<T>(all: readonly T[], needed: (one: T) => readonly T[]): T[] {
  const done = new Set<T>();
  const begun = new Set<T>();
  for (const first of all) {
    const open = [first];
    for (let one = open.at(-1); one !== undefined; one = open.at(-1)) {
      const left = begun.has(one) ? [] : needed(one).filter((other) => !begun.has(other) && !done.has(other));
      begun.add(one);
      if (left.length > 0) {
        open.push(...left);
        continue;
      }
      done.add(one);
      open.pop();
    }
  }
  return [...done];
}
