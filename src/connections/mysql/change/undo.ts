/**
 * The way back: for each changed table one guarded statement that carries every row's values. It touches only rows
 * that still are as the change left them, but for columns that a clock or chance decides.
 */
import { canonical, type Json } from "../../../phases/json.ts";
import type { SqlChange, Undo, UndoNotice } from "../../../phases/sql-port.ts";
import { lexMode } from "../../../sql/token.ts";
import { quoteName } from "../../../sql/dissect.ts";
import { sha256 } from "../identity.ts";
import type { Session } from "../session.ts";
import { SqlTrouble } from "../trouble.ts";
import { ready } from "./aim.ts";
import { carried, carriedTable, rowsText, type Carried } from "./carry.ts";
import { CARRIER, columnSql, equalsSql, fromTextSql, type ColumnInfo } from "./columns.ts";
import { keyJoin, keyPlaces, pick, equalRows, rowName, rowsByKey, type Row } from "./images.ts";
import type { Seen } from "./trial.ts";

/** More than this is not kept in the journal. */
const MOST_BYTES = 8 * 1024 * 1024;
const TABLE = "handrail_t";

/** The statements that take back what was seen, the last changed table first. */
export function undoChanges(seen: readonly Seen[]): SqlChange[] {
  return seen
    .flatMap((one) => {
      if (one.before === null) return unInsert(one);
      return one.after === null ? unDelete(one) : unUpdate(one);
    })
    .reverse();
}

/** An undo and the text of it that the journal would hold. */
export interface Draft {
  readonly changes: readonly SqlChange[];
  readonly text: string;
}

export function draftOf(seen: readonly Seen[]): Draft {
  const changes = undoChanges(seen);
  return { changes, text: canonical(changes as unknown as Json) };
}

/** The undo as it is kept. */
export function undoOf({ changes, text }: Draft, notice: UndoNotice, redact: (text: string) => string): Undo {
  const nothing = { changes: [], sha256: sha256("[]") };
  if (notice.kind === "none") return { ...notice, ...nothing };
  const why = unkeepable(text, redact);
  if (why !== null) return { kind: "none", why: [...notice.why, why], ...nothing };
  return { ...notice, changes, sha256: sha256(text) };
}

/** Why the journal could not keep such an undo, or null. */
export function unkeepable(text: string, redact: (text: string) => string): string | null {
  if (text.length > MOST_BYTES) return "the rows are too large to be kept in the journal";
  return redact(text) === text ? null : "the rows hold a secret, which the journal does not keep";
}

interface Carrying {
  readonly columns: Carried[];
  /** The name under which a column's values travel. */
  add(prefix: string, column: ColumnInfo, rows: readonly Row[] | null, place: number): string;
}

/** Longer bytes than this, in hexadecimal, do not travel as a VARCHAR. */
const MOST_HEX = 16_000;

/**
 * Bytes travel as VARCHAR: where MariaDB 10.11 buffers a join, it takes the UNHEX of several LONGTEXTs for one and the
 * same. Whatever is too long for that is only promised after it was tried out.
 */
const bytesCarrier = (rows: readonly Row[] | null, place: number): string => {
  const longest = (rows ?? []).reduce((most, row) => Math.max(most, row[place]?.length ?? 0), 2);
  return longest > MOST_HEX ? CARRIER : `VARCHAR(${longest}) CHARACTER SET ascii`;
};

/** Whether some bytes are too long to travel safely. */
export const travelsBadly = (seen: readonly Seen[]): boolean =>
  seen.some(({ target, before }) =>
    target.info.columns.some(
      ({ form }, at) => form === "bytes" && before?.some((row) => (row[at]?.length ?? 0) > MOST_HEX) === true,
    ),
  );

