/**
 * The way back: for each changed table guarded statements that carry every row's values. They touch only rows that still
 * are as the change left them, but for columns that a clock or chance decides. Rows that were deleted come back parents
 * first; what the server's own foreign keys pass on, they pass back.
 */
import { canonical, type Json } from "../../../ports/json.ts";
import type { SqlChange, Undo, UndoNotice } from "../../../ports/sql.ts";
import { quoteName } from "../../../sql/dissect.ts";
import { sha256 } from "../identity.ts";
import { jsonColumnSql, jsonTable, rowsText, type JsonColumn } from "./carry.ts";
import { CARRIER, columnSql, digestSql, equalsSql, fromTextSql, holdsInstants, type ColumnInfo } from "./columns.ts";
import type { ForeignKey } from "./foreign-keys.ts";
import { keyJoin, keyPlaces, portions } from "./images.ts";
import { inFreeOrder, parentsFirst, rowsInOrder } from "./order.ts";
import { digestOf, pick, type Row } from "./row.ts";
import { tableSql } from "./table.ts";
import type { TableImage } from "./trial.ts";

/** An undo of more characters than this is not kept in the journal. */
const MOST_CHARACTERS = 8 * 1024 * 1024;
const TABLE = "handrail_t";

/** What takes back what each verb does. */
export const REVERSE = { UPDATE: "UPDATE", DELETE: "INSERT", INSERT: "DELETE" } as const;

/** What an undo is made from. */
export interface Way {
  readonly images: readonly TableImage[];
  /** The foreign keys that point at the changed tables. */
  readonly keys: readonly ForeignKey[];
  /** So many characters of values may travel in one statement. */
  readonly maxCharacters: number;
}

/** The statements that take back what was seen, in their order. */
export function undoChanges({ images, keys, maxCharacters }: Way): SqlChange[] {
  const own = images.filter(({ by }) => by.length === 0);
  const cascadeUpdates = images.filter(({ by, newRows }) => by.length > 0 && newRows !== null);
  const deletions = parentsFirst(mergeByTable(images.filter(({ newRows }) => newRows === null)), keys);
  const changes = [
    ...own.filter(({ oldRows }) => oldRows === null).flatMap(unInsert),
    ...deletions.flatMap((image) => unDelete(image, keys)),
    ...own
      .filter(({ oldRows, newRows }) => oldRows !== null && newRows !== null)
      .flatMap(unUpdate)
      .reverse(),
    ...cascadeUpdates.filter(({ passedBack }) => !passedBack).flatMap(unUpdate),
  ];
  return changes.flatMap((change) => change(maxCharacters));
}

/** The deleted rows of each table, whether the statement or a foreign key took them. */
function mergeByTable(deletions: readonly TableImage[]): TableImage[] {
  const byTable = new Map<string, TableImage>();
  for (const image of deletions) {
    const previous = byTable.get(image.target.info.label);
    const rows = {
      keys: [...(previous?.keys ?? []), ...image.keys],
      oldRows: [...(previous?.oldRows ?? []), ...(image.oldRows ?? [])],
    };
    byTable.set(image.target.info.label, { ...image, ...rows });
  }
  return [...byTable.values()];
}

/** The undo as it is kept. */
export function undoOf(changes: readonly SqlChange[], notice: UndoNotice, redact: (text: string) => string): Undo {
  const nothing = { changes: [], sha256: sha256("[]") };
  if (notice.kind === "none") return { ...notice, ...nothing };
  const reason = unkeepable(changes, redact);
  if (reason !== null) return { kind: "none", why: [...notice.why, reason], ...nothing };
  return { ...notice, changes, sha256: sha256(canonical(changes as unknown as Json)) };
}

/** Why the journal could not keep such an undo, or null. */
export function unkeepable(changes: readonly SqlChange[], redact: (text: string) => string): string | null {
  const texts = changes.flatMap(({ sql, values }) =>
    [sql, ...Object.values(values).flat()].filter((text) => text !== null),
  );
  if (texts.reduce((sum, text) => sum + text.length, 0) > MOST_CHARACTERS)
    return "the rows are too large to be kept in the journal";
  return texts.every((text) => redact(text) === text)
    ? null
    : "the rows hold a secret, which the journal does not keep";
}

