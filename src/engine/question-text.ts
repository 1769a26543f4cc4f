import type { Question } from "./operator-port.ts";
import { clean } from "./words.ts";

/** A question with its choices, each under the key that picks it. */
export function questionLines(question: Question): string[] {
  const lines = [`=== Decision needed for ${clean(question.label)} ===`, ...question.question.split("\n").map(clean)];
  for (const [index, choice] of question.choices.entries())
    lines.push(`  ${index + 1}  ${choice.id === String(index + 1) ? "" : `${choice.id}: `}${clean(choice.title)}`);
  return lines;
}
