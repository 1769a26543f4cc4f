/** A body as a runbook writes it: maps and lists whose leaves are expressions. Nothing in it is pasted together as text. */
import type { RequestError } from "./change-kind.ts";
import { evaluate, type Scope } from "./expression.ts";
import type { Json } from "../ports/json.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Expression } from "./spec.ts";

export type JsonTree = Expression | readonly JsonTree[] | { readonly [key: string]: JsonTree };

/** The leaves of a tree, each with the way to it. */
export function leavesOf(tree: JsonTree, path: readonly PropertyKey[] = []): [readonly PropertyKey[], Expression][] {
  if (typeof tree === "string") return [[path, tree]];
  const members = Array.isArray(tree) ? [...(tree as readonly JsonTree[]).entries()] : Object.entries(tree);
  return members.flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

/** The tree with its values. */
export function jsonOf(tree: JsonTree, scope: Scope): Result<Json, RequestError> {
  if (typeof tree === "string") {
    const value = evaluate(tree, scope);
    return value.ok ? value : err({ message: `body (${tree}) has no value: ${value.error.message}` });
  }
  const values: [string, Json][] = [];
  for (const [key, member] of Object.entries(tree)) {
    const value = jsonOf(member, scope);
    if (!value.ok) return value;
    values.push([key, value.value]);
  }
  return ok(Array.isArray(tree) ? values.map(([, value]) => value) : Object.fromEntries(values));
}
