/** What an event of a phase, a rung or a decision makes of the state. */
import type { Covered } from "../approval-document.ts";
import type { PlannedStep } from "../bodies.ts";
import type { EventOf } from "../events.ts";
import { requestSha } from "../document-step.ts";
import { REST, type PhaseState, type RungState, type RunState, type Slot } from "../state.ts";
import { decideDoubt, decideFailure } from "../undecided.ts";
import type { Fold } from "./fold.ts";
import { onPhase, onSlot, onTarget, standing } from "./place.ts";

function expand(state: RunState, event: EventOf<"phase.expanded">): RunState {
  const { title, skipped, steps } = event.body;
  const slots = steps.map((step): Slot => ({
    ...step,
    status: "planned",
    mark: null,
    reason: "",
    preview: null,
    approval: step.does === "change" ? approvedBefore(state, event.target_key ?? "", step) : null,
    attempt: null,
    attempts: 0,
    sent: null,
    lapses: 0,
    outcome: null,
    settle: null,
    event: event.event_id,
    at: event.wall_time,
  }));
  const status = skipped === null ? "open" : "skipped";
  const phase: PhaseState = { title, rung: null, skipped, status, reopened: false, slots };
  return onTarget(state, event.target_key, (target) => ({
    ...target,
    phases: { ...target.phases, [event.phase_id ?? ""]: phase },
  }));
}

/** The approval that covered this very request before its phase was entered, or null. */
function approvedBefore(state: RunState, target: string, { step, item_key, request }: PlannedStep): string | null {
  const approvals = Object.values(state.approvals).filter(
    ({ id, status }) => id.startsWith(REST) && status === "given",
  );
  if (approvals.length === 0) return null;
  const sha = requestSha(request ?? {});
  const isSame = (place: Covered): boolean =>
    place.target === target && place.step === step && place.item_key === item_key && place.request === sha;
  return approvals.find(({ covers }) => covers.some(isSame))?.id ?? null;
}

function decide(state: RunState, event: EventOf<"decision.made">): RunState {
  const { gate, choice, then: course, asks, method } = event.body;
  // What became of it the events behind it say: a look, or a mark.
  if (asks === "manual") return state;
  if (asks === "doubt") return onTarget(state, event.target_key, (target) => decideDoubt(target, choice));
  if (asks === "failure") return onTarget(state, event.target_key, (target) => decideFailure(target, choice));
  const isStop = course === "stop";
  const nextState = onTarget(state, event.target_key, (target) => {
    const events = { ...target.decided, [gate]: event.event_id };
    const nextTarget = { ...target, decided: events, decisions: { ...target.decisions, [gate]: choice } };
    if (!isStop) return { ...standing(nextTarget, event, "going", ""), undecided: null };
    // A rescue that goes on takes the failed target along; one that stops leaves it failed, which it is.
    // Where nobody was there to decide it, it is left open.
    const undecided = method === "nobody-to-ask" ? nextTarget.undecided : null;
    return asks === "rescue"
      ? { ...nextTarget, undecided }
      : standing(nextTarget, event, "stopped", `stopped by decision at ${gate}`);
  });
  if (asks === "canary") return nextState;
  if (asks === "rescue") return onPhase(nextState, event, (phase) => ({ ...phase, status: "failed" }));
  if (asks === "climb") {
    // Watching once more is a new box of the same rung; everything else leaves it behind.
    return onPhase(nextState, event, (phase) =>
      course === "again" ? { ...phase, rung: null } : { ...phase, status: "done" },
    );
  }
  return onSlot(nextState, event, (slot) => ({ ...slot, status: "ended", mark: "succeeded", reason: choice }));
}

function onRung(
  state: RunState,
  event: EventOf<"rung.observed" | "rung.ended">,
  change: (phase: PhaseState, rung: NonNullable<PhaseState["rung"]>) => PhaseState,
): RunState {
  return onPhase(state, event, (phase) => {
    if (phase.rung === null) throw new Error(`event ${event.seq} (${event.type}) is of a rung that was not entered`);
    return change(phase, phase.rung);
  });
}

/** A rung with what a look at it came to. */
function seenNow(
  rung: RungState,
  { body: { says }, wall_time: at }: EventOf<"rung.observed" | "rung.ended">,
): RungState {
  const isOther = rung.seen !== null && rung.seen.says !== says;
  return { ...rung, says, seen: { says, at }, before: isOther ? rung.seen : rung.before };
}

function endRung(state: RunState, event: EventOf<"rung.ended">): RunState {
  const { result } = event.body;
  const nextRung = (rung: RungState): RungState => ({ ...seenNow(rung, event), result });
  if (result !== "done") return onRung(state, event, (phase, rung) => ({ ...phase, rung: nextRung(rung) }));
  const nextState = onRung(state, event, (phase, rung) => ({ ...phase, status: "done", rung: nextRung(rung) }));
  return onTarget(nextState, event.target_key, (target) => ({ ...target, left: event.phase_id }));
}

export const PHASE_FOLD: Fold<"phase"> = {
  "phase.expanded": expand,
  "phase.ended": (state, event) => onPhase(state, event, (phase) => ({ ...phase, status: event.body.result })),
};

export const RUNG_FOLD: Fold<"rung"> = {
  "rung.entered": (state, event) => {
    const { body, mono_ms: entered_mono, wall_time: entered_wall, boot_id } = event;
    const rung = {
      box: body.box,
      entered_mono,
      entered_wall,
      boot_id,
      says: "",
      result: null,
      seen: null,
      before: null,
    };
    return onPhase(state, event, (phase) => ({ ...phase, rung }));
  },
  "rung.observed": (state, event) => onRung(state, event, (phase, rung) => ({ ...phase, rung: seenNow(rung, event) })),
  "rung.ended": endRung,
};

export const DECISION_FOLD: Fold<"decision"> = {
  "decision.requested": (state, event) =>
    event.body.asks === "manual" ? onSlot(state, event, (slot) => ({ ...slot, isHandedOver: true })) : state,
  "decision.made": decide,
};
