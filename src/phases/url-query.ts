/** The query of a request: values by name, each encoded. A list is the same parameter several times. */
import type { RequestError } from "./change-kind.ts";
import { evaluate, type Scope } from "./expression.ts";
import type { Json } from "../ports/json.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Expression } from "./spec.ts";

/** What stands for a value in a query: text, or texts where there are several. */
export type QueryValue = string | readonly string[];

const isScalar = (value: Json): boolean => ["string", "number", "boolean"].includes(typeof value);

/** The values of a query, as texts. */
export function queryOf(
  params: Readonly<Record<string, Expression>>,
  scope: Scope,
): Result<Record<string, QueryValue>, RequestError> {
  const values: Record<string, QueryValue> = {};
  for (const [name, expression] of Object.entries(params)) {
    const value = evaluate(expression, scope);
    if (!value.ok) return err({ message: `query ${name} (${expression}) has no value: ${value.error.message}` });
    const list = Array.isArray(value.value) ? (value.value as readonly Json[]) : [value.value];
    const isWrong = !list.every(isScalar) || list.map(String).some((text) => !text.isWellFormed());
    if (isWrong) return err({ message: `query ${name} (${expression}) is not a text, a number, or a list of such` });
    values[name] = Array.isArray(value.value) ? list.map(String) : String(value.value);
  }
  return ok(values);
}

/** A query without values, with its question mark: `?all=‹true›`; '' where there is none. */
export function queryOutline(params: Readonly<Record<string, Expression>>): string {
  const pairs = Object.entries(params).map(([name, expression]) => `${name}=‹${expression.trim()}›`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** The query behind a path, with its question mark; '' where there is none. */
export function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((text) => [name, text] as const));
  if (pairs.length === 0) return "";
  return `?${pairs.map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`).join("&")}`;
}
