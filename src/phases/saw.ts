/** How much an answer holds: what a claim that rests on it may say it saw. */
import type { Json, JsonObject } from "../ports/json.ts";

/** What was in an answer. Plain JSON: it stands in events. */
export interface Saw {
  /** Elements of a list; null for an answer that is no list, such as a daemon's health, or that asks nothing outside. */
  readonly count: number | null;
  /** What the first of them are called: the first word of each row, else its first text. */
  readonly names: readonly string[];
  /** Why an empty answer was a good one, as the runbook says; null where it says nothing. */
  readonly none_expected: string | null;
}

/** So many names are kept; the count tells of the others. */
const MOST_NAMES = 3;

function nameOf(row: Json): string[] {
  if (typeof row === "string") return [row];
  if (row === null || typeof row !== "object" || Array.isArray(row)) return [];
  const texts = Object.values(row as JsonObject).flatMap((value) =>
    typeof value === "string" && value ? [value] : [],
  );
  // A number says nothing to a person where there is a word, such as a process's start tick beside its program.
  const text = texts.find((value) => /\p{L}/u.test(value)) ?? texts[0];
  return text === undefined ? [] : [text];
}

/** Counts an answer. `none_expected` is what the probe says of an empty one. */
export function sawIn(answer: Json, none_expected?: string): Saw {
  if (!Array.isArray(answer)) return { count: null, names: [], none_expected: none_expected ?? null };
  const names = answer.slice(0, MOST_NAMES).flatMap((row) => nameOf(row as Json));
  return { count: answer.length, names, none_expected: none_expected ?? null };
}

/** Whether an answer is nothing, and nobody said that nothing is a good answer: it proves nothing then. */
export const isNothing = ({ count, none_expected }: Saw): boolean => count === 0 && none_expected === null;

/** What was looked at, behind a sentence: `2 looked at: a, b`; '' where the answer was no list. */
export function sawText({ count, names, none_expected }: Saw): string {
  if (count === null) return "";
  if (count === 0) return none_expected === null ? "nothing was seen" : `none seen, as expected: ${none_expected}`;
  const rest = count - names.length;
  return `${count} looked at${names.length === 0 ? "" : `: ${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`}`;
}
