/** The ledger counted: what happened at all, and that none of it happened twice. */
import { expect } from "vitest";
import { done, type Effect } from "./effects.ts";
import type { Incident } from "./incident.ts";

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

/**
 * So many runs sent a revert to a snapshot. CloudStack lists no job that has ended, so that a new run cannot tell whether a
 * revert of before still stands: it asks about it again, and each run may send its own once.
 */
async function runsThatRevert(incident: Incident, snapshot: string): Promise<number> {
  const { out } = await incident.cli("journal", ["list"], { json: true });
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type?: string; run_id: string });
  const runs = lines.filter(({ type }) => type !== "doubt").map(({ run_id }) => run_id);
  const reverts = (run: string): boolean =>
    incident
      .events(run)
      .some(
        (event) =>
          event.type === "step.intent" && event.step_id === "revert" && JSON.stringify(event).includes(snapshot),
      );
  return runs.filter(reverts).length;
}

/** Each of these effects happened to an object once at most; a revert, once a run. */
export async function expectEachOnce(
  incident: Incident,
  all: readonly Effect[],
  kinds: readonly string[],
): Promise<void> {
  for (const what of kinds) {
    const hit = done(all, what);
    for (const id of new Set(twice(hit))) {
      const count = hit.filter((each) => each === id).length;
      const most = what === "revertSnapshot" ? await runsThatRevert(incident, id) : 1;
      expect(count, `${what} twice: ${hit.join(", ")}`).toBeLessThanOrEqual(most);
    }
  }
}
