/** What a run does next: a pure question to its state. The order here is the order of care. */
import { holds } from "../phases/expression.ts";
import type { PhaseSpec } from "../phases/spec.ts";
import { scopeOf, START, type PhaseState, type RunState, type Slot, type TargetState } from "./state.ts";

/** Names a slot: whose, in which phase. */
export interface Ref {
  readonly target: TargetState;
  readonly phase: PhaseSpec;
  readonly slot: Slot;
}

export type Command =
  | { readonly do: "start" }
  /** After a lost answer: read until it is known, adopt what is going on. */
  | { readonly do: "settle"; readonly ref: Ref }
  | { readonly do: "verify"; readonly ref: Ref }
  | { readonly do: "expand"; readonly target: TargetState; readonly phase: PhaseSpec }
  | { readonly do: "preview"; readonly ref: Ref }
  | { readonly do: "approve"; readonly phase: PhaseSpec }
  | { readonly do: "read"; readonly ref: Ref }
  /** One wait for every target that has come to the same one: five VMs wait thirty seconds, not two and a half minutes. */
  | { readonly do: "wait"; readonly refs: readonly Ref[] }
  /** One question for every target that has come to the same gate. */
  | { readonly do: "gate"; readonly refs: readonly Ref[] }
  | { readonly do: "execute"; readonly ref: Ref }
  /** Watches a rung for all targets that are on it. */
  | { readonly do: "watch"; readonly phase: PhaseSpec; readonly targets: readonly TargetState[] }
  | { readonly do: "climb"; readonly phase: PhaseSpec; readonly targets: readonly TargetState[] }
  | { readonly do: "rescue"; readonly target: TargetState; readonly phase: PhaseSpec }
  | {
      readonly do: "end-phase";
      readonly target: TargetState;
      readonly phase: PhaseSpec;
      readonly result: "done" | "failed";
    }
  | { readonly do: "criterion"; readonly target: TargetState; readonly criterion: string }
  | { readonly do: "collect"; readonly collect: string }
  | { readonly do: "pause" }
  | { readonly do: "close" }
  | { readonly do: "nothing" };

/** Slots of every target, in the order of a run. */
function* slots(state: RunState): Generator<Ref> {
  for (const phase of state.runbook.phases) {
    for (const target of state.targets) {
      for (const slot of target.phases[phase.id]?.slots ?? []) yield { target, phase, slot };
    }
  }
}

/** Work that an earlier moment left behind: it comes before anything new. */
function unfinished(state: RunState): Command | null {
  for (const ref of slots(state)) {
    const { slot } = ref;
    if (slot.settle) return { do: "settle", ref };
    if (slot.status === "applied") return { do: "verify", ref };
  }
  return null;
}

const isOpen = (phase: PhaseState | undefined): phase is PhaseState => phase?.status === "open";
const waits = (slot: Slot): boolean => slot.status === "planned" && slot.mark === null;

/** Every target goes on until it comes to a gate; then all that stand at the same one are asked about together. */
function nextStep(open: readonly TargetState[], refs: readonly Ref[]): Command | null {
  const heads = open.flatMap((target) => refs.find((ref) => ref.target === target && waits(ref.slot)) ?? []);
  const ref = heads.find((head) => head.slot.does !== "gate" && !isWait(head));
  if (ref !== undefined) return { do: ref.slot.does === "change" ? "execute" : "read", ref };
  const first = heads.find(isWait) ?? heads[0];
  if (first === undefined) return null;
  const together = heads.filter(({ slot }) => slot.step === first.slot.step);
  return isWait(first) ? { do: "wait", refs: together } : { do: "gate", refs: together };
}

function isWait({ phase, slot }: Ref): boolean {
  const spec = phase.steps.find(({ id }) => id === slot.step);
  return spec?.does === "read" && spec.read.kind === "wait";
}

function inPhase(phase: PhaseSpec, targets: readonly TargetState[]): Command | null {
  const going = targets.filter((target) => target.status === "going");
  const fresh = going.find((target) => target.phases[phase.id] === undefined);
  if (fresh !== undefined) return { do: "expand", target: fresh, phase };
  const open = going.filter((target) => isOpen(target.phases[phase.id]));
  const refs = open.flatMap((target) =>
    (target.phases[phase.id]?.slots ?? []).map((slot) => ({ target, phase, slot })),
  );
  const changes = refs.filter(({ slot }) => slot.does === "change" && waits(slot));
  const unseen = changes.find(({ slot }) => slot.approval === null && slot.preview === null);
  if (unseen !== undefined) return { do: "preview", ref: unseen };
  if (changes.some(({ slot }) => slot.approval === null)) return { do: "approve", phase };
  const step = nextStep(open, refs);
  if (step !== null) return step;
  if (open.length > 0 && phase.rung !== undefined) {
    const timedOut = open.filter((target) => target.phases[phase.id]?.rung?.result === "timed out");
    const watched = open.filter((target) => !timedOut.includes(target));
    return watched.length > 0 ? { do: "watch", phase, targets: watched } : { do: "climb", phase, targets: timedOut };
  }
  const done = open.find((target) => (target.phases[phase.id]?.slots ?? []).every((slot) => slot.status === "ended"));
  if (done !== undefined) return { do: "end-phase", target: done, phase, result: "done" };
  const failed = targets.find((target) => target.status === "failed" && isOpen(target.phases[phase.id]));
  if (failed === undefined) return null;
  return phase.rescue === undefined
    ? { do: "end-phase", target: failed, phase, result: "failed" }
    : { do: "rescue", target: failed, phase };
}

/** The next command. Total: every state that `apply` can make has one. */
export function next(state: RunState): Command {
  if (state.closed !== null || state.paused !== null) return { do: "nothing" };
  if (!state.started) return { do: "start" };
  const left = unfinished(state);
  if (left !== null) return left;
  for (const phase of state.runbook.phases) {
    const command = inPhase(phase, state.targets);
    if (command !== null) return command;
  }
  for (const target of state.targets) {
    if (target.status !== "going") continue;
    const scope = scopeOf(state, target);
    const criterion = state.runbook.success.find(({ id, when }) => {
      const applies = when === undefined ? null : holds(when, scope);
      return target.criteria[id] === undefined && (applies === null || !applies.ok || applies.value);
    });
    if (criterion !== undefined) return { do: "criterion", target, criterion: criterion.id };
  }
  const collect = state.runbook.finally.find(({ id }) => !state.collected.includes(id));
  if (collect !== undefined) return { do: "collect", collect: collect.id };
  const open = state.targets.some(({ status }) => status === "in doubt" || status === "unreachable");
  return open ? { do: "pause" } : { do: "close" };
}

/** The approval id of the n-th page of a phase; `start` pages are for the run itself. */
export function nextApprovalId(state: RunState, phase: string): string {
  const asked = Object.keys(state.approvals).filter((id) => id === phase || id.startsWith(`${phase}#`)).length;
  return `${phase}#${asked + 1}`;
}

export { START };