/** A digest travels as this. */
const DIGEST = "VARCHAR(64) CHARACTER SET ascii";

interface Carrying {
  readonly columns: JsonColumn[];
  /** The name under which values of that type travel. */
  name(prefix: string, type: string): string;
  /** The name under which a column's values travel. */
  add(prefix: string, column: ColumnInfo, rows: readonly Row[] | null, place: number): string;
}

/** Longer values than this, in characters, do not travel as a VARCHAR. */
const MOST_SHORT = 16_000;

/**
 * What the server has to make bytes of travels as VARCHAR: where MariaDB 10.11 buffers a join, it takes what is made of
 * several LONGTEXTs for one and the same. Whatever is too long for that is only promised after it was tried out.
 */
function carrierFor({ form }: ColumnInfo, rows: readonly Row[] | null, place: number): string {
  if (form !== "bytes" && form !== "coded") return CARRIER;
  const longest = (rows ?? []).reduce((max, row) => Math.max(max, row[place]?.length ?? 0), 2);
  if (longest > MOST_SHORT / (form === "coded" ? 4 : 1)) return CARRIER;
  return `VARCHAR(${longest}) CHARACTER SET ${form === "coded" ? "utf8mb4" : "ascii"}`;
}

function carrying(first: readonly JsonColumn[]): Carrying {
  const columns = [...first];
  const define = (prefix: string, type: string): string => {
    const name = `handrail_${prefix}${columns.length}`;
    columns.push({ name, type });
    return jsonColumnSql(name);
  };
  return {
    columns,
    name: define,
    add: (prefix, column, rows, place) => define(prefix, carrierFor(column, rows, place)),
  };
}

const places = ({ target }: TableImage): number[] => keyPlaces(target.info.columns, target.info.keyColumns);
const storedPlaces = ({ target }: TableImage): number[] =>
  target.info.columns.flatMap(({ generated: isGenerated }, place) => (isGenerated ? [] : [place]));
const valuesAt = (row: Row | undefined, columnPlaces: readonly number[]): (string | null)[] =>
  columnPlaces.map((place) => row?.[place] ?? null);
const keysAfter = (image: TableImage, rowPlaces: readonly number[]): string[][] => {
  const key = places(image);
  return rowPlaces.map((row) => pick(image.newRows?.[row] ?? [], key));
};
const columnAt = ({ target }: TableImage, place: number): ColumnInfo => target.info.columns[place] as ColumnInfo;

/**
 * Guards: every stored column that is not decided at commit must still hold what the change left there. Of texts that are
 * not Unicode the bytes are compared: making characters of them is an error of the statement where they are none.
 */
interface Guard {
  readonly sql: string;
  /** What a row's guard carries. */
  values(row: Row | undefined): (string | null)[];
}

function guardOf(image: TableImage, travelling: Carrying): Guard {
  const guardPlaces = storedPlaces(image).filter((place) => !image.target.volatile.has(place));
  const isAlone = (place: number): boolean => columnAt(image, place).form === "coded";
  const [codedPlaces, digestPlaces] = [guardPlaces.filter(isAlone), guardPlaces.filter((place) => !isAlone(place))];
  const conditions = codedPlaces.map((place) => {
    const column = columnAt(image, place);
    return equalsSql(column, columnSql(TABLE, column.name), travelling.add("g", column, image.newRows, place));
  });
  if (digestPlaces.length > 0) {
    const digest = digestSql(
      digestPlaces.map((place) => columnAt(image, place)),
      TABLE,
    );
    conditions.push(`CAST(${digest} AS BINARY) <=> ${travelling.name("d", DIGEST)}`);
  }
  return {
    sql: conditions.join(" AND "),
    values: (row) => [
      ...valuesAt(row, codedPlaces),
      ...(digestPlaces.length > 0 ? [digestOf(valuesAt(row, digestPlaces))] : []),
    ],
  };
}

/** A statement for as many rows as may travel together. */
type Portioned = (most: number) => SqlChange[];

