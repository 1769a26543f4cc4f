/** Whether the world, under locks, still is what was approved: before the statement, and after it. Says what is not. */
import type { JsonObject } from "../../../phases/json.ts";
import type { ChangePreview, TablePreview } from "../../../phases/sql-port.ts";
import type { Aim } from "./aim.ts";
import { shownText, type ColumnInfo } from "./columns.ts";
import { digestAfter, MOST_TEXT } from "./diff.ts";
import { digestRows, keyName, type Row } from "./row.ts";
import { difference, shown, type Matched } from "./rows.ts";
import type { TableInfo } from "./table.ts";
import type { Ground, Seen } from "./trial.ts";

export interface Drift {
  readonly message: string;
  readonly evidence: JsonObject;
}

type Keys = readonly (readonly string[])[];

/** The rows that are sent to the statement, and those that match only since it was approved. */
export interface Kept {
  readonly matched: readonly Matched[];
  readonly since: Keys;
}

export const tablesOf = (approved: ChangePreview): TablePreview[] => [approved, ...(approved.others ?? [])];

/**
 * The keys decide whether the statement is sent, never which rows it reaches. Where the clock has a say, rows that match
 * only since then are left alone; every approved one must still match.
 */
export function keyDrift(aim: Aim, approved: ChangePreview, now: readonly Matched[]): Drift | Kept {
  if (aim.verb === "INSERT") return { matched: now, since: [] };
  const tables = tablesOf(approved);
  const since: (readonly string[])[] = [];
  const gone: (readonly string[])[] = [];
  const matched = aim.targets.map((_, at) => {
    const [{ keys, newKeys, rows }, then] = [now[at] as Matched, tables[at]?.keys ?? []];
    const other = difference(then, keys);
    since.push(...other.added);
    gone.push(...other.gone);
    const known = new Set(then.map(keyName));
    const stay = keys.flatMap((key, index) => (known.has(keyName(key)) ? [index] : []));
    const kept = <T>(list: readonly T[]): T[] => stay.map((index) => list[index] as T);
    if (stay.length === keys.length) return { keys, newKeys, rows };
    return { keys: kept(keys), newKeys: kept(newKeys), rows: rows === null ? null : kept(rows) };
  });
  if (gone.length === 0 && (since.length === 0 || aim.timed)) return { matched, since };
  return drift(gone, since, []);
}

/** Rows that look otherwise, children that came or went, tables that were altered. */
export function groundDrift(aim: Aim, approved: ChangePreview, ground: Ground, catalogue: string): Drift | null {
  const tables = tablesOf(approved);
  const { before, passing, matched } = ground;
  if (approved.catalogue !== catalogue) {
    const message =
      approved.catalogue === undefined
        ? "It was shown by an older version of Handrail, which did not look at all that it can reach."
        : "A table that it reaches was altered since it was shown: its columns, keys or triggers, or who points at it.";
    return { message: `${message} Nothing was changed.`, evidence: {} };
  }
  for (const [at, rows] of before.entries()) {
    const then = tables[at];
    if (then?.diff?.verb === "insert" || then?.diff?.before === digestRows(rows)) continue;
    const info = aim.targets[at]?.info as TableInfo;
    return drift([], [], changedRows(then, info, matched[at]?.keys ?? [], rows));
  }
  const others = tables.slice(before.length);
  const label = (info: TableInfo, keys: Keys): string => `${info.label} ${shown(keys)}`;
  const same = passing.reached.every(({ info, before: rows, verb }, at) => {
    const then = others[at];
    return (
      then?.table === info.label && then.diff?.verb === verb.toLowerCase() && then.diff.before === digestRows(rows)
    );
  });
  if (same && others.length === passing.reached.length) return null;
  const now = passing.reached.map(({ info, keys }) => label(info, keys)).join("; ") || "none";
  const then = others.map(({ table, keys }) => `${table} ${shown(keys)}`).join("; ") || "none";
  const message = `Foreign keys would pass the change on to other rows than was shown. Shown: ${then}. Now: ${now}. Nothing was changed.`;
  return { message, evidence: { children_shown: then, children_now: now } };
}

/** Why what the statement did is not what was shown, or null when it is. */
export function resultDrift(aim: Aim, approved: ChangePreview, seen: readonly Seen[], matched: number): string | null {
  const counted = aim.verb === "INSERT" || (aim.verb === "UPDATE" && aim.single);
  if (counted && matched !== approved.matched)
    return `The statement hit ${matched} rows instead of the approved ${approved.matched}. It was rolled back.`;
  const tables = tablesOf(approved);
  for (const [at, one] of seen.entries()) {
    if (tables[at]?.diff?.after === digestAfter(one)) continue;
    return `What the statement did to ${one.target.info.label} is not what was shown. It was rolled back.`;
  }
  return null;
}

function drift(gone: Keys, added: Keys, changed: Keys): Drift {
  const named = gone.length + added.length + changed.length > 0;
  const since = named ? shown(changed) : "values that the page did not show";
  return {
    message:
      `The rows are not the approved ones any more. No longer matched: ${shown(gone)}. Matched now too: ${shown(added)}. ` +
      `Changed since: ${since}. Nothing was changed.`,
    evidence: {
      gone: gone.map((key) => [...key]),
      added: added.map((key) => [...key]),
      changed: changed.map((key) => [...key]),
    },
  };
}

/** Rows of which a value that was shown is another one now. Not every row is shown, and of a row only what changes. */
export function changedRows(
  then: TablePreview | undefined,
  { columns }: TableInfo,
  keys: Keys,
  rows: readonly (Row | null)[],
): Keys {
  const byKey = new Map(keys.map((key, index) => [keyName(key), rows[index]]));
  const moved = (then?.diff?.rows ?? []).filter(({ key, cells }) => {
    const row = byKey.get(keyName(key));
    return cells.some(({ column, before }) => {
      const at = columns.findIndex(({ name }) => name === column);
      const now = at === -1 ? null : shownText(columns[at] as ColumnInfo, row?.[at] ?? null);
      return now !== before && !isCut(now) && !isCut(before);
    });
  });
  return moved.map(({ key }) => key);
}

/** Whether a page shows only a part of it. */
const isCut = (text: string | null): boolean => text !== null && text.length >= MOST_TEXT;
