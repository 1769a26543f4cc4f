/**
 * The order of the lists: what a console remembers for the next one. Filters are not remembered: one that hides what is stuck
 * would open with it.
 */

/** In which order the board's targets stand. */
export type Sort = "needs me" | "name" | "longest";

/** What the journal's runs are grouped by; newest first where they are not. */
export type Group = "newest" | "target" | "runbook" | "operator" | "outcome";

/** The order of both lists. */
export interface Order {
  readonly sort: Sort;
  readonly group: Group;
}

export const SORTS: readonly Sort[] = ["needs me", "longest", "name"];
export const GROUPS: readonly Group[] = ["newest", "target", "runbook", "operator", "outcome"];

/** The one behind another in a list, round and round. */
export const nextOf = <T>(list: readonly T[], current: T): T =>
  list[(list.indexOf(current) + 1) % list.length] ?? current;

let collator: Intl.Collator | undefined;

/** Names as people look for them; the order is made at the first list, since making it takes a quarter of Node's own start. */
export const compareNames = (a: string, b: string): number => (collator ??= new Intl.Collator("en")).compare(a, b);
