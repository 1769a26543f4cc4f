/** The rows that a change would hit, under locks, and whether they are the ones it may hit. */
import type { Touches } from "../../../phases/sql-port.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import type { Aim } from "./aim.ts";
import { equalRows, keyPlaces, pick, rowName, textRows, type Row } from "./images.ts";
import type { Target } from "./targets.ts";

export const MOST_KEYS = 10_000;
/** A join gives a row once for each partner; more than this is not looked through. */
export const MOST_JOINED = 50_000;

/** Rows of one table, sorted by their keys, so that two looks compare. */
export interface Matched {
  readonly keys: readonly (readonly string[])[];
  readonly rows: readonly Row[];
  /** The keys after the change, where it changes keys. */
  readonly newKeys: readonly (readonly (string | null)[])[];
}

/** What the locking SELECT gave, and what that means for each changed table. */
export interface Locked {
  readonly rows: readonly Row[];
  readonly tables: readonly Matched[];
}

/**
 * Locks and reads the rows that match, for each changed table. The transaction must be open. Where every value is the
 * one of `known`, that itself is the answer.
 */
export async function lockTables(session: Session, aim: Aim, known: Locked | null = null): Promise<Locked> {
  const { select, targets, single } = aim;
  if (select === null) return { rows: [], tables: targets.map(() => ({ keys: [], rows: [], newKeys: [] })) };
  const rows = textRows(await session.run(`${select.sql} FOR UPDATE`, select.values));
  if (rows.length > (single ? MOST_KEYS : MOST_JOINED)) throw tooMany();
  if (known?.rows.length === rows.length && rows.every((row, at) => equalRows(row, known.rows[at]))) return known;
  let from = 0;
  const tables = targets.map((target) => {
    const [matched, width] = matchedOf(rows, from, target);
    from += width;
    return matched;
  });
  return { rows, tables };
}

/** The rows of the declared table alone. */
export async function lockRows(session: Session, aim: Aim): Promise<Matched> {
  const [main] = (await lockTables(session, aim)).tables;
  return main ?? { keys: [], rows: [], newKeys: [] };
}

const tooMany = (): Error =>
  refuse(`The statement matches more than ${MOST_KEYS} rows: too many to be previewed.`, "no-preview");

function matchedOf(all: readonly Row[], from: number, { info, newKeys }: Target): [Matched, number] {
  const width = info.columns.length;
  const places = keyPlaces(info.columns, info.keyColumns);
  const moving = newKeys.flatMap((expression, at) => (expression === null ? [] : [at]));
  const found = new Map<string, { key: string[]; row: Row; newKey: (string | null)[] }>();
  for (const wide of all) {
    const row = wide.slice(from, from + width);
    // An outer join has no row here.
    if (places.some((place) => row[place] === null)) continue;
    const key = pick(row, places);
    const name = rowName(key);
    if (found.has(name)) continue;
    const newKey: (string | null)[] = [...key];
    for (const [index, at] of moving.entries()) newKey[at] = wide[from + width + index] ?? null;
    found.set(name, { key, row, newKey });
  }
  if (found.size > MOST_KEYS) throw tooMany();
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const matched = {
    keys: sorted.map(({ key }) => key),
    rows: sorted.map(({ row }) => row),
    newKeys: sorted.map(({ newKey }) => newKey),
  };
  return [matched, width + moving.length];
}

/** Why a change reaches further than it declared, or null. `rows` are before it, for an INSERT after it. */
export function beyond(touches: Touches, { info }: Target, rows: readonly Row[]): string | null {
  const places = keyPlaces(info.columns, info.keyColumns);
  const count = rows.length;
  const fits = "exactly" in touches.rows ? count === touches.rows.exactly : count <= touches.rows.at_most;
  if (!fits) {
    const bound = "exactly" in touches.rows ? `exactly ${touches.rows.exactly}` : `at most ${touches.rows.at_most}`;
    const keys = rows.map((row) => pick(row, places));
    return `The statement matches ${count} rows of ${touches.table}, but may touch ${bound}: ${shown(keys)}.`;
  }
  const { within } = touches;
  if (within === null) return null;
  const at = info.columns.findIndex(({ name }) => name.toLowerCase() === within.column.toLowerCase());
  if (at === -1) return `${touches.table} has no column ${within.column} that would tell whose rows they are.`;
  const allowed = new Set(within.values);
  const strangers = rows.filter((row) => row[at] === null || !allowed.has(row[at] ?? ""));
  if (strangers.length === 0) return null;
  return (
    `${strangers.length} of the ${count} rows of ${touches.table} that the statement matches do not belong to the selected targets ` +
    `(by ${within.column}): ${shown(strangers.map((row) => pick(row, places)))}.`
  );
}

const MOST_SHOWN = 20;

/** Keys for a message. */
export function shown(keys: readonly (readonly string[])[]): string {
  if (keys.length === 0) return "none";
  const some = keys.slice(0, MOST_SHOWN).map((key) => key.join("/"));
  return keys.length > MOST_SHOWN ? `${some.join(", ")} and ${keys.length - MOST_SHOWN} more` : some.join(", ");
}

/** What the two sets do not share. */
export function difference(approved: readonly (readonly string[])[], now: readonly (readonly string[])[]) {
  const before = new Set(approved.map(rowName));
  const after = new Set(now.map(rowName));
  return {
    gone: approved.filter((key) => !after.has(rowName(key))),
    added: now.filter((key) => !before.has(rowName(key))),
  };
}
