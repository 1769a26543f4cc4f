/** What a run sent and nobody knows the end of. It outranks everything else that can be said of its target. */
import { isOpen } from "./end.ts";
import type { RunState, Slot, SlotStatus, TargetState } from "./state.ts";

export interface Doubt {
  readonly run_id: string;
  readonly target: string;
  readonly label: string;
  readonly phase: string;
  readonly step: string;
  readonly item: string;
  readonly title: string;
  readonly status: SlotStatus;
  /** Why nobody knows: the message of the lost answer; '' where the program ended before there was one. */
  readonly reason: string;
  /** Id of the intent that sent it, and the time of the newest event about it. */
  readonly event: string;
  readonly at: string;
}

const doubtOf = (state: RunState, target: TargetState, phase: string, slot: Slot): Doubt => ({
  run_id: state.run_id,
  target: target.key,
  label: target.label,
  phase,
  step: slot.step,
  item: slot.item_key,
  title: slot.title,
  status: slot.status,
  reason: slot.reason,
  event: slot.attempt?.event ?? slot.event,
  at: slot.at,
});

/** Why nobody knows how a doubt ended, as a sentence without its full stop; text of the other side in it is as it came. */
export function doubtReason({ status, reason }: Pick<Doubt, "status" | "reason">): string {
  if (reason !== "") return reason;
  return status === "applied"
    ? "it was done, as the other side says, and nobody has seen yet whether it worked"
    : "it was sent, and its end was not written down";
}

/** Every change of a run that is sent and not known to have ended, in the order of the run. `target`: only of that one. */
export function doubtsOf(state: RunState, target?: string): readonly Doubt[] {
  return state.targets
    .filter(({ key }) => target === undefined || key === target)
    .flatMap((owner) =>
      Object.entries(owner.phases).flatMap(([phase, { slots }]) =>
        slots.filter(isOpen).map((slot) => doubtOf(state, owner, phase, slot)),
      ),
    );
}

/** What is not known to have ended, as sentences without their full stop: whose it is, and why. */
export const unknownEnds = (state: RunState): string[] =>
  doubtsOf(state)
    .filter(({ status }) => status !== "applied")
    .map(
      ({ title, label, reason }) =>
        `"${title}" of ${label}${reason === "" ? "" : `: ${reason.replace(/[.\s]+$/u, "")}`}`,
    );
