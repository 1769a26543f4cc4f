/**
 * Expressions of a runbook: CEL, an existing, total, side-effect-free language. They are type-checked when a runbook
 * is loaded (see `src/runbooks/types.ts`) and evaluated over plain values while it runs.
 * Rules: integers are integers, everything else is text; comparing text with a number is a type error, never a cast.
 */
import { Environment } from "@marcbachmann/cel-js";
import type { Json, JsonObject } from "../ports/json.ts";
import { err, ok, type Result } from "../ports/result.ts";

/** What an expression may name. `item` exists under `foreach`, `result` where a read has just answered. */
export interface Scope {
  readonly run: { readonly id: string };
  readonly inputs: JsonObject;
  readonly target: JsonObject;
  readonly facts: JsonObject;
  /** Gate id (or the id of a phase with a rescue) to the choice made, '' while none was. */
  readonly decisions: Readonly<Record<string, string>>;
  /** Step id to the item keys of this target that succeeded or were already so, in this run. */
  readonly done: Readonly<Record<string, readonly string[]>>;
  /** Id of the rung at which this target left the ladder, '' while it has not. */
  readonly left: string;
  /** Ids under which the other side accepted this run's own changes for the target, those under way among them. */
  readonly accepted: readonly string[];
  /** Ids of the snapshots that earlier runs of this journal reverted the target to, confirmed by the other side. */
  readonly reverted: readonly string[];
  readonly item?: Json;
  readonly result?: Json;
}

/** What an expression sees where no run is there yet: nothing but what is added to it. */
export const NO_SCOPE: Scope = {
  run: { id: "" },
  inputs: {},
  target: {},
  facts: {},
  decisions: {},
  done: {},
  left: "",
  accepted: [],
  reverted: [],
};

/** Why an expression has no value: it names something that was not read, or asks what has no answer. */
export interface ExpressionError {
  readonly expression: string;
  readonly message: string;
}

/** A name as hosts have it: lower case, letters, digits and hyphens, no leading digit or hyphen, 63 at most. */
function cloudstackName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^[-0-9]+/, "")
    .replace(/-+$/, "")
    .slice(0, 63);
}

/** Adds the functions of ours that an expression may call. */
export function withFunctions(environment: Environment): Environment {
  return environment.registerFunction("cloudstack_name(string): string", cloudstackName);
}

let runtime: Environment | undefined;
const programs = new Map<string, (context: Record<string, unknown>) => unknown>();

function compile(expression: string): (context: Record<string, unknown>) => unknown {
  runtime ??= withFunctions(new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false }));
  let program = programs.get(expression);
  if (program === undefined) {
    program = runtime.parse(expression) as (context: Record<string, unknown>) => unknown;
    programs.set(expression, program);
  }
  return program;
}

function toCel(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(toCel);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toCel(member)]));
  }
  return value;
}

/** The values that an expression can name, as CEL has them. What its text does not have it cannot reach. */
function bindings(expression: string, scope: Scope): Record<string, unknown> {
  const entries = Object.entries(scope).filter(([name]) => expression.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, toCel(value)]));
}

/** A whole number that no fact can hold exactly has no value: it would be another one. */
function fromInteger(value: bigint): number {
  if (!Number.isSafeInteger(Number(value)))
    throw new TypeError(`${value} is too large for a number; write it as a text`);
  return Number(value);
}

function fromCel(value: unknown): Json {
  if (typeof value === "bigint") return fromInteger(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, member]) => [String(key), fromCel(member)]));
  }
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromCel(member)]));
  }
  throw new TypeError(`an expression gave a value that a fact cannot hold: ${typeof value}`);
}

/** Evaluates an expression over a scope. Never throws for what the expression or the values say. */
export function evaluate(expression: string, scope: Scope): Result<Json, ExpressionError> {
  try {
    return ok(fromCel(compile(expression)(bindings(expression, scope))));
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return err({ expression, message });
  }
}

/** Evaluates a condition; anything but true or false is an error. */
export function holds(expression: string, scope: Scope): Result<boolean, ExpressionError> {
  const value = evaluate(expression, scope);
  if (!value.ok) return value;
  return typeof value.value === "boolean"
    ? ok(value.value)
    : err({ expression, message: "the condition is neither true nor false" });
}

/** A piece of a sentence: literal text, or the expression inside `${…}`. */
export type TemplatePart = { readonly text: string } | { readonly expression: string };

/** Splits a sentence at its `${…}`. A brace inside a CEL string does not end it; an unclosed one is literal text. */
export function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let rest = template;
  for (;;) {
    const start = rest.indexOf("${");
    const end = start < 0 ? -1 : closingBrace(rest, start + 2);
    if (end < 0) break;
    if (start > 0) parts.push({ text: rest.slice(0, start) });
    parts.push({ expression: rest.slice(start + 2, end) });
    rest = rest.slice(end + 1);
  }
  if (rest !== "") parts.push({ text: rest });
  return parts;
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  let quote = "";
  for (let offset = from; offset < text.length; offset += 1) {
    const char = text[offset] ?? "";
    if (quote !== "") {
      if (char === "\\") offset += 1;
      else if (char === quote) quote = "";
    } else if (char === "'" || char === '"') quote = char;
    else if (char === "{") depth += 1;
    else if (char === "}" && depth > 0) depth -= 1;
    else if (char === "}") return offset;
  }
  return -1;
}

/** Fills a sentence. A part that has no value is shown as `⟨expression: why⟩` rather than hiding the whole sentence. */
export function fill(template: string, scope: Scope): string {
  return templateParts(template)
    .map((part) => {
      if ("text" in part) return part.text;
      const value = evaluate(part.expression, scope);
      if (!value.ok) return `⟨${part.expression}: ${value.error.message}⟩`;
      return typeof value.value === "string" ? value.value : JSON.stringify(value.value);
    })
    .join("");
}
