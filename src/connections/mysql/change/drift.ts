/** Whether the world, under locks, still is what was approved: before the statement, and after it. Says what is not. */
import type { JsonObject } from "../../../ports/json.ts";
import type { ChangePreview, TablePreview } from "../../../ports/sql.ts";
import type { Aim } from "./aim.ts";
import { shownText, type ColumnInfo } from "./columns.ts";
import type { Reached } from "./children.ts";
import { digestAfter, MOST_TEXT } from "./diff.ts";
import { digestRows, keyName, type Row } from "./row.ts";
import { difference, keyList, type Matched } from "./rows.ts";
import type { TableInfo } from "./table.ts";
import type { Ground, TableImage } from "./trial.ts";

export interface Drift {
  readonly message: string;
  readonly evidence: JsonObject;
}

type Keys = readonly (readonly string[])[];

/** The rows that are sent to the statement, and those that match only since it was approved. */
export interface Kept {
  readonly selections: readonly Matched[];
  readonly addedKeys: Keys;
}

export const tablesOf = (preview: ChangePreview): TablePreview[] => [preview, ...(preview.others ?? [])];

/**
 * The keys decide whether the statement is sent, never which rows it reaches. Where the clock has a say, rows that match
 * only since then are left alone; every approved one must still match.
 */
export function keyDrift(aim: Aim, preview: ChangePreview, current: readonly Matched[]): Drift | Kept {
  if (aim.verb === "INSERT") return { selections: current, addedKeys: [] };
  const tables = tablesOf(preview);
  const addedKeys: (readonly string[])[] = [];
  const missingKeys: (readonly string[])[] = [];
  const selections = aim.targets.map((_, tableIndex) => {
    const [{ keys, newKeys, rows }, approvedKeys] = [current[tableIndex] as Matched, tables[tableIndex]?.keys ?? []];
    const delta = difference(approvedKeys, keys);
    addedKeys.push(...delta.added);
    missingKeys.push(...delta.gone);
    const approvedNames = new Set(approvedKeys.map(keyName));
    const stay = keys.flatMap((key, index) => (approvedNames.has(keyName(key)) ? [index] : []));
    const keep = <T>(list: readonly T[]): T[] => stay.map((index) => list[index] as T);
    if (stay.length === keys.length) return { keys, newKeys, rows };
    return { keys: keep(keys), newKeys: keep(newKeys), rows: rows === null ? null : keep(rows) };
  });
  if (missingKeys.length === 0 && (addedKeys.length === 0 || aim.timed)) return { selections, addedKeys };
  return drift(missingKeys, addedKeys, null);
}

/** Rows that look otherwise, children that came or went, tables that were altered. */
export const groundDrift = (aim: Aim, preview: ChangePreview, ground: Ground, catalogue: string): Drift | null =>
  catalogueDrift(preview, catalogue) ?? ownDrift(aim, tablesOf(preview), ground) ?? childDrift(preview, ground);

function catalogueDrift(preview: ChangePreview, catalogue: string): Drift | null {
  if (preview.catalogue === catalogue) return null;
  const message =
    preview.catalogue === undefined
      ? "It was shown by an older version of Handrail, which did not look at all that it can reach."
      : "A table that it reaches was altered since it was shown: its columns, keys or triggers, or who points at it.";
  return { message: `${message} Nothing was changed.`, evidence: {} };
}

/** The statement's own rows: new ones have nothing that they could differ from. */
function ownDrift(aim: Aim, tables: readonly TablePreview[], { oldRows, selections }: Ground): Drift | null {
  for (const [index, rows] of oldRows.entries()) {
    const table = tables[index];
    if (table?.diff?.verb === "insert" || table?.diff?.before === digestRows(rows)) continue;
    const info = aim.targets[index]?.info as TableInfo;
    return drift([], [], changedRows(table, info, selections[index]?.keys ?? [], rows));
  }
  return null;
}

function childDrift(preview: ChangePreview, { oldRows, passing: { children } }: Ground): Drift | null {
  const tables = tablesOf(preview).slice(oldRows.length);
  if (tables.length === children.length && children.every((child, index) => isAsShown(child, tables[index])))
    return null;
  const label = (table: string, keys: Keys): string => `${table} ${keyList(keys)}`;
  const currentText = children.map(({ info, keys }) => label(info.label, keys)).join("; ") || "none";
  const approvedText = tables.map(({ table, keys }) => label(table, keys)).join("; ") || "none";
  const message = `Foreign keys would pass the change on to other rows than was shown. Shown: ${approvedText}. Now: ${currentText}. Nothing was changed.`;
  return { message, evidence: { children_shown: approvedText, children_now: currentText } };
}

const isAsShown = ({ info, oldRows, verb }: Reached, table: TablePreview | undefined): boolean =>
  table?.table === info.label && table.diff?.verb === verb.toLowerCase() && table.diff.before === digestRows(oldRows);

/** Whether the server counts the very rows that are shown. */
const isCounted = ({ verb, single }: Aim): boolean => verb === "INSERT" || (verb === "UPDATE" && single);

/** Why what the statement did is not what was shown, or null when it is. */
export function resultDrift(
  aim: Aim,
  preview: ChangePreview,
  images: readonly TableImage[],
  matchedCount: number,
): string | null {
  if (isCounted(aim) && matchedCount !== preview.matched)
    return `The statement hit ${matchedCount} rows instead of the approved ${preview.matched}. It was rolled back.`;
  const tables = tablesOf(preview);
  for (const [index, image] of images.entries()) {
    if (tables[index]?.diff?.after === digestAfter(image)) continue;
    return `What the statement did to ${image.target.info.label} is not what was shown. It was rolled back.`;
  }
  return null;
}

/** `changedKeys`: null where the rows were not compared, since they are others already. */
const drift = (missingKeys: Keys, addedKeys: Keys, changedKeys: Keys | null): Drift => ({
  message:
    `The rows are not the approved ones any more. No longer matched: ${keyList(missingKeys)}. Matched now too: ${keyList(addedKeys)}. ` +
    `${changesText(changedKeys)} Nothing was changed.`,
  evidence: {
    gone: missingKeys.map((key) => [...key]),
    added: addedKeys.map((key) => [...key]),
    ...(changedKeys === null ? {} : { changed: changedKeys.map((key) => [...key]) }),
  },
});

function changesText(keys: Keys | null): string {
  if (keys === null) return "Whether a row that still matches was changed was not looked at.";
  return `Changed since: ${keys.length > 0 ? keyList(keys) : "values that the page did not show"}.`;
}

/** Rows of which a value that was shown is another one now. Not every row is shown, and of a row only what changes. */
export function changedRows(
  table: TablePreview | undefined,
  { columns }: TableInfo,
  keys: Keys,
  rows: readonly (Row | null)[],
): Keys {
  const byKey = new Map(keys.map((key, index) => [keyName(key), rows[index]]));
  const rowDiffs = (table?.diff?.rows ?? []).filter(({ key, cells }) => {
    const row = byKey.get(keyName(key));
    return cells.some(({ column, before: oldText }) => {
      const place = columns.findIndex(({ name }) => name === column);
      const text = place === -1 ? null : shownText(columns[place] as ColumnInfo, row?.[place] ?? null);
      return text !== oldText && !isCut(text) && !isCut(oldText);
    });
  });
  return rowDiffs.map(({ key }) => key);
}

/** Whether a page shows only a part of it. */
const isCut = (text: string | null): boolean => text !== null && text.length >= MOST_TEXT;
