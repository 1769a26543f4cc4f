import type { InputQuestion, Question } from "./operator-port.ts";
import { clean } from "./words.ts";

/** How much is said under a choice: all, what follows in numbers, or that without why it is advised. */
export type NoteForm = "whole" | "brief" | "least";

/** What is said under a choice: that it is advised and why, and what follows from it. */
export function choiceNotes(
  { advice, follows = {} }: Pick<Question, "advice" | "follows">,
  id: string,
  form: NoteForm = "whole",
): string[] {
  const isAdvised = advice?.choice === id && form !== "least";
  const consequence = follows[id];
  const text = form === "whole" ? consequence?.text : consequence?.brief;
  return [...(isAdvised ? [`advised: ${clean(advice.message)}`] : []), ...(text === undefined ? [] : [clean(text)])];
}

/** A question with its choices, each under the key that picks it. */
export function questionLines(question: Question): string[] {
  const lines = [`=== Decision needed for ${clean(question.label)} ===`, ...question.question.split("\n").map(clean)];
  for (const [index, choice] of question.choices.entries()) {
    lines.push(`  ${index + 1}  ${choice.id === String(index + 1) ? "" : `${choice.id}: `}${clean(choice.title)}`);
    lines.push(...choiceNotes(question, choice.id).map((text) => `     ${text}`));
  }
  return lines;
}

/** What a run has to be told, with the reason and what fits. */
export function inputLines({ name, title, reason, form, choices, refusal }: InputQuestion): string[] {
  return [
    `=== Input needed: ${clean(name)} ===`,
    clean(title),
    ...(reason === null ? [] : [clean(reason)]),
    ...(choices === null
      ? [`What fits: ${clean(form)}`]
      : ["What fits is one of:", ...choices.map((text) => `  ${clean(text)}`)]),
    ...(refusal === "" ? [] : [`NOT TAKEN: ${clean(refusal)}`]),
  ];
}
