/**
 * Dry runs: everything is asked and previewed as in a run, and nothing is carried out. A change ends as "not-run-dry", with
 * its preview where one can be made now, else with its contract and the reason why it has to wait for an earlier step.
 */
import { probe } from "../phases/read.ts";
import { placeOf, type Driver, type Drafts } from "./driver.ts";
import { changeSpec } from "./change-spec.ts";
import type { Command, Ref } from "./command.ts";
import { pendingIn, scopeOf } from "./state.ts";

/** What a dry run never does. Coming to one of these is a bug, and nothing happens. */
const NEVER = new Set<Command["do"]>([
  "start",
  "approve",
  "approve-rest",
  "execute",
  "manual",
  "settle",
  "verify",
  "collect",
]);

/** Stops a dry run that came to something that would have an effect. Throws: that is a bug. */
export function guard(driver: Driver, command: Command): void {
  if (driver.state.created.dry === true && NEVER.has(command.do))
    throw new Error(`a dry run came to "${command.do}"; nothing was executed`);
}

/** Whether a looking step comes after a change of its phase that was not carried out: it would see the world of before. */
const isBehind = ({ target, phase }: Ref): boolean => pendingIn(target, phase.id);

/** Marks the steps that wait for a change which was left out; true when there were any. */
export async function* leftBehind(driver: Driver, refs: readonly Ref[]): Drafts<boolean> {
  const rest = driver.state.created.dry === true ? refs.filter(isBehind) : [];
  for (const ref of rest) yield* driver.mark(ref, "not-run-dry", "it comes after a change that was not carried out");
  return rest.length > 0;
}

/** Why a change cannot be previewed before an earlier step has happened, or null when it can. */
export async function waitsFor(driver: Driver, ref: Ref): Promise<string | null> {
  if (driver.state.created.dry !== true || !pendingIn(ref.target)) return null;
  const spec = driver.state.runbook.probes[changeSpec(ref).require ?? ""];
  if (spec === undefined) return null;
  const observation = await probe(spec, scopeOf(driver.state, ref.target, ref.slot.item), driver.world.ports);
  return observation.ok && !observation.value.holds ? observation.value.says : null;
}

/** Ends a change without carrying it out. `waits`: why it could not be previewed, or null. */
export async function* leaveOut(driver: Driver, ref: Ref, waits: string | null): Drafts {
  const spec = changeSpec(ref);
  const proof = spec.verify === "" ? "looked at by nobody" : `verified afterwards by "${spec.verify}"`;
  const bound = `it is bound by its contract and ${proof}`;
  const says =
    waits === null
      ? "would be done"
      : `cannot be previewed yet, since an earlier step has to happen first (${waits}); ${bound}`;
  yield* driver.emit("step.marked", placeOf(ref), { mark: "not-run-dry", says, evidence: null });
}

/** Ends a change that needs no doing as things stand, while earlier ones were left out that may change that. */
export async function* leaveAsIs(driver: Driver, ref: Ref, sight: string): Drafts {
  const says = `needs nothing as things stand (${sight}); whether it does after the earlier steps is seen when its turn comes`;
  yield* driver.mark(ref, "not-run-dry", says);
}
