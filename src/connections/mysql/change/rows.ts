/** The rows that a change would hit, under locks, and whether they are the ones it may hit. */
import type { Touches } from "../../../phases/sql-port.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import { MOST_KEYS, UNSETTLED, type Aim } from "./aim.ts";
import { keyPlaces, rowsByKey } from "./images.ts";
import { pick, rowName, textRows, type Row } from "./row.ts";
import type { Target } from "./targets.ts";

/** Keys of one table, sorted, so that two looks compare. */
export interface Matched {
  readonly keys: readonly (readonly string[])[];
  /** The keys after the change, where it changes keys. */
  readonly newKeys: readonly (readonly (string | null)[])[];
}

/** Locks the rows that match, and gives their keys for each changed table. The transaction must be open. */
export async function lockKeys(session: Session, { select, targets }: Aim): Promise<Matched[]> {
  if (select === null) return targets.map(() => ({ keys: [], newKeys: [] }));
  const aliases = targets.map(({ alias }) => alias);
  const rows = textRows(await session.run(`${select.sql} ${session.dialect.locking(aliases)}`, select.values));
  if (rows.length > MOST_KEYS * targets.length) throw tooMany();
  let from = 0;
  return targets.map((target) => {
    const [matched, width] = matchedOf(rows, from, target);
    from += width;
    return matched;
  });
}

const tooMany = (): Error =>
  refuse(`The statement matches more than ${MOST_KEYS} rows: too many to be previewed.`, "no-preview");

function matchedOf(all: readonly Row[], from: number, { info, newKeys }: Target): [Matched, number] {
  const width = info.keyColumns.length;
  const moving = newKeys.flatMap((expression, at) => (expression === null ? [] : [at]));
  const found = new Map<string, { key: string[]; newKey: (string | null)[] }>();
  for (const wide of all) {
    const key = wide.slice(from, from + width);
    // An outer join has no row here.
    if (!key.every((part) => part !== null)) continue;
    const name = rowName(key);
    if (found.has(name)) continue;
    const newKey: (string | null)[] = [...key];
    for (const [index, at] of moving.entries()) newKey[at] = wide[from + width + index] ?? null;
    found.set(name, { key, newKey });
  }
  if (found.size > MOST_KEYS) throw tooMany();
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  return [{ keys: sorted.map(({ key }) => key), newKeys: sorted.map(({ newKey }) => newKey) }, width + moving.length];
}

/** Every column of the rows with these keys, locked; they must all be there, for the transaction has just found them. */
export async function imagesOf(session: Session, info: Target["info"], keys: readonly Row[]): Promise<Row[]> {
  const found = await rowsByKey(session, info, keys);
  const rows = found.filter((row) => row !== null);
  if (rows.length === found.length) return rows;
  throw refuse(
    `${found.length - rows.length} of the rows of ${info.label} cannot be found again by their keys: the change cannot be shown.`,
    UNSETTLED,
  );
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
