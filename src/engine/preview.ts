/** Before anyone is asked: is it done already, and what would it really hit. */
import { countText } from "./words.ts";
import type { Failure } from "../ports/outcome.ts";
import { probe } from "../phases/read.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { changeSpec } from "./change-spec.ts";
import { leaveAsIs, leaveOut, waitsFor } from "./dry.ts";
import { proofOf } from "./proof.ts";
import { stillHolds } from "./hold-look.ts";
import { markOf, placeOf, type Driver, type Drafts } from "./driver.ts";
import type { Ref } from "./command.ts";
import type { JsonObject } from "../ports/json.ts";
import { pendingIn, scopeOf } from "./state.ts";

/** Asks the `already` probe. Marks the step and returns true when it needs no further work now. */
export async function* alreadyDone(driver: Driver, ref: Ref): Drafts<boolean> {
  const { already: probeId } = changeSpec(ref);
  const spec = probeId === undefined ? undefined : driver.state.runbook.probes[probeId];
  if (spec === undefined) return false;
  const observation = await probe(spec, scopeOf(driver.state, ref.target, ref.slot.item), driver.world.ports);
  if (!observation.ok) {
    yield* driver.fail(ref, observation.error);
    return true;
  }
  if (!observation.value.holds) return false;
  if (driver.state.created.dry === true && pendingIn(ref.target)) {
    yield* leaveAsIs(driver, ref, observation.value.says);
    return true;
  }
  yield* driver.mark(ref, "already", observation.value.says, observation.value.answer);
  return true;
}

/**
 * A statement that matches no row may be done already, or what it was about may be gone. The step's own proof decides,
 * not the empty match. A statement that somebody typed has no such proof: that it changed nothing is all that is known.
 */
async function* nothingToChange(driver: Driver, ref: Ref, preview: JsonObject): Drafts {
  if (driver.state.created.direct !== undefined) return yield* driver.mark(ref, "already", "no row matches", preview);
  const spec = driver.state.runbook.probes[changeSpec(ref).verify];
  if (spec === undefined) throw new Error(`${ref.slot.step} is verified by no probe`);
  const observation = await probe(spec, scopeOf(driver.state, ref.target, ref.slot.item), driver.world.ports);
  if (!observation.ok) return yield* driver.fail(ref, observation.error);
  const { holds, says, answer } = observation.value;
  if (holds) return yield* driver.mark(ref, "already", `no row needs this change: ${says}`, answer);
  if (!(yield* stillHolds(driver, ref.target.key))) return;
  yield* driver.mark(
    ref,
    "failed",
    `no row matches the statement, and what it would bring about is not so: ${says}`,
    preview,
  );
}

/** What an earlier run of this journal is proved to have done, and nothing came after, is not done again. */
async function* provenBefore(driver: Driver, ref: Ref): Drafts<boolean> {
  const request = ref.slot.request ?? {};
  const proof = proofOf(driver.state, ref.target, request);
  const kind = changeKind(changeSpec(ref).change.kind);
  if (proof === undefined || kind.stands === undefined) return false;
  const observation = await kind.stands(request, proof.at, driver.world.ports);
  if (!observation.ok) {
    yield* driver.fail(ref, observation.error);
    return true;
  }
  if (observation.value === null) return false;
  const { run_id, at: time, event } = proof;
  const says = `run ${run_id} did it at ${time.slice(0, 19)}Z, as ${kind.counterpart} confirmed; ${observation.value}`;
  yield* driver.mark(ref, "already", says, { run: run_id, event, at: time });
  return true;
}

/** How often a step may drift away from its approval before it is called failed. */
const MAX_ATTEMPTS = 5;

/** Whether what an earlier change of a dry run would have done first is missing from what a preview sees. */
const isEarly = ({ state }: Driver, { target }: Ref): boolean => state.created.dry === true && pendingIn(target);

/** A preview that could not be made is no page: a broken contract can never be approved. */
async function* notPreviewed(driver: Driver, ref: Ref, failure: Failure): Drafts {
  const mayPass = failure.kind === "refused" && failure.isLasting !== true;
  if (isEarly(driver, ref) && mayPass) return yield* leaveOut(driver, ref, failure.message);
  if (!(yield* stillHolds(driver, ref.target.key))) return;
  const mark = markOf(failure);
  yield* driver.mark(ref, mark, `not asked for approval: ${failure.message}`, failure.evidence ?? null);
}

/** Whether a preview shows that no row matches; one that could not be made shows nothing. */
const matchesNothing = (preview: JsonObject | null): preview is JsonObject =>
  preview?.["matched"] === 0 && preview["blind"] === undefined;

async function* notMatched(driver: Driver, ref: Ref, preview: JsonObject): Drafts {
  const conflicts = preview["conflicts"];
  if (Array.isArray(conflicts) && conflicts.length > 0) {
    const says = `none of its ${countText(conflicts.length, "row")} is as it was left: nothing of it is changed`;
    return yield* driver.mark(ref, "failed", says, preview);
  }
  if (isEarly(driver, ref)) return yield* leaveAsIs(driver, ref, "no row needs it");
  yield* nothingToChange(driver, ref, preview);
}

/** Previews one change. What matches no row and needs none is done already; a broken contract can never be approved. */
export async function* previewStep(driver: Driver, ref: Ref): Drafts {
  if (ref.slot.attempts >= MAX_ATTEMPTS)
    return yield* driver.mark(ref, "failed", `given up after ${MAX_ATTEMPTS} attempts: ${ref.slot.reason}`);
  if (yield* alreadyDone(driver, ref)) return;
  if (yield* provenBefore(driver, ref)) return;
  const waits = await waitsFor(driver, ref);
  if (waits !== null) return yield* leaveOut(driver, ref, waits);
  const kind = changeKind(changeSpec(ref).change.kind);
  const preview = await kind.preview(ref.slot.request ?? {}, driver.world.ports);
  if (!preview.ok) return yield* notPreviewed(driver, ref, preview.error);
  if (matchesNothing(preview.value)) return yield* notMatched(driver, ref, preview.value);
  yield* driver.emit("step.previewed", placeOf(ref), { preview: preview.value });
  if (driver.state.created.dry === true) yield* leaveOut(driver, ref, null);
}