function carrying(first: readonly Carried[]): Carrying {
  const columns = [...first];
  return {
    columns,
    add: (prefix, { form }, rows, place) => {
      const name = `handrail_${prefix}${columns.length}`;
      columns.push({ name, type: form === "bytes" ? bytesCarrier(rows, place) : CARRIER });
      return carried(name);
    },
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

/** Guards: every stored column that is not decided at commit must still hold what the change left there. */
function guards(seen: Seen, travelling: Carrying): { readonly sql: string; readonly places: number[] } {
  const guarded = stored(seen).filter((at) => !seen.target.volatile.has(at));
  const conditions = guarded.map((at) => {
    const column = columnAt(seen, at);
    return equalsSql(column, columnSql(TABLE, column.name), travelling.add("g", column, seen.after, at));
  });
  return { sql: conditions.join(" AND "), places: guarded };
}

function changeOf(seen: Seen, sql: string, rows: readonly Row[], keys: readonly (readonly string[])[]): SqlChange[] {
  if (rows.length === 0) return [];
  const touches = { table: seen.target.info.table, rows: { at_most: rows.length }, within: null };
  return [{ sql, values: { rows: rowsText(rows) }, touches, expects: keys }];
}

const join = (seen: Seen, columns: readonly Carried[], on: string): string =>
  `${carriedTable(":rows", columns)} STRAIGHT_JOIN ${quoteName(seen.target.info.table)} AS ${TABLE} ON ${on}`;

function unUpdate(seen: Seen): SqlChange[] {
  const { before, after, target } = seen;
  if (before === null || after === null) return [];
  const moved = before.flatMap((row, at) => (equalRows(row, after[at]) ? [] : [at]));
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
  const guard = guards(seen, travelling);
  const keys = keysAfter(seen, moved);
  const rows = moved.map((at, index) => [
    ...(keys[index] ?? []),
    ...valuesAt(before[at], restored),
    ...valuesAt(after[at], guard.places),
  ]);
  const sql = `UPDATE ${join(seen, travelling.columns, keyed.on)} SET ${set.join(", ")} WHERE ${guard.sql}`;
  return changeOf(seen, sql, rows, keys);
}

function unInsert(seen: Seen): SqlChange[] {
  const after = seen.after ?? [];
  const keyed = keyJoin(seen.target.info, TABLE);
  const travelling = carrying(keyed.carried);
  const guard = guards(seen, travelling);
  const keys = keysAfter(seen, [...after.keys()]);
  const rows = after.map((row, at) => [...(keys[at] ?? []), ...valuesAt(row, guard.places)]);
  const sql = `DELETE ${TABLE} FROM ${join(seen, travelling.columns, keyed.on)} WHERE ${guard.sql}`;
  return changeOf(seen, sql, rows, keys);
}

/** A row whose key exists again is left alone. */
function unDelete(seen: Seen): SqlChange[] {
  const before = seen.before ?? [];
  const { info } = seen.target;
  const keyed = keyJoin(info, TABLE);
  const travelling = carrying(keyed.carried);
  const kept = stored(seen);
  const values = kept.map((at) => fromTextSql(columnAt(seen, at), travelling.add("b", columnAt(seen, at), before, at)));
  const names = kept.map((at) => quoteName(columnAt(seen, at).name));
  const key = places(seen);
  const rows = before.map((row) => [...pick(row, key), ...valuesAt(row, kept)]);
  const sql =
    `INSERT INTO ${quoteName(info.table)} (${names.join(", ")}) SELECT ${values.join(", ")}` +
    ` FROM ${carriedTable(":rows", travelling.columns)} LEFT JOIN ${quoteName(info.table)} AS ${TABLE} ON ${keyed.on}` +
    ` WHERE ${columnSql(TABLE, info.keyColumns[0] ?? "")} IS NULL`;
  return changeOf(seen, sql, rows, seen.keys);
}

/** Takes the change back inside its own transaction and looks whether every row is as before. null: it is. */
export async function proveUndo(session: Session, seen: readonly Seen[]): Promise<string | null> {
  const { rows } = await session.run("SELECT @@sql_mode");
  const mode = lexMode(String(rows[0]?.[0]));
  try {
    for (const change of undoChanges(seen)) {
      const { sql, values } = ready(change, mode);
      await session.run(sql, values);
    }
    for (const one of seen) {
      const { info } = one.target;
      const now = await rowsByKey(session, info, one.keys);
      const wanted = one.before ?? one.keys.map(() => null);
      const wrong = now.filter((row, at) => rowName(row ?? ["none"]) !== rowName(wanted[at] ?? ["none"])).length;
      if (wrong > 0) return `tried out, it would not bring ${wrong} row(s) of ${info.table} back as they were`;
    }
    return null;
  } catch (error) {
    if (error instanceof SqlTrouble && error.kind === "refused")
      return `tried out, the server refused it (${error.message})`;
    throw error;
  }
}