function changeOf(
  image: TableImage,
  sql: string,
  rows: readonly Row[],
  keys: readonly (readonly string[])[],
): Portioned {
  const { label, columns } = image.target.info;
  return (maxCharacters) =>
    portions(rows, maxCharacters).map(({ from, rows: some }) => ({
      sql,
      values: { rows: rowsText(some) },
      touches: { table: label, rows: { at_most: some.length }, within: null },
      expects: keys.slice(from, from + some.length),
      ...(holdsInstants(columns) ? { zone: "UTC" as const } : {}),
    }));
}

const join = (image: TableImage, columns: readonly JsonColumn[], on: string): string =>
  `${jsonTable(":rows", columns)} STRAIGHT_JOIN ${tableSql(image.target.info)} AS ${TABLE} ON ${on}`;

function unUpdate(image: TableImage): Portioned[] {
  const { oldRows, newRows, target } = image;
  if (oldRows === null || newRows === null) return [];
  const rowOrder = inFreeOrder(target.info, oldRows, newRows);
  const columnPlaces = storedPlaces(image).filter(
    (place) =>
      columnAt(image, place).onUpdate || rowOrder.some((row) => oldRows[row]?.[place] !== newRows[row]?.[place]),
  );
  if (rowOrder.length === 0) return [];
  const joinParts = keyJoin(target.info, TABLE);
  const travelling = carrying(joinParts.carried);
  const set = columnPlaces.map((place) => {
    const column = columnAt(image, place);
    return `${columnSql(TABLE, column.name)} = ${fromTextSql(column, travelling.add("b", column, oldRows, place))}`;
  });
  const guard = guardOf(image, travelling);
  const keys = keysAfter(image, rowOrder);
  const rows = rowOrder.map((rowPlace, index) => [
    ...(keys[index] ?? []),
    ...valuesAt(oldRows[rowPlace], columnPlaces),
    ...guard.values(newRows[rowPlace]),
  ]);
  const sql = `UPDATE ${join(image, travelling.columns, joinParts.on)} SET ${set.join(", ")} WHERE ${guard.sql}`;
  return [changeOf(image, sql, rows, keys)];
}

function unInsert(image: TableImage): Portioned[] {
  const newRows = image.newRows ?? [];
  const joinParts = keyJoin(image.target.info, TABLE);
  const travelling = carrying(joinParts.carried);
  const guard = guardOf(image, travelling);
  const keys = keysAfter(image, [...newRows.keys()]);
  const rows = newRows.map((row, index) => [...(keys[index] ?? []), ...guard.values(row)]);
  const sql = `DELETE ${TABLE} FROM ${join(image, travelling.columns, joinParts.on)} WHERE ${guard.sql}`;
  return [changeOf(image, sql, rows, keys)];
}

/** A row whose key exists again is left alone. */
function unDelete(image: TableImage, foreign: readonly ForeignKey[]): Portioned[] {
  const { info } = image.target;
  const oldRows = rowsInOrder(info, image.oldRows ?? [], foreign);
  const joinParts = keyJoin(info, TABLE);
  const travelling = carrying(joinParts.carried);
  const columnPlaces = storedPlaces(image);
  const values = columnPlaces.map((place) =>
    fromTextSql(columnAt(image, place), travelling.add("b", columnAt(image, place), oldRows, place)),
  );
  const names = columnPlaces.map((place) => quoteName(columnAt(image, place).name));
  const keys = oldRows.map((row) => pick(row, places(image)));
  const rows = oldRows.map((row, index) => [...(keys[index] ?? []), ...valuesAt(row, columnPlaces)]);
  const sql =
    `INSERT INTO ${tableSql(info)} (${names.join(", ")}) SELECT ${values.join(", ")}` +
    ` FROM ${jsonTable(":rows", travelling.columns, true)} LEFT JOIN ${tableSql(info)} AS ${TABLE} ON ${joinParts.on}` +
    ` WHERE ${columnSql(TABLE, info.keyColumns[0] ?? "")} IS NULL ORDER BY ${jsonColumnSql("handrail_at")}`;
  return [changeOf(image, sql, rows, keys)];
}
