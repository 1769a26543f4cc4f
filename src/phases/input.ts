/**
 * Inputs of a run: typed values that it is told before it begins. They are kept in it and bound like any other value; none of
 * them ever becomes a part of a statement's or a program's text.
 */
import { NO_SCOPE } from "./expression.ts";
import { readForm } from "./kinds/index.ts";
import type { InputSpec } from "./spec.ts";
import { failure, type Failure } from "../ports/outcome.ts";
import type { JsonObject } from "../ports/json.ts";
import type { Ports } from "../ports/ports.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { safeText } from "../text/safe-text.ts";

export type InputValue = string | number;

/** How an input was given: with an option of the command, as the answer of a person who was asked, or by the runbook itself. */
export type InputSource = "option" | "answer" | "default";

/** More than this is a document, not a value. */
export const INPUT_MOST = 200;

/** A pattern that the whole text has to match. Throws where it is none. */
export const wholePattern = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, "u");

/** What would fit, in words, before anything was asked. */
export function inputForm({ type }: InputSpec): string {
  if (type.kind === "int") return `a whole number from ${type.from} to ${type.to}`;
  if (type.kind === "choice") return `one of ${type.choices.join(", ")}`;
  if (type.kind === "choice-from")
    return `one of the values in ${type.column} that ${readForm(type.read).counterpart ?? "the site"} has`;
  return type.pattern === undefined
    ? `a text of at most ${INPUT_MOST} characters`
    : `a text that matches ${type.pattern}`;
}

/** The value that a text gives, or what would have fitted. `choices`: those that were asked for; null where none had to be. */
export function inputValue(
  spec: InputSpec,
  text: string,
  choices: readonly string[] | null,
): Result<InputValue, string> {
  const { type } = spec;
  if (type.kind === "int") return intValue(spec, text);
  if (text === "" || text.length > INPUT_MOST || text !== safeText(text)) return err(plainForm(spec));
  const list = type.kind === "choice" ? type.choices : choices;
  if (list !== null)
    return list.includes(text) ? ok(text) : err(`one of ${list.join(", ") || "nothing: there is none"}`);
  const isWhole = type.kind !== "text" || type.pattern === undefined || wholePattern(type.pattern).test(text);
  return isWhole ? ok(text) : err(inputForm(spec));
}

/** What fits, where a text holds what nobody can see, or is too long. */
function plainForm(spec: InputSpec): string {
  return spec.type.kind === "text" ? `${inputForm(spec)}, in letters that can be seen` : inputForm(spec);
}

function intValue(spec: InputSpec, text: string): Result<InputValue, string> {
  const { type } = spec;
  const value = /^-?\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
  return type.kind === "int" && value >= type.from && value <= type.to ? ok(value) : err(inputForm(spec));
}

/** The values to choose from, asked of the site where they are not fixed; null where any value of the type will do. */
export async function inputChoices(
  { type }: InputSpec,
  ports: Ports,
): Promise<Result<readonly string[] | null, Failure>> {
  if (type.kind === "choice") return ok(type.choices);
  if (type.kind !== "choice-from") return ok(null);
  const answer = await readForm(type.read).ask(type.read, NO_SCOPE, ports);
  if (!answer.ok) return answer;
  if (!Array.isArray(answer.value)) return err(failure("garbled", "the answer has no rows to choose from"));
  const values = answer.value.map((row) => (row as JsonObject)[type.column]);
  return ok([...new Set(values.filter((value) => value !== null && value !== undefined).map(String))]);
}
