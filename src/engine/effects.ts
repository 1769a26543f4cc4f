/** The effects of a run, by table and by kind of request, each with what takes it back. */
import type { TablePreview } from "../phases/sql-port.ts";
import type { Account } from "./account.ts";
import { slotsOf } from "./end.ts";
import { isFlawed, isMade, type Slot } from "./state.ts";

/** How an effect can be taken back: by `handrail undo`, in part by it, by other means only, not at all, or it was already. */
export type Undoable = "yes" | "in part" | "by other means" | "no" | "taken back" | "taken back in part";

/** One kind of effect of a run: rows of a table, or requests of one kind. */
export interface EffectLine {
  /** A table, or what was asked of the other side: `volume detach`, `revertSnapshot`. */
  readonly what: string;
  /** `update`, `delete`, `insert` for rows; '' for requests. */
  readonly verb: string;
  /** Rows for a table, else requests. */
  readonly count: number;
  readonly undoable: Undoable;
  /** Why it cannot be taken back, or only in part; '' else. */
  readonly reason: string;
  readonly steps: readonly string[];
  readonly evidence: readonly string[];
}

interface UndoState {
  readonly undoable: Undoable;
  readonly reason: string;
}

function undoOf({ ledger, state }: Account, slot: Slot): UndoState {
  if (slot.mark === "undone") return { undoable: "taken back", reason: "" };
  if (slot.mark === "undone in part") return { undoable: "taken back in part", reason: slot.reason };
  const undo = ledger.undos[slot.attempt?.id ?? ""];
  if (undo !== undefined && undo.kind === "complete") return { undoable: "yes", reason: "" };
  if (undo !== undefined && undo.kind === "partial") return { undoable: "in part", reason: undo.why.join("; ") };
  const spec = state.runbook.phases.flatMap(({ steps }) => steps).find(({ id }) => id === slot.step);
  const own = spec?.does === "change" && typeof spec.undo === "object" ? spec.undo.none : "";
  if (slot.cannot_undo !== null) return { undoable: "no", reason: slot.cannot_undo };
  if (undo !== undefined) return { undoable: "no", reason: undo.why.join("; ") };
  return { undoable: "by other means", reason: own === "" ? "Handrail has no way back for it" : own };
}

const rowsOf = (table: TablePreview): number => table.diff?.changed ?? table.matched;

/** The tables a carried-out statement changed; a request to another side is one effect of its own kind. */
function partsOf({ preview, request }: Slot): Pick<EffectLine, "what" | "verb" | "count">[] {
  if (typeof request?.["sql"] === "string") {
    if (preview === null || typeof preview["table"] !== "string")
      return [{ what: "rows that were not counted", verb: "", count: 1 }];
    const main = preview as unknown as TablePreview & { readonly others?: readonly TablePreview[] };
    return [main, ...(main.others ?? [])].map((table) => ({
      what: table.table,
      verb: table.diff?.verb ?? "update",
      count: rowsOf(table),
    }));
  }
  const what = [request?.["command"], request?.["op"]].find((word) => typeof word === "string");
  return [{ what: typeof what === "string" ? what : "request", verb: "", count: 1 }];
}

/** What a run did to the world, by table and by kind of request. */
export function effectLines(account: Account): EffectLine[] {
  const lines = new Map<string, EffectLine>();
  const slots = account.state.targets.flatMap((target) => slotsOf(target).filter((slot) => timesMade(slot) > 0));
  for (const slot of slots) {
    const { undoable, reason } = undoOf(account, slot);
    for (const { what, verb, count } of partsOf(slot)) {
      const key = [what, verb, undoable, reason].join("\n");
      const line = lines.get(key) ?? { what, verb, count: 0, undoable, reason, steps: [], evidence: [] };
      const steps = line.steps.includes(slot.step) ? line.steps : [...line.steps, slot.step];
      const evidence = [...line.evidence, slot.attempt?.event ?? slot.event];
      const times = verb === "" ? timesMade(slot) : 1;
      lines.set(key, { ...line, count: line.count + count * times, steps, evidence });
    }
  }
  return [...lines.values()];
}

const wasMade = (slot: Slot): boolean =>
  isMade(slot) || isFlawed(slot) || (slot.attempts > 0 && (slot.mark === "undone" || slot.mark === "undone in part"));

/** How often it was carried out: again after it came undone is twice. */
const timesMade = (slot: Slot): number => slot.lapses + (wasMade(slot) ? 1 : 0);
