/**
 * Many rows in one bound value: a JSON text that the server turns into a table. One statement, one parameter, however
 * many rows; no value ever stands in the text of a statement.
 */
import { quoteName } from "../../../sql/dissect.ts";
import type { Row } from "./row.ts";

/** A column of the carried table: its name and its SQL type. */
export interface Carried {
  readonly name: string;
  readonly type: string;
}

const CARRIED = "handrail_rows";

/** `JSON_TABLE(…) AS handrail_rows`, over the text that `value` stands for: `?` or `:rows`. */
export function carriedTable(value: string, columns: readonly Carried[], ordinal = false): string {
  const listed = columns.map(({ name, type }, at) => `${quoteName(name)} ${type} PATH '$[${at}]'`);
  if (ordinal) listed.push("`handrail_at` FOR ORDINALITY");
  return `JSON_TABLE(${value}, '$[*]' COLUMNS (${listed.join(", ")})) AS ${CARRIED}`;
}

export const carried = (name: string): string => `${CARRIED}.${quoteName(name)}`;

export const rowsText = (rows: readonly Row[]): string => JSON.stringify(rows);
