/** What a program prints, read as values. Whatever does not fit is no answer, never an empty one. */
import type { Json, JsonObject } from "../../ports/json.ts";
import { failure, type Failure } from "../../ports/outcome.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { ColumnType } from "../../ports/sql.ts";

const garbled = (message: string): { readonly ok: false; readonly error: Failure } => err(failure("garbled", message));

/** `key=value`, a pair on a line; a value may have quotes around it, as in os-release. */
export function pairsIn(output: string): Result<Record<string, string>, Failure> {
  const pairs = new Map<string, string>();
  for (const line of output.split("\n")) {
    if (line.trim() === "") continue;
    const end = line.indexOf("=");
    if (end <= 0) return garbled(`a line of the output is no key=value: ${line.slice(0, 80)}`);
    const name = line.slice(0, end).trim();
    if (pairs.has(name)) return garbled(`the output says ${name} twice`);
    const value = line.slice(end + 1).trim();
    pairs.set(name, value.replace(/^"(.*)"$/u, "$1"));
  }
  return ok(Object.fromEntries(pairs));
}

function cellOf(value: unknown, type: ColumnType): Json | undefined {
  if (type === "bool") return typeof value === "boolean" ? value : undefined;
  if (type === "int") return Number.isSafeInteger(value) ? (value as number) : undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A JSON array of objects, of each the declared columns. */
export function rowsIn(output: string, columns: Readonly<Record<string, ColumnType>>): Result<Json, Failure> {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    return garbled("the output is no JSON");
  }
  if (!Array.isArray(answer)) return garbled("the output is no JSON array");
  const rows: JsonObject[] = [];
  for (const entry of answer as unknown[]) {
    const row: Record<string, Json> = {};
    for (const [name, type] of Object.entries(columns)) {
      const value = cellOf((entry as Record<string, unknown> | null)?.[name], type);
      if (value === undefined) return garbled(`an element of the output has no ${name} that is ${type}`);
      row[name] = value;
    }
    rows.push(row);
  }
  return ok(rows);
}
