/** A question about one step, put to a person: what was decided, or how the run goes on where nothing was. */
import type { Bodies } from "./bodies.ts";
import type { Drafts, Driver } from "./driver.ts";
import { APART, type FailureAnswer, type Question } from "./operator-port.ts";
import { stand, WITHDRAWN } from "./stand.ts";

/** What was decided of a step. `note`: the person's own words, where the choice needs them. */
export type StepDecision = Pick<Bodies["decision.made"], "choice" | "then" | "method" | "note">;

/** What an answer decides: the choice of a person, or to stop where nobody is there; null where it decides nothing. */
function decisionOf({ choices, notes = {} }: Question, answer: FailureAnswer): StepDecision | null {
  if (answer.kind === "nobody") return { choice: "stop", then: "stop", method: "nobody-to-ask" };
  const choice = answer.kind === "decided" ? choices.find(({ id }) => id === answer.choice) : undefined;
  if (answer.kind !== "decided" || choice === undefined) return null;
  const { id } = choice;
  return { choice: id, then: choice.then, method: "person", ...(id in notes ? { note: answer.note } : {}) };
}

/**
 * Puts a question and gives what was decided, or that each target is to be asked about apart; null where it was withdrawn, given up since the run was asked to stop, or put
 * off: then the targets wait for `reason`.
 */
export async function* askAbout(
  driver: Driver,
  question: Question,
  keys: readonly string[],
  waits: Pick<Bodies["run.paused"], "reason" | "exit">,
): Drafts<StepDecision | typeof APART | null> {
  const answer = yield* stand(driver, keys, (withdrawn) => driver.world.operator.failed(question, withdrawn));
  if (answer === WITHDRAWN) return null;
  if (answer.kind === "decided" && answer.choice === APART && question.apart !== undefined) return APART;
  const decision = decisionOf(question, answer);
  if (decision?.method !== "person" && driver.stopped(question.question)) return null;
  if (decision === null) driver.lack(keys, { ...waits, says: `${question.question} Nothing was decided` });
  return decision;
}
