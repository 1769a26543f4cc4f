/** What the questions of all kinds have in common: how one that cannot be asked is told, and how a list of them is asked. */
import { failure, type Failure } from "../ports/outcome.ts";
import { err, ok, type Result } from "../ports/result.ts";

/** How many requests of one question are on their way at once. */
const AT_ONCE = 8;

/** A question whose expressions have no fitting value. */
export const unaskable = (message: string): { readonly ok: false; readonly error: Failure } =>
  err(failure("garbled", `the runbook's question cannot be asked: ${message}`));

/** One request for each value, some at a time; the rows of all answers in the values' order, or the first failure. */
export async function askEach<T>(
  values: readonly string[],
  ask: (value: string) => Promise<Result<readonly T[], Failure>>,
): Promise<Result<T[], Failure>> {
  const rows: T[] = [];
  for (let start = 0; start < values.length; start += AT_ONCE) {
    const answers = await Promise.all(values.slice(start, start + AT_ONCE).map(ask));
    for (const answer of answers) {
      if (!answer.ok) return answer;
      rows.push(...answer.value);
    }
  }
  return ok(rows);
}
