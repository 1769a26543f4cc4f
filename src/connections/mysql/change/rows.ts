/** The rows that a change would hit, under locks, and whether they are the ones it may hit. */
import type { Touches } from "../../../ports/sql.ts";
import { ask, type SqlSession } from "../session.ts";
import { refuse } from "../trouble.ts";
import { MOST_KEYS, UNSETTLED, type Aim } from "./aim.ts";
import { holdReplacement, keyPlaces, rowsByKey } from "./images.ts";
import { pick, keyName, textRows, type Row } from "./row.ts";
import type { TableTarget } from "./targets.ts";

/** Keys of one table, sorted, so that two looks compare. */
export interface Matched {
  readonly keys: readonly (readonly string[])[];
  /** The keys after the change, where it changes keys. */
  readonly newKeys: readonly (readonly (string | null)[])[];
  /** Every column of these rows, where they were read along. */
  readonly rows: readonly Row[] | null;
}

/**
 * Locks the rows that match, and gives their keys for each changed table. `wide`: reads every column along, where that can
 * be. The transaction must be open.
 */
export async function lockKeys(session: SqlSession, aim: Aim, wide: boolean): Promise<Matched[]> {
  const { targets } = aim;
  const whole = wide ? aim.whole : null;
  const select = whole ?? aim.select;
  if (select === null) return targets.map(() => ({ keys: [], newKeys: [], rows: null }));
  const locks = session.dialect.locking(targets.map(({ alias }) => alias));
  const rows = textRows(await ask(session, `${select.sql} ${locks}`, select.values));
  if (rows.length > MOST_KEYS * targets.length) throw tooMany();
  let from = 0;
  return targets.map((target) => {
    const [selection, width] = matchedOf(rows, from, target, whole !== null);
    from += width;
    return selection;
  });
}

const tooMany = (): Error =>
  refuse(`The statement matches more than ${MOST_KEYS} rows: too many to be previewed.`, "no-preview");

interface Entry {
  readonly key: string[];
  readonly newKey: (string | null)[];
  readonly row: Row;
}

function matchedOf(
  rows: readonly Row[],
  from: number,
  { info, newKeys }: TableTarget,
  wide: boolean,
): [Matched, number] {
  const moving = newKeys.flatMap((expression, index) => (expression === null ? [] : [index]));
  const width = info.keyColumns.length + moving.length;
  const byName = entriesOf(rows, from, info.keyColumns.length, moving);
  if (byName.size > MOST_KEYS) throw tooMany();
  const entries = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  const keys = entries.map(({ key }) => key);
  const newKeyValues = moving.length === 0 ? keys : entries.map(({ newKey }) => newKey);
  return [{ keys, newKeys: newKeyValues, rows: wide ? entries.map(({ row }) => row) : null }, width];
}

/** What stands from a place on in the rows, each key once, by its name. */
function entriesOf(
  rows: readonly Row[],
  from: number,
  keyLength: number,
  moving: readonly number[],
): ReadonlyMap<string, Entry> {
  const byName = new Map<string, Entry>();
  for (const broad of rows) {
    const key = broad.slice(from, from + keyLength);
    // An outer join has no row here.
    if (!key.every((part) => part !== null)) continue;
    const name = keyName(key);
    if (!byName.has(name)) byName.set(name, entryOf(key, broad.slice(from + key.length), moving));
  }
  return byName;
}

/** Behind a key stand the parts of it that move, then, of a wide look, the whole row. Where no key moves, both are the same. */
function entryOf(key: string[], rest: Row, moving: readonly number[]): Entry {
  const newKey: (string | null)[] = moving.length === 0 ? key : [...key];
  for (const [index, place] of moving.entries()) newKey[place] = rest[index] ?? null;
  return { key, newKey, row: rest.slice(moving.length) };
}

/** Every column of the rows with these keys, locked; they must all be there, for the transaction has just found them. */
export async function imagesOf(session: SqlSession, info: TableTarget["info"], keys: readonly Row[]): Promise<Row[]> {
  const rowsOrNull = await rowsByKey(session, info, keys);
  const rows = rowsOrNull.filter((row) => row !== null);
  if (rows.length === rowsOrNull.length) return rows;
  throw refuse(
    `${rowsOrNull.length - rows.length} of the rows of ${info.label} cannot be found again by their keys: the change cannot be shown.`,
    UNSETTLED,
  );
}

/** Every column of matched rows, as they were read along or by their keys. */
export function rowsOf(
  session: SqlSession,
  info: TableTarget["info"],
  selection: Matched | undefined,
): Promise<readonly Row[]> {
  const { keys, rows } = selection ?? { keys: [], rows: null };
  // What may stand for bytes that are no characters is looked at closer.
  return rows !== null && !holdReplacement(rows) ? Promise.resolve(rows) : imagesOf(session, info, keys);
}

/** Why a change reaches further than it declared, or null. `rows` are before it, for an INSERT after it. */
export function beyond(touches: Touches, { info }: TableTarget, rows: readonly Row[]): string | null {
  const [fits, bound] = boundOf(touches.rows, rows.length);
  if (!fits)
    return `The statement matches ${rows.length} rows of ${touches.table}, but may touch ${bound}: ${keysText(info, rows)}.`;
  return touches.within === null ? null : beyondTargets(touches.table, touches.within, info, rows);
}

/** Whether so many rows are as many as may be touched, and how many those are. */
const boundOf = (bound: Touches["rows"], count: number): readonly [boolean, string] =>
  "exactly" in bound
    ? [count === bound.exactly, `exactly ${bound.exactly}`]
    : [count <= bound.at_most, `at most ${bound.at_most}`];

/** Why not all rows belong to the targets, by a column of theirs; null where they do. */
function beyondTargets(
  table: string,
  { column, values }: NonNullable<Touches["within"]>,
  info: TableTarget["info"],
  rows: readonly Row[],
): string | null {
  const place = info.columns.findIndex(({ name }) => name.toLowerCase() === column.toLowerCase());
  if (place === -1) return `${table} has no column ${column} that would tell whose rows they are.`;
  const allowedValues = new Set(values);
  const strangers = rows.filter((row) => row[place] === null || !allowedValues.has(row[place] ?? ""));
  if (strangers.length === 0) return null;
  return (
    `${strangers.length} of the ${rows.length} rows of ${table} that the statement matches do not belong to the selected targets ` +
    `(by ${column}): ${keysText(info, strangers)}.`
  );
}

function keysText({ columns, keyColumns }: TableTarget["info"], rows: readonly Row[]): string {
  const places = keyPlaces(columns, keyColumns);
  return keyList(rows.map((row) => pick(row, places)));
}

const MOST_SHOWN = 20;

/** Keys for a message. */
export function keyList(keys: readonly (readonly string[])[]): string {
  if (keys.length === 0) return "none";
  const some = keys.slice(0, MOST_SHOWN).map((key) => key.join("/"));
  return keys.length > MOST_SHOWN ? `${some.join(", ")} and ${keys.length - MOST_SHOWN} more` : some.join(", ");
}

/** What the two sets do not share. */
export function difference(oldKeys: readonly (readonly string[])[], newKeys: readonly (readonly string[])[]) {
  const oldNames = new Set(oldKeys.map(keyName));
  const newNames = new Set(newKeys.map(keyName));
  return {
    gone: oldKeys.filter((key) => !newNames.has(keyName(key))),
    added: newKeys.filter((key) => !oldNames.has(keyName(key))),
  };
}
