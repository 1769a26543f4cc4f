/** In which order rows come back: what a foreign key points at before what points at it. */
import type { ForeignKey } from "./foreign-keys.ts";
import { keyPlaces } from "./images.ts";
import { equalRows, rowName, type Row } from "./row.ts";
import type { TableInfo } from "./table.ts";
import type { TableImage } from "./trial.ts";

const isSameTable = (a: { schema: string; table: string }, b: { schema: string; table: string }): boolean =>
  a.schema === b.schema && a.table === b.table;

/** Tables whose rows others of them need, first. Tables that need each other keep their order. */
export function parentsFirst(tables: readonly TableImage[], keys: readonly ForeignKey[]): TableImage[] {
  const needs = (image: TableImage, parentImage: TableImage): boolean =>
    image !== parentImage &&
    keys.some(
      ({ child, parent }) => isSameTable(child, image.target.info) && isSameTable(parent, parentImage.target.info),
    );
  return inOrder(tables, (image) => tables.filter((candidate) => needs(image, candidate)));
}

/** The rows of one table so that a row stands behind those of them that it points at. */
export function rowsInOrder(info: TableInfo, rows: readonly Row[], keys: readonly ForeignKey[]): Row[] {
  const own = keys.filter(({ child, parent }) => isSameTable(child, info) && isSameTable(parent, info));
  if (own.length === 0) return [...rows];
  const finders = own.map(({ columns, referenced: parentColumns }) => {
    const [from, to] = [keyPlaces(info.columns, columns), keyPlaces(info.columns, parentColumns)];
    const byValue = new Map(rows.map((row) => [valueAt(row, to), row]));
    return (row: Row): Row | undefined => byValue.get(valueAt(row, from));
  });
  return inOrder(rows, (row) => finders.map((find) => find(row)).filter((match) => match !== undefined));
}

/**
 * The places of the rows that changed, so that each goes back behind the one that holds a unique value of it by now. Where
 * they hold each other's there is no such order, and the server refuses.
 */
export function inFreeOrder(
  { columns, unique }: TableInfo,
  oldRows: readonly Row[],
  newRows: readonly Row[],
): number[] {
  const changedPlaces = oldRows.flatMap((row, index) => (equalRows(row, newRows[index]) ? [] : [index]));
  const holders = unique.map((names) => {
    const places = keyPlaces(columns, names);
    const holding = new Map(changedPlaces.map((index) => [valueAt(newRows[index] ?? [], places), index]));
    return (index: number): number | undefined => holding.get(valueAt(oldRows[index] ?? [], places));
  });
  return inOrder(
    changedPlaces,
    (index) =>
      holders.map((find) => find(index)).filter((holder) => holder !== undefined && holder !== index) as number[],
  );
}

const valueAt = (row: Row, places: readonly number[]): string => rowName(places.map((place) => row[place] ?? null));

/** Depth first, without recursion: chains of rows may be as long as there are rows. */
function inOrder<T>(nodes: readonly T[], dependenciesOf: (one: T) => readonly T[]): T[] {
  const result = new Set<T>();
  const begun = new Set<T>();
  for (const first of nodes) {
    const open = [first];
    for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
      const pending = begun.has(node)
        ? []
        : dependenciesOf(node).filter((dependency) => !begun.has(dependency) && !result.has(dependency));
      begun.add(node);
      if (pending.length > 0) {
        open.push(...pending);
        continue;
      }
      result.add(node);
      open.pop();
    }
  }
  return [...result];
}
