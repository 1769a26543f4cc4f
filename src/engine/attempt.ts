/**
 * One attempt at a change, in the order that loses nothing: locks, probes, what the run rests on, intent (durable), dispatch exactly once,
 * accepted (durable), poll, outcome (durable), verify. After a lost answer only reading happens until it is known.
 */
import { EXIT } from "./exit.ts";
import { createHash } from "node:crypto";
import type { Bodies } from "./bodies.ts";
import { canonical, type Json } from "../ports/json.ts";
import { traceOf, type Attempt, type ChangeKind } from "../phases/change-kind.ts";
import type { Outcome } from "../ports/outcome.ts";
import type { ClockPort } from "../ports/clock.ts";
import type { Held } from "../ports/dispatch.ts";
import { probe } from "../phases/read.ts";
import type { ChangeSpec } from "../phases/spec.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { byErrors, confirm } from "./confirm.ts";
import { markOf, placeOf, type Driver, type Drafts } from "./driver.ts";
import type { Place } from "./events.ts";
import { lookMeanwhile, stillHolds } from "./hold-look.ts";
import { APPROVAL_MS, findSlot, scopeOf, type Slot } from "./state.ts";
import type { Ref } from "./command.ts";
import { changeSpec } from "./change-spec.ts";
import { alreadyDone } from "./preview.ts";

/** Looks at a fresh effect before it is called unconfirmed: the other side may need a moment to show it. */
export const VERIFY_LOOKS = 3;
/** The first wait between two looks at an accepted change, seconds of the site; a lab's are never under 20 real ms. */
const FIRST_WAIT = 0.1;
const LEAST_WAIT_REAL = 0.02;
/** What a look may come late, as a part of how long the change has been going. */
const LATE = 0.05;

const kindOf = (ref: Ref): ChangeKind<ChangeSpec> => changeKind(changeSpec(ref).change.kind);

/** The slot as it is now, after the events of this attempt. */
function slotNow(driver: Driver, ref: Ref): Slot {
  const target = driver.state.targets.find(({ key }) => key === ref.target.key);
  const current = findSlot(target?.phases[ref.phase.id], ref.slot.step, ref.slot.item_key);
  if (current === undefined) throw new Error(`${ref.slot.step} is no longer planned`);
  return current;
}

/** Voids an approval that got too old, or under which the run stood still. Returns true when it did. */
async function* expireIfOld(driver: Driver, ref: Ref): Drafts<boolean> {
  const approval = driver.state.approvals[ref.slot.approval ?? ""];
  if (approval === undefined) throw new Error(`${ref.slot.step} was to run without an approval`);
  const nowMs = driver.world.ports.clock.monoMs();
  const sinceMs = approval.used ? driver.state.last_mono : approval.given_mono;
  if (nowMs - sinceMs <= APPROVAL_MS && nowMs >= approval.given_mono - 1) return false;
  const says = approval.used ? "the run stood still for more than five minutes" : "it was not used within five minutes";
  yield* driver.emit("approval.expired", { phase: ref.phase.id }, { approval: approval.id, says });
  return true;
}

async function* checkRequirement(driver: Driver, ref: Ref): Drafts<boolean> {
  const name = changeSpec(ref).require;
  const spec = name === undefined ? undefined : driver.state.runbook.probes[name];
  if (spec === undefined) return true;
  const observation = await probe(spec, scopeOf(driver.state, ref.target, ref.slot.item), driver.world.ports);
  if (observation.ok && observation.value.holds) return true;
  if (!(yield* stillHolds(driver, ref.target.key))) return false;
  const mark = observation.ok ? "failed" : markOf(observation.error);
  yield* driver.mark(ref, mark, `not done: ${observation.ok ? observation.value.says : observation.error.message}`);
  return false;
}

/** Whether the run still holds its locks; where it does not, or nobody can tell, it is paused. */
async function holdsLocks(driver: Driver): Promise<boolean> {
  const check = await driver.world.locks.check();
  if (check.ok) return true;
  const exit = check.error.kind === "unreachable" ? EXIT.unreachable : EXIT.locked;
  driver.pause("lock-lost", exit, check.error.message);
  return false;
}

/** What the look right before an intent saw to hold, as the intent has it. */
function restsOn({ seenHolds }: Driver, { target }: Ref): Pick<Bodies["step.intent"], "rests_on"> {
  const rests_on = seenHolds.get(target.key) ?? [];
  return rests_on.length === 0 ? {} : { rests_on };
}

/** Whether an approved step may be begun now: its approval is young, the locks are held, and what it requires is so. */
export async function* mayBegin(driver: Driver, ref: Ref): Drafts<boolean> {
  if (yield* expireIfOld(driver, ref)) return false;
  return (await holdsLocks(driver)) && (yield* checkRequirement(driver, ref));
}

