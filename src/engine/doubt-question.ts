/**
 * What a person may say of a change whose end no look can tell. What is said is a statement and stands as one in the
 * journal; a revert that somebody calls done lets the deletion of its snapshot follow, and says so.
 */
import { EXIT } from "./exit.ts";
import type { Choice } from "../phases/spec.ts";
import { traceOf } from "../phases/change-kind.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { changeSpec } from "./change-spec.ts";
import { placeOf, type Driver, type Drafts } from "./driver.ts";
import type { Bodies } from "./bodies.ts";
import type { Ref } from "./command.ts";
import { withAdvice } from "./consequence.ts";
import { APART, type Question } from "./operator-port.ts";
import { askAbout } from "./step-question.ts";

const NOTES = {
  applied: "How do you know that it was done? It stands in the report",
  "not-applied": "How do you know that it was not done? It stands in the report",
  leave: "How do you know that it was not done? It stands in the report",
};

/** The words that are taken for a fact, by what a person chooses. */
const WORDS: Readonly<Record<string, Bodies["operator.resolved"]["as"]>> = {
  applied: "applied",
  "not-applied": "not-applied",
  leave: "not-applied",
};

function choicesFor(ref: Ref): readonly Choice[] {
  const { change } = changeSpec(ref);
  const traceless = traceOf(changeKind(change.kind), ref.slot.request ?? {}) === "none";
  const consequence = traceless
    ? "; what follows, and cannot be taken back, then rests on your word"
    : "; the run goes on behind it";
  return [
    { id: "again", title: "Look again what became of it; nothing is sent", then: "again" },
    { id: "applied", title: `It was done: say how you know${consequence}`, then: "go-on" },
    {
      id: "not-applied",
      title: "It was not done: say how you know; the step is asked about again before it is sent once more",
      then: "go-on",
    },
    {
      id: "leave",
      title: `It was not done, and is to be left so: say how you know; the step counts as failed${ref.phase.rescue === undefined ? "" : ", and the next question is how the phase ends"}`,
      then: "go-on",
    },
    { id: "stop", title: "Leave it in doubt: the run pauses, and begins with this question", then: "stop" },
  ];
}

function questionFor(ref: Ref): Question {
  const { slot, target } = ref;
  const question: Question = {
    gate: slot.step,
    asks: "doubt",
    label: target.label,
    question: `What became of "${slot.title}" of ${target.label} is not known: ${slot.reason.replace(/[.\s]+$/u, "")}. Who knows it?`,
    choices: choicesFor(ref),
    notes: NOTES,
  };
  return withAdvice(question, {
    choice: "again",
    message: "a look sends nothing; where it tells no more, the same is asked again",
  });
}

/** Asks who knows what became of one change in doubt, and writes down what is said. Nothing is sent. */
export async function* askDoubt(driver: Driver, ref: Ref): Drafts {
  const question = questionFor(ref);
  const { gate, asks, choices } = question;
  yield* driver.emit("decision.requested", placeOf(ref), { gate, asks, question: question.question, choices });
  const decision = yield* askAbout(driver, question, [ref.target.key], { reason: "in-doubt", exit: EXIT.doubt });
  // A doubt is about one change of one target.
  if (decision === null || decision === APART) return;
  yield* driver.emit("decision.made", placeOf(ref), { gate, asks, ...decision });
  const { choice, note } = decision;
  const as = WORDS[choice];
  if (as === undefined || note === undefined) return;
  const leaves = choice === "leave" ? { leaves: true as const } : {};
  yield* driver.emit("operator.resolved", placeOf(ref), { as, note, ...leaves });
}
