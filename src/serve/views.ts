/** A run as the endpoint shows it. Everything comes from the journal, which holds no secrets. */
import type * as z from "zod";
import { stepClaim } from "../engine/claims/step.ts";
import type { Receipt } from "../engine/receipt.ts";
import type { RunState, TargetState } from "../engine/state.ts";
import type { runState } from "./answers.ts";
import type { FoundRun } from "./desk.ts";

type View = Omit<z.infer<typeof runState>, "receipt"> & { readonly receipt: Receipt | null };

const phasesOf = (state: RunState, target: TargetState): View["targets"][number]["phases"] =>
  state.runbook.phases.flatMap(({ id }) => {
    const phase = target.phases[id];
    if (phase === undefined) return [];
    const steps = phase.slots.map((slot) => ({
      step: slot.step,
      item: slot.item_key,
      title: slot.title,
      does: slot.does,
      status: slot.status,
      mark: slot.mark,
      basis: stepClaim(slot).basis,
      says: slot.reason,
    }));
    return [{ phase: id, title: phase.title, status: phase.status, steps }];
  });

const targetsOf = (state: RunState, { targets }: Receipt): View["targets"] =>
  state.targets.map((target, index) => ({
    key: target.key,
    label: target.label,
    status: state.closed === null ? target.status : (targets[index]?.end.kind ?? "open"),
    says: targets[index]?.end.message ?? "",
    phases: phasesOf(state, target),
  }));

/** Makes the versioned view of a run. `resume` is the command that goes on with it. */
export function runView(runId: string, { status, state, receipt }: FoundRun, resume: string): View {
  if (state === null) {
    const says = "waits until another run has ended";
    return {
      version: 2,
      run_id: runId,
      status,
      runbook: null,
      seq: 0,
      exit: null,
      says,
      next: null,
      targets: [],
      receipt: null,
    };
  }
  const { closed: end, paused: pause } = state;
  const ends = receipt.targets.map(({ label, end }) => `${label}: ${end.message}`).join("; ");
  return {
    version: 2,
    run_id: runId,
    status,
    runbook: state.runbook.id,
    seq: state.last_seq,
    exit: end?.exit ?? pause?.exit ?? null,
    says: ends,
    next: status === "paused" || status === "left-in-the-middle" ? resume : null,
    targets: targetsOf(state, receipt),
    receipt,
  };
}

/** A time as the original service writes it: RFC 3339 with a fraction and the offset of this host. */
export function timestamp(time: Date): string {
  const minutes = -time.getTimezoneOffset();
  if (minutes === 0) return time.toISOString();
  const two = (value: number): string => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  const local = new Date(time.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
