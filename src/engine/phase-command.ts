/** What a phase comes to next for some of its targets, and what is left when no phase has anything: pure questions to a state. */
import { isManual, waitSecondsOf } from "../phases/kinds/index.ts";
import type { PhaseSpec } from "../phases/spec.ts";
import type { Command, Ref } from "./command.ts";
import { criteriaOf } from "./criteria.ts";
import { canGoOn } from "./undecided.ts";
import {
  pendingIn,
  findSlot,
  isPending,
  isPlanned,
  type PhaseState,
  type RunState,
  type TargetState,
  type TargetStatus,
} from "./state.ts";

/** What is owed to a slot whose attempt has begun: finding out how it ended, or seeing that it worked. */
export function dueCommand(ref: Ref): Command | null {
  if (ref.slot.settle !== null) return { do: "settle", ref };
  return ref.slot.status === "applied" ? { do: "verify", ref } : null;
}

const isOpen = (phase: PhaseState | undefined): phase is PhaseState => phase?.status === "open";

/** Every target goes on until it comes to a gate; then all that stand at the same one are asked about together. */
function nextStep(open: readonly TargetState[], refs: readonly Ref[]): Command | null {
  const heads = open.flatMap((target) => refs.find((ref) => ref.target === target && isPlanned(ref.slot)) ?? []);
  const ref = heads.find((head) => head.slot.does !== "gate" && !isWait(head) && !isByHand(head));
  if (ref !== undefined) return stepOf(ref);
  const first = heads.find(isWait) ?? heads[0];
  if (first === undefined) return null;
  if (isByHand(first)) return { do: "manual", ref: first };
  const siblings = heads.filter(({ slot }) => slot.step === first.slot.step);
  return isWait(first) ? { do: "wait", refs: siblings } : { do: "gate", refs: siblings };
}

/** A change that was approved before it could be previewed is previewed when its turn has come. */
function stepOf(ref: Ref): Command {
  if (ref.slot.does !== "change") return { do: "read", ref };
  return { do: ref.slot.preview === null ? "preview" : "execute", ref };
}

/** Whether a person is to be told to do it now: everything that needs nobody goes first. */
function isByHand({ phase, slot }: Ref): boolean {
  const spec = phase.steps.find(({ id }) => id === slot.step);
  return spec?.does === "change" && slot.preview !== null && isManual(spec.change);
}

function isWait({ phase, slot }: Ref): boolean {
  const spec = phase.steps.find(({ id }) => id === slot.step);
  return spec?.does === "read" && waitSecondsOf(spec.read) !== null;
}

/** One question for every target in which the same step failed. */
function undecidedIn(phase: PhaseSpec, targets: readonly TargetState[]): Command | null {
  const refs = targets.flatMap((target): Ref[] => {
    const { undecided } = target;
    if (undecided?.phase !== phase.id || !undecided.asks) return [];
    const slot = findSlot(target.phases[phase.id], undecided.step, undecided.item);
    return slot === undefined ? [] : [{ target, phase, slot }];
  });
  const [first] = refs;
  if (first === undefined) return null;
  // What became of a change is somebody's word about that one change.
  const doubt = refs.find(({ slot }) => slot.status === "in-doubt");
  if (doubt !== undefined) return { do: "failure", refs: [doubt] };
  return { do: "failure", refs: refs.filter(({ slot }) => slot.step === first.slot.step) };
}

/** What comes next in a phase for some targets together, or null when nothing is left in it for them. */
export function inPhase(phase: PhaseSpec, targets: readonly TargetState[]): Command | null {
  const going = targets.filter((target) => target.status === "going");
  const fresh = going.find((target) => target.phases[phase.id] === undefined);
  if (fresh !== undefined) return { do: "expand", target: fresh, phase };
  const open = going.filter((target) => isOpen(target.phases[phase.id]));
  const refs = open.flatMap((target) =>
    (target.phases[phase.id]?.slots ?? []).map((slot) => ({ target, phase, slot })),
  );
  const changes = refs.filter(({ slot }) => slot.does === "change" && isPlanned(slot));
  const unseen = changes.find(({ slot }) => slot.approval === null && slot.preview === null);
  if (unseen !== undefined) return { do: "preview", ref: unseen };
  const withoutApproval = open.filter((target) =>
    changes.some((ref) => ref.target === target && ref.slot.approval === null),
  );
  if (withoutApproval.length > 0) return { do: "approve", phase, targets: withoutApproval };
  const step = nextStep(open, refs) ?? undecidedIn(phase, targets);
  if (step !== null) return step;
  const rungs = open.filter((target) => !(target.phases[phase.id]?.slots ?? []).some(isPending));
  if (rungs.length > 0 && phase.rung !== undefined) {
    const timedOut = rungs.filter((target) => target.phases[phase.id]?.rung?.result === "timed-out");
    const onWatch = rungs.filter((target) => !timedOut.includes(target));
    return onWatch.length > 0 ? { do: "watch", phase, targets: onWatch } : { do: "climb", phase, targets: timedOut };
  }
  const ready = open.find((target) => (target.phases[phase.id]?.slots ?? []).every((slot) => slot.status === "ended"));
  if (ready !== undefined) return { do: "end-phase", target: ready, phase, result: "done" };
  const failures = targets.filter((target) => target.status === "failed" && isOpen(target.phases[phase.id]));
  const [first] = failures;
  if (first === undefined) return null;
  return phase.rescue === undefined
    ? { do: "end-phase", target: first, phase, result: "failed" }
    : { do: "rescue", targets: failures, phase };
}

/** The next success criterion to look at for a target that has come through, or null. */
export function criterionOf(state: RunState, target: TargetState): Command | null {
  if (target.status !== "going" || pendingIn(target)) return null;
  const unseen = criteriaOf(state, target).find(({ omission, sight }) => omission === null && sight === null);
  return unseen === undefined ? null : { do: "criterion", target, criterion: unseen.criterion.id };
}

/** Whether a target is left as it is for now, and can go on when the run is taken up again. */
export const isLeft = ({ mode }: RunState, target: TargetState): boolean =>
  target.status === "in-doubt" || target.status === "unreachable" || (mode !== "person" && canGoOn(target));

/** What is done once, when nothing is left to do for any target. */
export function ending(state: RunState): Command {
  // The text of what is collected stands on the first page: where that was refused, nobody approved it.
  const collect =
    state.created.dry === true || !state.started
      ? undefined
      : state.runbook.finally.find(({ id }) => !state.collected.includes(id));
  if (collect !== undefined) return { do: "collect", collect: collect.id };
  return state.targets.some((target) => isLeft(state, target)) ? { do: "pause" } : { do: "close" };
}

const UNBEGUN: ReadonlySet<TargetStatus> = new Set(["refused", "stopped"]);

/** Whether the first page was refused, or the run closed before it was answered: nothing is asked then, and nothing begun. */
export const isRefused = ({ targets }: RunState): boolean => targets.every(({ status }) => UNBEGUN.has(status));
