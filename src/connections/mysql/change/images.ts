/** Rows as they are: every column as text, read under the transaction's locks. */
import type { Answer, Session } from "../session.ts";
import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { carried, carriedTable, rowsText } from "./carry.ts";
import { asTextSql, carrierOf, columnSql, joinsSql, type ColumnInfo } from "./columns.ts";
import { quoteName } from "../../../sql/dissect.ts";

/** One value for each column of its table, in the table's order. */
export type Row = readonly (string | null)[];

export const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : Buffer.isBuffer(value) ? value.toString("utf8") : String(value);

export const textRows = (answer: Answer): Row[] => answer.rows.map((row) => (isText(row) ? row : row.map(textOf)));

const isText = (row: readonly unknown[]): row is Row =>
  row.every((value) => typeof value === "string" || value === null);

/** Where a table's key columns stand among its columns. */
export const keyPlaces = (columns: readonly ColumnInfo[], keys: readonly string[]): number[] =>
  keys.map((key) => columns.findIndex(({ name }) => name === key));

export const pick = (row: Row, places: readonly number[]): string[] => places.map((at) => row[at] ?? "");

/** What tells rows apart as one text. */
export const rowName = (key: readonly (string | null)[]): string => JSON.stringify(key);

/** Whether two rows are the same, value by value. */
export const equalRows = (
  a: readonly (string | null)[] | undefined,
  b: readonly (string | null)[] | undefined,
): boolean => a !== undefined && a.length === b?.length && a.every((value, at) => value === b[at]);

/** What marks and digests are made of; columns in `without` do not count. */
export const rowTexts = (rows: readonly Row[], without: ReadonlySet<number> = new Set()): string[] =>
  rows.map((row) => rowName(without.size === 0 ? row : row.filter((_, at) => !without.has(at))));

/** A short name for what a row looked like: it only helps to say which rows changed; that some did, the digest tells. */
const mark = (text: string): string => crc32(text).toString(16).padStart(8, "0");

/** sha256 of ordered texts. None of them may hold a line break: JSON never does. */
export const digestTexts = (texts: readonly string[]): string => hash("sha256", texts.join("\n"), "hex");

/** What rows looked like: all of them together, and each. */
export interface Looks {
  readonly digest: string;
  readonly marks: readonly string[];
}

export function looksOf(rows: readonly Row[]): Looks {
  const texts = rowTexts(rows);
  return { digest: digestTexts(texts), marks: texts.map(mark) };
}

export interface Keyed {
  readonly table: string;
  readonly columns: readonly ColumnInfo[];
  readonly keyColumns: readonly string[];
}

const keysOf = ({ columns, keyColumns }: Keyed): ColumnInfo[] =>
  keyPlaces(columns, keyColumns).map((at) => columns[at] as ColumnInfo);

/** Carries keys of a table, and joins it with them by its key's index. */
export function keyJoin(
  keyed: Keyed,
  alias: string,
): { readonly carried: { name: string; type: string }[]; readonly on: string } {
  const keys = keysOf(keyed);
  const named = keys.map((column, at) => ({ name: `handrail_k${at}`, type: carrierOf(column) }));
  const on = keys.map((column, at) => joinsSql(column, columnSql(alias, column.name), carried(`handrail_k${at}`)));
  return { carried: named, on: on.join(" AND ") };
}

export interface ByKey {
  /** Only the columns at these places; null: every one. */
  readonly only?: readonly number[] | null;
  /** False only looks: the row may have changed before the answer is here. */
  readonly lock?: boolean;
}

/** The rows that have these keys, in the order of the keys; null where there is none. Locked, unless said otherwise. */
export async function rowsByKey(
  session: Session,
  keyed: Keyed,
  keys: readonly Row[],
  { only = null, lock = true }: ByKey = {},
): Promise<(Row | null)[]> {
  if (keys.length === 0) return [];
  const { table, columns } = keyed;
  const join = keyJoin(keyed, "handrail_t");
  const read = (only?.map((at) => columns[at] as ColumnInfo) ?? columns).map((column) =>
    asTextSql(column, columnSql("handrail_t", column.name)),
  );
  const sql =
    `SELECT ${[carried("handrail_at"), ...read].join(", ")} FROM ${carriedTable("?", join.carried, true)}` +
    ` STRAIGHT_JOIN ${quoteName(table)} AS handrail_t ON ${join.on}${lock ? " FOR UPDATE" : ""}`;
  const answer = await session.run(sql, [rowsText(keys)]);
  const found: (Row | null)[] = keys.map(() => null);
  for (const [at, ...row] of textRows(answer)) found[Number(at) - 1] = row;
  return found;
}
