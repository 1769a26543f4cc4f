/** The last event of a run: how it ended for each target, worked out from its state. */
import { notLookedAt } from "./chosen.ts";
import { endOf, exitOf, whyNotRecovered } from "./end.ts";
import type { Bodies } from "./bodies.ts";
import type { RunState } from "./state.ts";

/** Fails where the end of a target was not seen yet: that is no end. */
export function closing(state: RunState): Bodies["run.closed"] {
  const ends = state.targets.map((target) => {
    const end = endOf(state, target);
    if (end === null) throw new Error(`${target.key} was to be closed before its end was seen`);
    return { key: target.key, label: target.label, end, says: whyNotRecovered(target) };
  });
  const criteria = notLookedAt(state);
  const not_looked_at = criteria.length > 0 ? { not_looked_at: criteria } : {};
  const exit = exitOf(state);
  if (exit === null) throw new Error("a run was to be closed that has no targets");
  return { exit, ends, ...not_looked_at };
}

/**
 * What closes a run that was left as failed when another run is begun for all that it did not recover; null for every
 * other run. What is in doubt is never closed so.
 */
export function closingBefore(state: RunState, keys: ReadonlySet<string>, runId: string): Bodies["run.closed"] | null {
  if (state.closed !== null || state.paused?.reason !== "failed") return null;
  const ends = state.targets.map((target) => ({ key: target.key, end: endOf(state, target) }));
  if (ends.some(({ key, end }) => end === null || end === "in-doubt" || (end !== "recovered" && !keys.has(key))))
    return null;
  return { ...closing(state), followed_by: runId };
}
