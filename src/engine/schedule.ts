/**
 * What a run does next: which of its targets may go on now, beside those that something is under way for. A pure question to
 * its state, and the only scheduler. The order here is the order of care.
 *
 * A run that is no batch has one lane: it does one thing after the other, phase by phase for all its targets. In a batch
 * each goes on beside the others: a person is asked about them together, so before a page they wait for each other; where a
 * grant or one page for all the rest answers beforehand, each goes its own way to its end.
 */
import { countTargets } from "../phases/target-noun.ts";
import { criterionOf, ending, inPhase, isRefused, dueCommand } from "./phase-command.ts";
import type { Command } from "./command.ts";
import { endOf } from "./end.ts";
import { hasFailed, isBegun as isBegunSlot, REST, type RunState, type TargetState } from "./state.ts";

/** The gate that asks whether to go on after the first target failed. */
export const CANARY = "canary";

/** A command of one target alone, and the place of its phase in the runbook; criteria come after all phases. */
interface Own {
  readonly command: Command;
  readonly phase: number;
}

/** States are never changed, so what follows from one is worked out once. */
const OWN = new WeakMap<TargetState, Own | { readonly command: null }>();

function ownOf(state: RunState, target: TargetState): Own | null {
  let entry = OWN.get(target);
  if (entry === undefined) {
    entry = work(state, target) ?? { command: null };
    OWN.set(target, entry);
  }
  return entry.command === null ? null : entry;
}

function work(state: RunState, target: TargetState): Own | null {
  const { phases } = state.runbook;
  for (const [index, phase] of phases.entries()) {
    for (const slot of target.phases[phase.id]?.slots ?? []) {
      const command = dueCommand({ target, phase, slot });
      if (command !== null) return { command, phase: index };
    }
  }
  for (const [index, phase] of phases.entries()) {
    const command = inPhase(phase, [target]);
    if (command !== null) return { command, phase: index };
  }
  const command = criterionOf(state, target);
  return command === null ? null : { command, phase: phases.length };
}

const ASKING = new Set<Command["do"]>(["approve", "gate", "manual", "failure", "climb", "rescue"]);
const TOGETHER = new Set<Command["do"]>([...ASKING, "wait", "watch"]);

const isBatch = (state: RunState): boolean => state.created.batch !== undefined;

/** How many things a run does at once. */
export const lanesOf = (state: RunState): number => state.created.batch?.max_parallel ?? 1;

/** Whether a target of a batch needs nobody any more: its approvals were given beforehand. */
function isFree(state: RunState, target: TargetState): boolean {
  if (!isBatch(state)) return false;
  if (state.mode !== "person") return true;
  return Object.values(state.approvals).some(
    ({ id, status, covers }) =>
      id.startsWith(REST) && status === "given" && covers.some((cover) => cover.target === target.key),
  );
}

const isBegun = ({ phases }: TargetState): boolean => Object.keys(phases).length > 0;
/** Nothing was sent for it yet, so it can be left as it is. */
const isUntouched = ({ phases }: TargetState): boolean =>
  Object.values(phases).every(({ slots }) => !slots.some(isBegunSlot));

/** Why no further target may be begun, or null. */
function haltReason(state: RunState): string | null {
  const { batch } = state.created;
  const failures = state.targets.filter(hasFailed).length - state.known_failures;
  if (batch === undefined || failures <= batch.max_failures) return null;
  const rest = state.targets.filter((target) => target.status === "going" && isUntouched(target)).length;
  return `${countTargets(state.runbook, failures)} failed, more than the ${batch.max_failures} that were allowed; ${rest} ${rest === 1 ? "was" : "were"} not begun`;
}

interface Side {
  readonly target: TargetState;
  readonly own: Own;
  readonly busy: boolean;
}

/** Whether a target of several does this by itself, whatever the others are at. In one lane it is but looked at so in the end. */
const isAlone = (state: RunState, { do: act }: Command): boolean =>
  isBatch(state) ? !TOGETHER.has(act) : act === "criterion";

/** Targets that wait for each other: all in the earliest phase that one of them is in. In one lane nobody goes ahead of the others. */
function inStep(state: RunState, sides: readonly Side[], ask: (phase: number) => Command | null): Command[] {
  if (sides.length === 0) return [];
  const phase = Math.min(...sides.map(({ own }) => own.phase));
  const level = sides.filter(({ own }) => own.phase === phase);
  const single = level.filter(({ busy, own }) => !busy && isAlone(state, own.command));
  if (single.length > 0) return single.map(({ own }) => own.command);
  if (level.some(({ busy }) => busy)) return [];
  const command = ask(phase);
  return command === null ? [] : [command];
}

