/** Every act at every kind of moment, so often: how each ended, and how many effects slipped through the gap. */
import { expect } from "vitest";
import { seeded, undisturbed } from "./crash.ts";
import { stepsOf, tryAct, type When } from "./holds.ts";
import type { Incident } from "./incident.ts";
import type { Act } from "./strangers.ts";

const SCENARIO = { world: "stuck-virtio", vm: "pgtest1", exit: 0 } as const;

export interface Stopped {
  readonly slipped: number;
  readonly gaps: readonly number[];
}

/** Tries one act at `count` moments that a seed chose: nothing is sent after a look that could have seen it, ever. */
export async function stopsEvery(incident: Incident, act: Act, when: When, count: number): Promise<Stopped> {
  const steps = when === "between two steps" ? stepsOf(await undisturbed(incident, SCENARIO), act) : [];
  const pick = seeded(act.length * 1_000 + when.length);
  let slipped = 0;
  const gaps: number[] = [];
  for (let trial = 0; trial < count;) {
    const tried = await tryAct(incident, act, when, { pick, steps });
    if (tried === null) continue;
    trial += 1;
    // What was sent already may turn out to be in doubt, which then is the graver word.
    expect(["hold-broken", "in-doubt"], `${tried.at} ended as ${tried.reason}`).toContain(tried.reason);
    slipped += tried.slipped;
    gaps.push(...tried.gaps);
  }
  return { slipped, gaps };
}

/** Behind a durable intent comes the dispatch: between two steps that one effect may slip through, and nowhere else. */
export const mostSlipped = (when: When, count: number): number => (when === "between two steps" ? count : 0);
