/**
 * The path of a request: fixed text of the file, with `${…}` for values. A value is one part of one segment, encoded: whatever it
 * holds, it can neither leave its place nor add a query.
 */
import type { RequestError } from "./change-kind.ts";
import { evaluate, templateParts, type Scope } from "./expression.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Expression, Template } from "./spec.ts";

/** What fixed text may hold: what an address has as it stands. A brace is none of it, so a hole cannot be mistaken. */
const FIXED = /^[A-Za-z0-9/_.~!$&'()*+,;=:@-]*$/u;
/** What an answer tells later: the id of a job. */
export const JOB = "job";
export const HOLE = `{${JOB}}`;

/** Whether an expression is the place for the id of a job. */
export const isHole = (expression: string): boolean => expression.trim() === JOB;
const isDots = (segment: string): boolean => segment === "." || segment === "..";

/** Why the fixed text of a path cannot be one, with a hint; null where it can. */
export function pathTrouble(template: Template): readonly [message: string, hint: string | null] | null {
  const skeleton = templateParts(template)
    .map((part) => ("text" in part ? part.text : "x"))
    .join("");
  if (!skeleton.startsWith("/")) return ["a path begins with /", "it stands behind the URL of the connection"];
  if (/[?#]/u.test(skeleton)) return ["a path holds no query and no fragment", "write parameters under query"];
  if (!FIXED.test(skeleton))
    return ["a path holds letters, digits and - . _ ~ ! $ & ' ( ) * + , ; = : @", "anything else is a value: ${'…'}"];
  if (skeleton.includes("//")) return ["a path has no empty segment", null];
  return skeleton.split("/").some(isDots) ? ["a path has no . or .. in it", null] : null;
}

/** The expressions in a path, the place for the id of a job among them. */
export const expressionsIn = (template: Template): string[] =>
  templateParts(template).flatMap((part) => ("expression" in part ? [part.expression] : []));

/** Whether a path has the place for the id of a job. */
export const hasHole = (template: Template): boolean => expressionsIn(template).some(isHole);

/** A text as one part of a segment; null where it can be none. */
function encoded(text: string): string | null {
  if (text === "" || isDots(text)) return null;
  try {
    return encodeURIComponent(text);
  } catch {
    return null; // half a character
  }
}

/** A template for people who have no values yet: `/boats/${target.id}` becomes `/boats/‹target.id›`. */
export const pathOutline = (template: Template): string =>
  templateParts(template)
    .map((part) => ("text" in part ? part.text : `‹${part.expression.trim()}›`))
    .join("");

/** The path with its values, each encoded. */
export const pathOf = (name: string, template: Template, scope: Scope): Result<string, RequestError> =>
  composed(name, template, (expression) => partOf(name, expression, scope));

/** The same of a path that asks about a job: the place for its id stays one, `{job}`. */
export const jobPathOf = (name: string, template: Template, scope: Scope): Result<string, RequestError> =>
  composed(name, template, (expression) => (isHole(expression) ? ok(HOLE) : partOf(name, expression, scope)));

function composed(
  name: string,
  template: Template,
  valueOf: (expression: Expression) => Result<string, RequestError>,
): Result<string, RequestError> {
  const parts: string[] = [];
  for (const part of templateParts(template)) {
    const text = "text" in part ? ok(part.text) : valueOf(part.expression);
    if (!text.ok) return text;
    parts.push(text.value);
  }
  const path = parts.join("");
  if (path.split("/").some(isDots)) return err({ message: `${name} (${template}) has no . or .. in it: ${path}` });
  return ok(path);
}

function partOf(name: string, expression: Expression, scope: Scope): Result<string, RequestError> {
  const value = evaluate(expression, scope);
  if (!value.ok) return err({ message: `${name} (${expression}) has no value: ${value.error.message}` });
  const isScalar = typeof value.value === "string" || typeof value.value === "number";
  const text = isScalar ? encoded(String(value.value)) : null;
  return text === null
    ? err({ message: `${name} (${expression}) is nothing that can stand in a path: it is empty, . or .., or no text` })
    : ok(text);
}

/** Puts the id of a job into its place. */
export function withJob(path: string, id: string): Result<string, RequestError> {
  const text = encoded(id);
  return text === null ? err({ message: "its id cannot stand in a path" }) : ok(path.replaceAll(HOLE, () => text));
}
