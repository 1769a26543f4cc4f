/** What has to be so in the world before a phase acts, whoever brought it about. */
import { fill, holds } from "../phases/expression.ts";
import { probe } from "../phases/read.ts";
import type { Need, PhaseSpec, Runbook } from "../phases/spec.ts";
import { isChosen } from "./chosen.ts";
import { markOf, type Driver } from "./driver.ts";
import { prospectOf } from "./prospect.ts";
import { isPending, scopeOf, type RunState, type TargetState } from "./state.ts";

/** Whether a phase will be entered, as far as is known now; what cannot be told yet is told when its turn comes. */
const isExpected = (state: RunState, target: TargetState, phase: PhaseSpec): boolean =>
  prospectOf(phase, scopeOf(state, target)) === "certain";

/**
 * What has to be so before a phase acts: its own needs, and those of later phases that no chosen phase brings about. So
 * a choice that cannot come to its end stops before its first effect, not in the middle.
 */
function needsOf(state: RunState, target: TargetState, phase: PhaseSpec): { need: Need; phase: PhaseSpec }[] {
  const { phases: selection } = state.created;
  const phases = state.runbook.phases;
  const later = phases.slice(phases.indexOf(phase) + 1).filter((follower) => isChosen(selection, follower));
  const nobodys = ({ from }: Need): boolean =>
    !phases.some((follower) => follower.id === from && isChosen(selection, follower));
  return [
    ...(phase.needs ?? []).map((need) => ({ need, phase })),
    ...later.flatMap((follower) =>
      selection !== undefined && isExpected(state, target, follower)
        ? (follower.needs ?? []).filter(nobodys).map((need) => ({ need, phase: follower }))
        : [],
    ),
  ];
}

/** Why a phase must not be entered now. */
export interface Unmet {
  readonly mark: "refused" | "unreachable" | "failed";
  readonly says: string;
}

/** "Refused" is said only while nothing was sent for the target. */
const isTouched = ({ phases }: TargetState): boolean =>
  Object.values(phases).some(({ slots }) => slots.some(({ attempts }) => attempts > 0));

const titleOf = (runbook: Runbook, id: string): string => runbook.phases.find((phase) => phase.id === id)?.title ?? id;

/** Looks whether what a phase needs is so; null when it is. Reads only. */
export async function unmet(driver: Driver, target: TargetState, phase: PhaseSpec): Promise<Unmet | null> {
  const { state, world } = driver;
  const { runbook } = state;
  const scope = scopeOf(state, target);
  for (const { need, phase: owner } of needsOf(state, target, phase)) {
    const waiver = need.unless === undefined ? null : holds(need.unless, scope);
    if (waiver !== null && waiver.ok && waiver.value) continue;
    if ((target.phases[need.from]?.slots ?? []).some(isPending)) continue; // a dry run left it out
    const spec = runbook.probes[need.probe];
    if (spec === undefined) throw new Error(`${owner.id} needs what no probe looks for: ${need.probe}`);
    const observation = await probe(spec, scope, world.ports);
    if (!observation.ok) return { mark: markOf(observation.error), says: observation.error.message };
    if (observation.value.holds) continue;
    const title = fill(owner.title, scope);
    return {
      mark: isTouched(target) ? "failed" : "refused",
      says: `"${title}" was not begun: ${observation.value.says}. Phase ${need.from} ("${fill(titleOf(runbook, need.from), scope)}") ${bringsAbout(target, need.from)}`,
    };
  }
  return null;
}

/** What leads to what a phase needs: the phase that brings it about, or, where that was done in this run, a new one. */
const bringsAbout = ({ phases }: TargetState, from: string): string =>
  phases[from]?.status === "done" || phases[from]?.status === "skipped"
    ? "was to bring that about, and is behind this run. A new run looks where everything is now, and does what is missing"
    : "brings that about";
