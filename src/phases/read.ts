/** What a step or a probe asks of the world, and what is made of the answer. Nothing here changes anything. */
import { evaluate, fill, holds, type Scope } from "./expression.ts";
import type { Json } from "../ports/json.ts";
import type { Failure } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { readForm } from "./kinds/index.ts";
import { unaskable } from "./question.ts";
import { sawIn, type Saw } from "./saw.ts";
import type { ProbeSpec, ReadSpec } from "./spec.ts";

/** Puts one question to the world. The answer is what `result` means in the expressions beside it. */
export const ask = (spec: ReadSpec, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> =>
  readForm(spec).ask(spec, scope, ports);

/** The facts that a read keeps, each an expression over its result. */
export function keep(
  facts: Readonly<Record<string, string>>,
  scope: Scope,
): Result<Record<string, Json>, { readonly message: string }> {
  const result: Record<string, Json> = {};
  for (const [name, expression] of Object.entries(facts)) {
    const value = evaluate(expression, { ...scope, facts: { ...scope.facts, ...result } });
    if (!value.ok) return err({ message: `fact ${name} (${expression}) has no value: ${value.error.message}` });
    result[name] = value.value;
  }
  return ok(result);
}

/** What a probe saw: whether it holds, the sentence that says so, the answer itself, and how much was in it. */
export interface Observation {
  readonly holds: boolean;
  readonly says: string;
  readonly answer: Json;
  readonly saw: Saw;
}

/** Asks a probe. A question that could not be asked or answered is a failure, never "does not hold". */
export async function probe(spec: ProbeSpec, scope: Scope, ports: Ports): Promise<Result<Observation, Failure>> {
  const answer = await ask(spec.read, scope, ports);
  if (!answer.ok) return answer;
  const answerScope = { ...scope, result: answer.value };
  const met = holds(spec.expect, answerScope);
  if (!met.ok) return unaskable(`${met.error.expression}: ${met.error.message}`);
  const says =
    met.value || spec.because === undefined ? fill(spec.title, answerScope) : fill(spec.because, answerScope);
  return ok({ holds: met.value, says, answer: answer.value, saw: sawIn(answer.value, spec.none_expected) });
}
