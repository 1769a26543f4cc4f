/** The effects of a run, by table and by kind of request, each with what takes it back. */
import { findKind } from "../phases/kinds/index.ts";
import type { EffectPart } from "../phases/change-kind.ts";
import type { Account } from "./account.ts";
import { changeStep } from "./change-spec.ts";
import { slotsOf } from "./end.ts";
import { isFlawed, isMade, type RunState, type Slot } from "./state.ts";

/** How an effect can be taken back: by `handrail undo`, in part by it, by other means only, not at all, or it was already. */
export type Undoable = "yes" | "in-part" | "by-other-means" | "no" | "taken-back" | "taken-back-in-part";

/** One kind of effect of a run: rows of a table, or requests of one kind. */
export interface EffectLine extends EffectPart {
  readonly undoable: Undoable;
  /** Why it cannot be taken back, or only in part; '' else. */
  readonly reason: string;
  readonly steps: readonly string[];
  readonly evidence: readonly string[];
}

/** How a change is taken back; why not, or why only in part, '' else. */
export interface UndoState {
  readonly undoable: Undoable;
  readonly reason: string;
}

/** How a change that was made can be taken back. The runbook has the last word: what it calls final is not offered as an undo. */
export function undoOf(
  { ledger, state }: Pick<Account, "state"> & { readonly ledger: Pick<Account["ledger"], "undos"> },
  slot: Slot,
): UndoState {
  if (slot.mark === "undone") return { undoable: "taken-back", reason: "" };
  if (slot.mark === "undone-in-part") return { undoable: "taken-back-in-part", reason: slot.reason };
  if (slot.cannot_undo !== null) return { undoable: "no", reason: slot.cannot_undo };
  const undo = ledger.undos[slot.attempt?.id ?? ""];
  if (undo !== undefined && undo.kind === "complete") return { undoable: "yes", reason: "" };
  if (undo !== undefined && undo.kind === "partial") return { undoable: "in-part", reason: undo.why.join("; ") };
  const spec = changeStep(state.runbook, slot.step);
  const own = typeof spec?.undo === "object" ? spec.undo.none : "";
  if (undo !== undefined) return { undoable: "no", reason: undo.why.join("; ") };
  return { undoable: "by-other-means", reason: own === "" ? "Handrail has no way back for it" : own };
}

/** What a step did, as its kind counts it. Of a kind that this Handrail does not know: one request. */
function partsOf({ runbook }: RunState, { step, preview, request }: Slot): readonly EffectPart[] {
  const kind = findKind(changeStep(runbook, step)?.change.kind ?? "");
  return kind?.effects(request ?? {}, preview) ?? [{ what: "request", verb: "", count: 1 }];
}

/** The changes of a run that were made, whatever became of them since. */
export const madeSlots = ({ targets }: RunState): readonly Slot[] =>
  targets.flatMap((target) => slotsOf(target).filter((slot) => timesMade(slot) > 0));

/** What a run did to the world, by table and by kind of request. */
export function effectLines(account: Account): EffectLine[] {
  const lines = new Map<string, EffectLine>();
  for (const slot of madeSlots(account.state)) {
    const { undoable, reason } = undoOf(account, slot);
    for (const { what: object, verb, count } of partsOf(account.state, slot)) {
      const key = [object, verb, undoable, reason].join("\n");
      const line = lines.get(key) ?? { what: object, verb, count: 0, undoable, reason, steps: [], evidence: [] };
      const steps = line.steps.includes(slot.step) ? line.steps : [...line.steps, slot.step];
      const evidence = [...line.evidence, slot.attempt?.event ?? slot.event];
      const times = verb === "" ? timesMade(slot) : 1;
      lines.set(key, { ...line, count: line.count + count * times, steps, evidence });
    }
  }
  return [...lines.values()];
}

const wasMade = (slot: Slot): boolean =>
  isMade(slot) || isFlawed(slot) || (slot.attempts > 0 && (slot.mark === "undone" || slot.mark === "undone-in-part"));

/** How often it was carried out: again after it came undone is twice. */
const timesMade = (slot: Slot): number => slot.lapses + (wasMade(slot) ? 1 : 0);
