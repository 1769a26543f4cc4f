import type { Question } from "./operator-port.ts";
import { clean } from "./words.ts";

/** What is said under a choice: that it is advised and why, and what follows from it. */
export function choiceNotes({ advice, follows = {} }: Question, id: string): string[] {
  const advised = advice?.choice === id ? [`advised: ${clean(advice.message)}`] : [];
  const consequence = follows[id];
  return [...advised, ...(consequence === undefined ? [] : [clean(consequence)])];
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
