/**
 * Many rows in one bound value: a JSON text that the server turns into a table. One statement, one parameter, however
 * many rows; no value ever stands in the text of a statement.
 */
import { quoteName } from "../../../sql/dissect.ts";
import type { Row } from "./row.ts";

/** A column of the carried table: its name and its SQL type. */
export interface JsonColumn {
  readonly name: string;
  readonly type: string;
}

const CARRIED = "handrail_rows";

/** `JSON_TABLE(…) AS handrail_rows`, over the text that `value` stands for: `?` or `:rows`. */
export function jsonTable(value: string, columns: readonly JsonColumn[], ordinal = false): string {
  const definitions = columns.map(({ name, type }, index) => `${quoteName(name)} ${type} PATH '$[${index}]'`);
  if (ordinal) definitions.push("`handrail_at` FOR ORDINALITY");
  return `JSON_TABLE(${value}, '$[*]' COLUMNS (${definitions.join(", ")})) AS ${CARRIED}`;
}

export const jsonColumnSql = (name: string): string => `${CARRIED}.${quoteName(name)}`;

export const rowsText = (rows: readonly Row[]): string => JSON.stringify(rows);
