/** One row as texts, and what tells rows apart. */
import { hash } from "node:crypto";
import type { ResultSet } from "../session.ts";

/** One value for each column of its table, in the table's order. */
export type Row = readonly (string | null)[];

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : Buffer.isBuffer(value) ? value.toString("utf8") : String(value);

export const textRows = (answer: ResultSet): Row[] => answer.rows.map((row) => (isText(row) ? row : row.map(textOf)));

const isText = (row: readonly unknown[]): row is Row =>
  row.every((value) => typeof value === "string" || value === null);

export const pick = (row: Row, places: readonly number[]): string[] => places.map((place) => row[place] ?? "");

/** What tells rows apart as one text. */
export const rowName = (key: readonly (string | null)[]): string => JSON.stringify(key);

/** The same of a key, which has one column nearly always; it sorts as the text of the row does. */
export const keyName = (key: readonly (string | null)[]): string =>
  key.length === 1 && typeof key[0] === "string" ? `${key[0]}"` : rowName(key);

/** Whether two rows are the same, value by value. */
export const equalRows = (
  a: readonly (string | null)[] | undefined,
  b: readonly (string | null)[] | undefined,
): boolean => a !== undefined && a.length === b?.length && a.every((value, index) => value === b[index]);

/** What digests are made of; columns in `without` do not count. */
export const rowTexts = (rows: readonly Row[], without: ReadonlySet<number> = new Set()): string[] =>
  rows.map((row) => rowName(without.size === 0 ? row : row.filter((_, place) => !without.has(place))));

/** sha256 of ordered texts. None of them may hold a line break: JSON never does. */
export const digestTexts = (texts: readonly string[]): string => hash("sha256", texts.join("\n"), "hex");

/** sha256 of every value of rows, in their order. */
export const digestRows = (rows: readonly Row[]): string => digestTexts(rowTexts(rows));

/** The SHA-256 of one row's texts, each behind its length in bytes: what `digestSql` in columns.ts makes on the server. */
export const digestOf = (row: Row): string =>
  hash("sha256", row.map((text) => (text === null ? "-:" : `${Buffer.byteLength(text)}:${text}`)).join(""), "hex");
