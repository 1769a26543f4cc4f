/**
 * The way back: for each changed table guarded statements that carry every row's values. They touch only rows that still
 * are as the change left them, but for columns that a clock or chance decides. Rows that were deleted come back parents
 * first; what the server's own foreign keys pass on, they pass back.
 */
import { canonical, type Json } from "../../../phases/json.ts";
import type { SqlChange, Undo, UndoNotice } from "../../../phases/sql-port.ts";
import { quoteName } from "../../../sql/dissect.ts";
import { sha256 } from "../identity.ts";
import { carried, carriedTable, rowsText, type Carried } from "./carry.ts";
import { CARRIER, columnSql, digestSql, equalsSql, fromTextSql, holdsInstants, type ColumnInfo } from "./columns.ts";
import type { ForeignKey } from "./foreign-keys.ts";
import { keyJoin, keyPlaces, portions } from "./images.ts";
import { inFreeOrder, parentsFirst, rowsInOrder } from "./order.ts";
import { digestOf, pick, type Row } from "./row.ts";
import { tableSql } from "./table.ts";
import type { Seen } from "./trial.ts";

/** An undo of more characters than this is not kept in the journal. */
const MOST_CHARACTERS = 8 * 1024 * 1024;
const TABLE = "handrail_t";

/** What takes back what each verb does. */
export const REVERSE = { UPDATE: "UPDATE", DELETE: "INSERT", INSERT: "DELETE" } as const;

/** What an undo is made from. */
export interface Way {
  readonly seen: readonly Seen[];
  /** The foreign keys that point at the changed tables. */
  readonly keys: readonly ForeignKey[];
  /** So many characters of values may travel in one statement. */
  readonly most: number;
}

/** The statements that take back what was seen, in their order. */
export function undoChanges({ seen, keys, most }: Way): SqlChange[] {
  const own = seen.filter(({ by }) => by.length === 0);
  const passed = seen.filter(({ by, after }) => by.length > 0 && after !== null);
  const gone = parentsFirst(together(seen.filter(({ after }) => after === null)), keys);
  const changes = [
    ...own.filter(({ before }) => before === null).flatMap(unInsert),
    ...gone.flatMap((one) => unDelete(one, keys)),
    ...own
      .filter(({ before, after }) => before !== null && after !== null)
      .flatMap(unUpdate)
      .reverse(),
    ...passed.filter(({ passedBack }) => !passedBack).flatMap(unUpdate),
  ];
  return changes.flatMap((change) => change(most));
}

/** The deleted rows of each table, whether the statement or a foreign key took them. */
function together(gone: readonly Seen[]): Seen[] {
  const byTable = new Map<string, Seen>();
  for (const one of gone) {
    const known = byTable.get(one.target.info.label);
    const both = {
      keys: [...(known?.keys ?? []), ...one.keys],
      before: [...(known?.before ?? []), ...(one.before ?? [])],
    };
    byTable.set(one.target.info.label, { ...one, ...both });
  }
  return [...byTable.values()];
}

/** The undo as it is kept. */
export function undoOf(changes: readonly SqlChange[], notice: UndoNotice, redact: (text: string) => string): Undo {
  const nothing = { changes: [], sha256: sha256("[]") };
  if (notice.kind === "none") return { ...notice, ...nothing };
  const why = unkeepable(changes, redact);
  if (why !== null) return { kind: "none", why: [...notice.why, why], ...nothing };
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
  readonly columns: Carried[];
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
  const longest = (rows ?? []).reduce((most, row) => Math.max(most, row[place]?.length ?? 0), 2);
  if (longest > MOST_SHORT / (form === "coded" ? 4 : 1)) return CARRIER;
  return `VARCHAR(${longest}) CHARACTER SET ${form === "coded" ? "utf8mb4" : "ascii"}`;
}

function carrying(first: readonly Carried[]): Carrying {
  const columns = [...first];
  const named = (prefix: string, type: string): string => {
    const name = `handrail_${prefix}${columns.length}`;
    columns.push({ name, type });
    return carried(name);
  };
  return {
    columns,
    name: named,
    add: (prefix, column, rows, place) => named(prefix, carrierFor(column, rows, place)),
  };
}

const places = ({ target }: Seen): number[] => keyPlaces(target.info.columns, target.info.keyColumns);
const stored = ({ target }: Seen): number[] =>
  target.info.columns.flatMap(({ generated }, at) => (generated ? [] : [at]));
const valuesAt = (row: Row | undefined, at: readonly number[]): (string | null)[] =>
  at.map((place) => row?.[place] ?? null);
const keysAfter = (seen: Seen, at: readonly number[]): string[][] => {
  const key = places(seen);
  return at.map((row) => pick(seen.after?.[row] ?? [], key));
};
const columnAt = ({ target }: Seen, at: number): ColumnInfo => target.info.columns[at] as ColumnInfo;

/**
 * Guards: every stored column that is not decided at commit must still hold what the change left there. Of texts that are
 * not Unicode the bytes are compared: making characters of them is an error of the statement where they are none.
 */
