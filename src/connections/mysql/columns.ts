/** Types facts by what the server says about each column, never by what a value looks like. */
import type { Json, JsonObject } from "../../ports/json.ts";
import type { ColumnType } from "../../ports/sql.ts";
import type { ResultSet, Column } from "./session.ts";
import { refuse } from "./trouble.ts";

// The protocol's numbers for TINY, SHORT, LONG, LONGLONG, INT24 and YEAR.
const INTEGERS: ReadonlySet<number> = new Set([1, 2, 3, 8, 9, 13]);

/**
 * Turns an answer into rows. Columns that the runbook declares must have the declared type; the others are `int` or
 * `text` by themselves. Throws `SqlTrouble` that names the column.
 */
export function factRows(answer: ResultSet, columnTypes: Readonly<Record<string, ColumnType>>): JsonObject[] {
  const names = answer.columns.map((column) => column.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(`The query gives the column "${twice}" twice.`, "columns");
  for (const name of Object.keys(columnTypes)) {
    if (!names.includes(name)) throw refuse(`The query gives no column "${name}".`, "columns");
  }
  const readers = answer.columns.map((column) => reader(column, columnTypes[column.name]));
  return answer.rows.map((row) =>
    Object.fromEntries(row.map((value, index) => [names[index] ?? "", readers[index]?.(value) ?? null])),
  );
}

function reader(column: Column, declaredType: ColumnType | undefined): (value: unknown) => Json {
  const integer = INTEGERS.has(column.type);
  const type = declaredType ?? (integer ? "int" : "text");
  if (type === "text") return (value) => (value === null ? null : asText(value));
  if (!integer) throw noInteger(column.name, type);
  return (value) => (value === null ? null : asNumber(column.name, value, type));
}

function noInteger(name: string, type: "int" | "bool"): Error {
  const hint = type === "int" ? "; CAST(… AS SIGNED) makes it one" : "";
  return refuse(`The column "${name}" is declared ${type}, but the server gives no integer for it${hint}.`, "columns");
}

function asNumber(name: string, value: unknown, type: "int" | "bool"): Json {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw refuse(`The column "${name}" holds ${asText(value)}, too large for an int: declare it text.`, "columns");
  }
  if (type === "int") return number;
  if (number === 0 || number === 1) return number === 1;
  throw refuse(`The column "${name}" is declared bool, but holds ${number}.`, "columns");
}

/** The text of a value: bytes that are no characters are shown as hexadecimal. */
export function asText(value: unknown): string {
  return Buffer.isBuffer(value) ? `0x${value.toString("hex")}` : String(value);
}
