/** A change, held to the rows that were shown: its own text with one more condition, which no plan, limit or order gets round. */
import type { RowChange } from "./anatomy.ts";

/**
 * The statement with `guard` beside its predicate. The predicate's closing bracket stands on a line of its own, for it may
 * end in a comment. ORDER BY and LIMIT stay.
 */
export function narrow({ text, predicate, where: condition }: RowChange, guard: string): string {
  const [head, tail] = [text.slice(0, predicate.start), text.slice(predicate.end)];
  return condition === null ? `${head} WHERE ${guard}${tail}` : `${head}(${condition}\n) AND ${guard}${tail}`;
}
