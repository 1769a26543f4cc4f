/** Turning expressions of a step into the values of its request, with the sentence that says which one failed. */
import { evaluate, templateParts, type Scope } from "./expression.ts";
import type { RequestError } from "./change-kind.ts";
import type { SqlValue } from "../ports/sql.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Expression, Template } from "./spec.ts";

function wrong(name: string, expression: string, type: string): { ok: false; error: RequestError } {
  return err({ message: `${name} (${expression}) is not ${type}` });
}

/** A non-empty text. */
export function text(name: string, expression: Expression, scope: Scope): Result<string, RequestError> {
  const value = evaluate(expression, scope);
  if (!value.ok) return err({ message: `${name} (${expression}) has no value: ${value.error.message}` });
  if (typeof value.value !== "string" || value.value === "") return wrong(name, expression, "a text");
  return ok(value.value);
}

export function texts(name: string, expression: Expression, scope: Scope): Result<string[], RequestError> {
  const value = evaluate(expression, scope);
  if (!value.ok) return err({ message: `${name} (${expression}) has no value: ${value.error.message}` });
  if (!Array.isArray(value.value) || value.value.some((item) => typeof item !== "string")) {
    return wrong(name, expression, "a list of texts");
  }
  return ok(value.value as string[]);
}

export function count(name: string, expression: Expression, scope: Scope): Result<number, RequestError> {
  const value = evaluate(expression, scope);
  if (!value.ok) return err({ message: `${name} (${expression}) has no value: ${value.error.message}` });
  if (typeof value.value !== "number" || value.value < 0) return wrong(name, expression, "a whole number");
  return ok(value.value);
}

/** Values for the named placeholders of a statement: text, null or a list of texts. A number is a mistake in the runbook. */
export function sqlValues(
  params: Readonly<Record<string, Expression>>,
  scope: Scope,
): Result<Record<string, SqlValue>, RequestError> {
  const values: Record<string, SqlValue> = {};
  for (const [name, expression] of Object.entries(params)) {
    const value = evaluate(expression, scope);
    if (!value.ok) return err({ message: `:${name} (${expression}) has no value: ${value.error.message}` });
    const parameter = value.value;
    const isTexts = Array.isArray(parameter) && parameter.every((item) => typeof item === "string");
    if (parameter !== null && typeof parameter !== "string" && !isTexts) {
      return wrong(`:${name}`, expression, "a text, a list of texts or null");
    }
    values[name] = parameter;
  }
  return ok(values);
}

/**
 * Sentences with their values: each `${…}` stands inside its one sentence and is a text, a whole number, true or false. A sentence
 * that begins with a value must not look like an option.
 */
export function templateTexts(templates: readonly Template[], scope: Scope): Result<string[], RequestError> {
  const filled: string[] = [];
  for (const template of templates) {
    const value = templateText(template, scope);
    if (!value.ok) return value;
    if (template.startsWith("${") && value.value.startsWith("-"))
      return err({ message: `${template} is ${JSON.stringify(value.value)}: a value that would be read as an option` });
    filled.push(value.value);
  }
  return ok(filled);
}

function templateText(template: Template, scope: Scope): Result<string, RequestError> {
  let filled = "";
  for (const part of templateParts(template)) {
    const value = "text" in part ? ok(part.text) : evaluate(part.expression, scope);
    if (!value.ok) return err({ message: `${template} has no value: ${value.error.message}` });
    if (value.value === null || typeof value.value === "object" || value.value === "")
      return err({ message: `${template}: a part of it is empty, or no text` });
    if (String(value.value).includes("\0")) return err({ message: `${template} holds a NUL` });
    filled += String(value.value);
  }
  return ok(filled);
}

/** Texts for the parameters of a command. */
export function textParams(
  params: Readonly<Record<string, Expression>>,
  scope: Scope,
): Result<Record<string, string>, RequestError> {
  const values: Record<string, string> = {};
  for (const [name, expression] of Object.entries(params)) {
    const value = text(name, expression, scope);
    if (!value.ok) return value;
    values[name] = value.value;
  }
  return ok(values);
}
