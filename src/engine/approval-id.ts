/** The ids of approval pages. */
import type { Command } from "./command.ts";
import type { RunState } from "./state.ts";

/** The approval id of the n-th page of a phase; `start` pages are for the run itself. */
export function nextApprovalId(state: RunState, phase: string): string {
  const count = Object.keys(state.approvals).filter((id) => id === phase || id.startsWith(`${phase}#`)).length;
  return `${phase}#${count + 1}`;
}

/** A page of one target alone has an id of its own: several may be made at the same moment. */
export function approvalIdOf(state: RunState, { phase, targets }: Extract<Command, { do: "approve" }>): string {
  const [target] = targets;
  return targets.length === 1 && state.targets.length > 1 && target !== undefined
    ? nextApprovalId(state, `${phase.id}@${target.key}`)
    : nextApprovalId(state, phase.id);
}