interface Guard {
  readonly sql: string;
  /** What a row's guard carries. */
  values(row: Row | undefined): (string | null)[];
}

function guardOf(seen: Seen, travelling: Carrying): Guard {
  const guarded = stored(seen).filter((at) => !seen.target.volatile.has(at));
  const isAlone = (at: number): boolean => columnAt(seen, at).form === "coded";
  const [alone, joined] = [guarded.filter(isAlone), guarded.filter((at) => !isAlone(at))];
  const conditions = alone.map((at) => {
    const column = columnAt(seen, at);
    return equalsSql(column, columnSql(TABLE, column.name), travelling.add("g", column, seen.after, at));
  });
  if (joined.length > 0) {
    const digest = digestSql(
      joined.map((at) => columnAt(seen, at)),
      TABLE,
    );
    conditions.push(`CAST(${digest} AS BINARY) <=> ${travelling.name("d", DIGEST)}`);
  }
  return {
    sql: conditions.join(" AND "),
    values: (row) => [...valuesAt(row, alone), ...(joined.length > 0 ? [digestOf(valuesAt(row, joined))] : [])],
  };
}

/** A statement for as many rows as may travel together. */
type Portioned = (most: number) => SqlChange[];

function changeOf(seen: Seen, sql: string, rows: readonly Row[], keys: readonly (readonly string[])[]): Portioned {
  const { label, columns } = seen.target.info;
  return (most) =>
    portions(rows, most).map(({ from, rows: some }) => ({
      sql,
      values: { rows: rowsText(some) },
      touches: { table: label, rows: { at_most: some.length }, within: null },
      expects: keys.slice(from, from + some.length),
      ...(holdsInstants(columns) ? { zone: "UTC" as const } : {}),
    }));
}

const join = (seen: Seen, columns: readonly Carried[], on: string): string =>
  `${carriedTable(":rows", columns)} STRAIGHT_JOIN ${tableSql(seen.target.info)} AS ${TABLE} ON ${on}`;

function unUpdate(seen: Seen): Portioned[] {
  const { before, after, target } = seen;
  if (before === null || after === null) return [];
  const moved = inFreeOrder(target.info, before, after);
  const restored = stored(seen).filter(
    (at) => columnAt(seen, at).onUpdate || moved.some((row) => before[row]?.[at] !== after[row]?.[at]),
  );
  if (moved.length === 0) return [];
  const keyed = keyJoin(target.info, TABLE);
  const travelling = carrying(keyed.carried);
  const set = restored.map((at) => {
    const column = columnAt(seen, at);
    return `${columnSql(TABLE, column.name)} = ${fromTextSql(column, travelling.add("b", column, before, at))}`;
  });
  const guard = guardOf(seen, travelling);
  const keys = keysAfter(seen, moved);
  const rows = moved.map((at, index) => [
    ...(keys[index] ?? []),
    ...valuesAt(before[at], restored),
    ...guard.values(after[at]),
  ]);
  const sql = `UPDATE ${join(seen, travelling.columns, keyed.on)} SET ${set.join(", ")} WHERE ${guard.sql}`;
  return [changeOf(seen, sql, rows, keys)];
}

function unInsert(seen: Seen): Portioned[] {
  const after = seen.after ?? [];
  const keyed = keyJoin(seen.target.info, TABLE);
  const travelling = carrying(keyed.carried);
  const guard = guardOf(seen, travelling);
  const keys = keysAfter(seen, [...after.keys()]);
  const rows = after.map((row, at) => [...(keys[at] ?? []), ...guard.values(row)]);
  const sql = `DELETE ${TABLE} FROM ${join(seen, travelling.columns, keyed.on)} WHERE ${guard.sql}`;
  return [changeOf(seen, sql, rows, keys)];
}

/** A row whose key exists again is left alone. */
function unDelete(seen: Seen, foreign: readonly ForeignKey[]): Portioned[] {
  const { info } = seen.target;
  const before = rowsInOrder(info, seen.before ?? [], foreign);
  const keyed = keyJoin(info, TABLE);
  const travelling = carrying(keyed.carried);
  const kept = stored(seen);
  const values = kept.map((at) => fromTextSql(columnAt(seen, at), travelling.add("b", columnAt(seen, at), before, at)));
  const names = kept.map((at) => quoteName(columnAt(seen, at).name));
  const keys = before.map((row) => pick(row, places(seen)));
  const rows = before.map((row, at) => [...(keys[at] ?? []), ...valuesAt(row, kept)]);
  const sql =
    `INSERT INTO ${tableSql(info)} (${names.join(", ")}) SELECT ${values.join(", ")}` +
    ` FROM ${carriedTable(":rows", travelling.columns, true)} LEFT JOIN ${tableSql(info)} AS ${TABLE} ON ${keyed.on}` +
    ` WHERE ${columnSql(TABLE, info.keyColumns[0] ?? "")} IS NULL ORDER BY ${carried("handrail_at")}`;
  return [changeOf(seen, sql, rows, keys)];
}
