/** The ledger counted: what happened at all, and that none of it happened twice. */
import { expect } from "vitest";
import { done, type Effect } from "./effects.ts";

/** The effects of our own statements, counted by step. */
export function statements(all: readonly Effect[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { what, entry } of all) if (entry.by === "handrail") counted[what] = (counted[what] ?? 0) + 1;
  return counted;
}

/** Those that are in the list a second time. */
export const twice = (hit: readonly string[]): string[] => hit.filter((id, at) => hit.indexOf(id) !== at);

/** No object of the ledger had the same thing happen to it twice, and nobody unknown wrote. */
export function expectOnce(all: readonly Effect[]): void {
  for (const what of new Set(all.map((effect) => effect.what).filter((name) => !name.startsWith("sql"))))
    expect(twice(done(all, what)), `${what} twice`).toEqual([]);
  expect(all.filter(({ entry }) => entry.by === "unknown")).toEqual([]);
}