/** Carries one approved change out. */
export async function* execute(driver: Driver, ref: Ref): Drafts {
  const { world } = driver;
  if (!(yield* mayBegin(driver, ref))) return;
  const kind = kindOf(ref);
  const request = ref.slot.request ?? {};
  // A preview of rows shows whether it is done already; of nothing else does what was looked at before the page.
  const isBlind = ref.slot.preview?.["none"] === true || traceOf(kind, request) === "state";
  if (isBlind && (yield* alreadyDone(driver, ref))) return;
  const preparation = await kind.prepare(request, world.ports);
  if (!preparation.ok) return yield* driver.fail(ref, preparation.error);
  // The last look before the intent: whatever was seen earlier may have changed since.
  if (!(yield* stillHolds(driver, ref.target.key))) return;
  // A sleep of the machine may have voided it meanwhile: then it is asked for again.
  if (slotNow(driver, ref).approval !== ref.slot.approval) return;
  const attempt = world.newId();
  const place = placeOf(ref, attempt);
  const request_sha256 = createHash("sha256").update(canonical(request)).digest("hex");
  const intent = {
    request,
    request_sha256,
    prepared: preparation.value,
    approval: ref.slot.approval ?? "",
    limit: changeSpec(ref).limit,
    ...restsOn(driver, ref),
  };
  // What is held until its undo is kept leaves nothing before: the intent is on the disk with its undo, before the commit.
  const isHeld = kind.holds?.(request, ref.slot.preview ?? null) === true;
  yield* driver.emit("step.intent", place, intent, isHeld);
  // From here on the effect may exist. Nothing is awaited between the intent and the dispatch.
  const handover = await kind.dispatch(attemptOf(driver, ref), world.ports);
  if (handover.kind === "held") return yield* commit(driver, ref, place, handover);
  if (handover.kind === "ended") return yield* conclude(driver, ref, handover.outcome, "step.outcome");
  const acceptMs = world.ports.clock.monoMs();
  yield* driver.emit("step.accepted", place, { id: handover.id, adopted: false });
  const outcome = yield* wait(driver, ref, handover.id, acceptMs);
  yield* conclude(driver, ref, outcome, "step.outcome");
}

/** Keeps the undo, then commits. Whoever stops the run in between has the change rolled back. */
async function* commit(driver: Driver, ref: Ref, place: Place, { undo, decide }: Held): Drafts {
  let outcome: Outcome | null = null;
  try {
    yield* driver.emit("step.undo-prepared", place, { undo });
    outcome = await decide(true);
  } finally {
    if (outcome === null) await decide(false);
  }
  yield* conclude(driver, ref, outcome, "step.outcome");
}

function attemptOf(driver: Driver, ref: Ref): Attempt {
  const slot = slotNow(driver, ref);
  const { attempt } = slot;
  if (attempt === null) throw new Error(`${slot.step} has no attempt`);
  const preview = slot.preview?.["none"] === true ? null : slot.preview;
  const tag = { run: driver.state.run_id, step: slot.step, attempt: attempt.id };
  const doubt = slot.outcome?.kind === "unknown" ? slot.outcome : null;
  return {
    request: slot.request ?? {},
    preview,
    prepared: attempt.prepared,
    tag,
    remote: attempt.remote,
    known: doubt,
  };
}

/** Short at first and longer the longer it takes, up to the kind's own interval: seconds of the site. */
function betweenLooks({ scale }: ClockPort, every: number, elapsedS: number): number {
  const leastS = Math.max(FIRST_WAIT, LEAST_WAIT_REAL * scale);
  return Math.max(leastS, Math.min(every, elapsedS * LATE));
}

/**
 * Waits for an accepted change, at most its limit of the site's seconds, with a last look at the limit itself. What the run
 * rests on is looked at meanwhile: it cannot call the change back, but it is said at once and nothing is begun after it.
 */
async function* wait(driver: Driver, ref: Ref, id: string, sinceMs: number): Drafts<Outcome> {
  const { clock } = driver.world.ports;
  const { limit } = changeSpec(ref);
  const kind = kindOf(ref);
  let trouble = "";
  for (;;) {
    const observation = await kind.poll(id, ref.slot.request ?? {}, driver.world.ports);
    if (observation.ok && observation.value !== null) return observation.value;
    trouble = observation.ok ? "" : `; the last look failed: ${observation.error.message.replace(/[.\s]+$/u, "")}`;
    const restS = limit - clock.since(sinceMs);
    if (restS <= 0) break;
    await clock.sleep(Math.min(betweenLooks(clock, kind.every, clock.since(sinceMs)), restS));
    yield* lookMeanwhile(driver, ref.target.key);
  }
  const message = `${id} was not finished after ${limit} s and may still finish${trouble}. It was not sent again`;
  return { kind: "unknown", message, evidence: { id, limit } };
}

/** Writes an outcome down and draws what follows from it. */
async function* conclude(driver: Driver, ref: Ref, came: Outcome, type: "step.outcome" | "step.reconciled"): Drafts {
  const outcome = byErrors(ref, came);
  const attempt = slotNow(driver, ref).attempt?.id ?? "";
  yield* driver.emit(type, placeOf(ref, attempt), { outcome });
  if (outcome.kind === "applied") return yield* verify(driver, ref);
  if (outcome.kind === "unknown" || outcome.why === "drifted") return;
  if (outcome.why === "refused") return yield* endRefused(driver, ref, outcome);
  // Back at its beginning: it is previewed and asked about again.
  if (type === "step.reconciled") return;
  // Not sent, or rolled back before the end: known not applied, and worth another look once the other side is there.
  yield* driver.mark(ref, "unreachable", outcome.message, outcome.evidence);
}