/** Targets that go their own way; only a person is asked about several of them at once. */
function apart(state: RunState, sides: readonly Side[]): Command[] {
  const person = state.mode === "person";
  const idle = sides.filter(({ busy }) => !busy);
  const going = idle.filter(({ own }) => !person || !ASKING.has(own.command.do));
  const begun = sides.filter(({ target }) => isBegun(target)).length;
  const room = Math.max(0, (state.created.batch?.max_parallel ?? 1) - begun);
  const commands = [
    ...going.filter(({ target }) => isBegun(target)),
    ...going.filter(({ target }) => !isBegun(target)).slice(0, room),
  ].map(({ own }) => own.command);
  if (commands.length > 0 || idle.length < sides.length || idle.length === 0) return commands;
  const first = Math.min(...idle.map(({ own }) => own.phase));
  const phase = state.runbook.phases[first];
  const command =
    phase === undefined
      ? null
      : inPhase(
          phase,
          idle.filter(({ own }) => own.phase === first).map(({ target }) => target),
        );
  return command === null ? [] : [command];
}

/** What some targets may do now; null when nothing is left for them. */
function among(
  state: RunState,
  targets: readonly TargetState[],
  busy: ReadonlySet<string>,
  heldKeys: ReadonlySet<string>,
): Command[] | null {
  const halt = haltReason(state);
  const sides = targets.flatMap((target): Side[] => {
    const own = ownOf(state, target);
    const isAside = heldKeys.has(target.key) || (halt !== null && isUntouched(target));
    return own === null || (isAside && !busy.has(target.key)) ? [] : [{ target, own, busy: busy.has(target.key) }];
  });
  const free = sides.filter(({ target }) => isFree(state, target));
  const waiters = sides.filter(({ target }) => !isFree(state, target));
  const commands = [
    ...inStep(state, waiters, (index) =>
      joint(
        state,
        waiters.filter(({ own }) => own.phase === index).map(({ target }) => target),
        index,
      ),
    ),
    ...apart(state, free),
  ];
  if (commands.length > 0 || sides.length > 0) return commands;
  const waiting = targets.some((target) => heldKeys.has(target.key) && ownOf(state, target) !== null);
  if (waiting) return [];
  return halt !== null && targets.some((target) => ownOf(state, target) !== null) ? [{ do: "halt", says: halt }] : null;
}

/** The one command for targets that have come to the same place. The rest of a batch is asked about once. */
function joint(state: RunState, targets: readonly TargetState[], index: number): Command | null {
  const phase = state.runbook.phases[index];
  const command = phase === undefined ? null : inPhase(phase, targets);
  const [first] = state.targets;
  const { batch } = state.created;
  const rest = batch?.canary === true && !targets.some(({ key }) => key === first?.key);
  return command?.do === "approve" && (rest || batch?.one_page === true)
    ? { do: "approve-rest", targets: command.targets }
    : command;
}

/** What stands between the first target and the others, or null when they may be begun. */
function afterFirst(state: RunState, first: TargetState, rest: readonly TargetState[]): Command | "stop" | null {
  if (endOf(state, first) === "recovered") return null;
  if (first.status === "in-doubt" || first.status === "unreachable") return "stop";
  const open = rest.filter(({ status, decisions }) => status === "going" && decisions[CANARY] === undefined);
  return open.length === 0 ? null : { do: "canary", first, targets: open };
}

/** What is owed to somebody before anything new is begun for anybody; in a batch each looks itself whether its change worked. */
const isOwed = (state: RunState, { do: act }: Command): boolean =>
  act === "settle" || (act === "verify" && !isBatch(state));

/** What an earlier moment left behind, such as a change that was lost on its way; null where nothing was. */
function leftBehind(state: RunState, busy: ReadonlySet<string>): Command[] | null {
  const owing = state.targets.flatMap((target) => {
    const command = ownOf(state, target)?.command;
    return command !== undefined && isOwed(state, command) ? [{ key: target.key, command }] : [];
  });
  return owing.length === 0 ? null : owing.filter(({ key }) => !busy.has(key)).map(({ command }) => command);
}

/** What the targets may do, where the batch is so the first alone before the others; null when nothing is left for them. */
function inOrder(state: RunState, busy: ReadonlySet<string>, heldKeys: ReadonlySet<string>): Command[] | null {
  const [first, ...rest] = state.targets;
  if (first === undefined || rest.length === 0 || state.created.batch?.canary !== true)
    return among(state, state.targets, busy, heldKeys);
  const own = among(state, [first], busy, heldKeys);
  if (own !== null) return own;
  const between = afterFirst(state, first, rest);
  if (between === "stop") return null;
  if (between !== null) return heldKeys.size === 0 ? [between] : [];
  return among(state, rest, busy, heldKeys);
}

/**
 * The commands that may be begun now, in their order of importance; [] while everything waits for what is under way.
 * `busy`: keys of targets that something is under way for. `heldKeys`: those that wait for an answer nobody here can give.
 */
export function ready(state: RunState, busy: ReadonlySet<string>, heldKeys: ReadonlySet<string>): readonly Command[] {
  if (state.closed !== null || state.paused !== null) return [];
  const atRest = busy.size === 0 && heldKeys.size === 0;
  if (!state.started) return atRest ? [isRefused(state) ? ending(state) : { do: "start" }] : [];
  if (!isBatch(state) && !atRest) return [];
  const commands = leftBehind(state, busy) ?? inOrder(state, busy, heldKeys) ?? (atRest ? [ending(state)] : []);
  return isBatch(state) ? commands : commands.slice(0, 1);
}