/** The other side said no. A code that may mean "already" is believed only when the `already` probe holds. */
async function* endRefused(driver: Driver, ref: Ref, outcome: Extract<Outcome, { kind: "not-applied" }>): Drafts {
  const spec = changeSpec(ref);
  const means = outcome.code === null ? "fail" : (spec.errors[outcome.code] ?? "fail");
  if (means === "already" && (yield* alreadyDone(driver, ref))) return;
  if (!(yield* stillHolds(driver, ref.target.key))) return;
  const doubt =
    means === "already"
      ? `. Code ${outcome.code ?? ""} could mean "already done", but ${await lookedOtherwise(driver, ref)}. A new run looks where everything is now, and offers to mend what is recorded wrong`
      : "";
  yield* driver.mark(ref, "failed", `${outcome.message.replace(/[.\s]+$/u, "")}${doubt}`, outcome.evidence);
}

/** What the probe that would show a step as done already says instead. */
async function lookedOtherwise(driver: Driver, ref: Ref): Promise<string> {
  const spec = driver.state.runbook.probes[changeSpec(ref).already ?? ""];
  if (spec === undefined) return "nothing shows that";
  const observation = await probe(spec, scopeOf(driver.state, ref.target, ref.slot.item), driver.world.ports);
  return (observation.ok ? observation.value.says : observation.error.message).replace(/[.\s]+$/u, "");
}

/**
 * Looks whether the world shows the effect. Applied by the other side's word and not to be seen is a doubt, not a success;
 * where the look that found it done also found what does not show it (`flaw`), that is what is wrong.
 */
export async function* verify(driver: Driver, ref: Ref): Drafts {
  const name = changeSpec(ref).verify;
  const spec = driver.state.runbook.probes[name];
  if (spec === undefined) throw new Error(`${ref.slot.step} is verified by no probe`);
  let says = "";
  let answer: Json = null;
  for (let look = 1; look <= VERIFY_LOOKS; look += 1) {
    const target = driver.state.targets.find(({ key }) => key === ref.target.key) ?? ref.target;
    const observation = await probe(spec, scopeOf(driver.state, target, ref.slot.item), driver.world.ports);
    if (observation.ok && observation.value.holds) {
      return yield* driver.emit("step.verified", placeOf(ref), {
        holds: true,
        says: observation.value.says,
        evidence: observation.value.answer,
        saw: observation.value.saw,
      });
    }
    says = observation.ok ? observation.value.says : observation.error.message;
    answer = observation.ok ? observation.value.answer : null;
    if (look < VERIFY_LOOKS) await driver.world.ports.clock.sleep(kindOf(ref).every);
  }
  yield* driver.emit("step.verified", placeOf(ref), { holds: false, says, evidence: answer });
  const { outcome } = slotNow(driver, ref);
  if (outcome?.kind === "applied" && outcome.flaw !== undefined)
    return yield* driver.mark(ref, "failed", outcome.flaw, answer);
  yield* driver.mark(ref, "in-doubt", `reported done, but not to be seen: ${says}`, answer);
}

/**
 * Finds out what became of an attempt whose end is not known: adopts what is going on and waits for it, or looks how it
 * ended. Reads only.
 */
export async function* settle(driver: Driver, ref: Ref): Drafts {
  const { world } = driver;
  const slot = slotNow(driver, ref);
  if (slot.outcome?.kind === "applied") return yield* verify(driver, ref);
  if (!(await holdsLocks(driver))) return;
  const kind = kindOf(ref);
  const trail = await kind.settle(attemptOf(driver, ref), world.ports);
  if (trail.kind === "ended")
    return yield* conclude(driver, ref, await confirm(driver, ref, trail.outcome), "step.reconciled");
  const remote = slot.attempt?.remote ?? null;
  if (remote === null)
    yield* driver.emit("step.accepted", placeOf(ref, slot.attempt?.id ?? ""), { id: trail.id, adopted: true });
  const hasWaited = remote !== null && slot.settle === "look";
  const outcome =
    hasWaited && slot.outcome !== null ? slot.outcome : yield* wait(driver, ref, trail.id, world.ports.clock.monoMs());
  const result = outcome.kind === "unknown" && !hasWaited ? await lookAfter(driver, ref, outcome) : outcome;
  yield* conclude(driver, ref, await confirm(driver, ref, result), "step.reconciled");
}

/** One more look after a wait that told nothing: what was going may have been abandoned meanwhile. */
async function lookAfter(driver: Driver, ref: Ref, doubt: NonNullable<Attempt["known"]>): Promise<Outcome> {
  const trail = await kindOf(ref).settle({ ...attemptOf(driver, ref), known: doubt }, driver.world.ports);
  return trail.kind === "ended" ? trail.outcome : doubt;
}
