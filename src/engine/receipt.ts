/**
 * The receipt of a run: first what a boss asks. Recovered or not and how that was seen; rows by table and effects by kind,
 * each undoable or not, with the command; what was approved, refused and decided, by whom and how; Handrail's own JobLog
 * rows; what is open. A value made of the run's events alone, printed by report, `run`, `resume`, `undo`, webhook and
 * endpoint. Version 1.
 */
import type { TablePreview } from "../phases/ports.ts";
import { apply } from "./apply.ts";
import { criterionClaims, type CriterionClaim } from "./claims/criterion.ts";
import { effectClaim, isMade, type EffectClaimKind } from "./claims/effect.ts";
import { endClaim, type EndClaim } from "./claims/end.ts";
import type { Claim } from "./claims/claim.ts";
import { slotsOf } from "./end.ts";
import type { RunEvent } from "./events.ts";
import { EMPTY_LEDGER, enter, type Ledger } from "./ledger.ts";
import type { RunState, Slot, TargetState } from "./state.ts";
import { timeOf } from "./words.ts";

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

export interface TargetReceipt {
  readonly key: string;
  readonly label: string;
  readonly end: EndClaim;
  readonly criteria: readonly CriterionClaim[];
}

export interface Receipt {
  readonly schema: 1;
  readonly run_id: string;
  readonly runbook: { readonly id: string; readonly title: string; readonly digest: string };
  readonly site: string;
  readonly lab: string | null;
  readonly dry: boolean;
  /** Whether a run of this kind writes its progress into the appliance's JobLog at all. */
  readonly logged: boolean;
  readonly server: string;
  readonly status: "closed" | "paused" | "open";
  readonly exit: number | null;
  readonly from: string;
  readonly to: string;
  readonly targets: readonly TargetReceipt[];
  /** The run's own effects, counted. */
  readonly effect: Claim<EffectClaimKind>;
  readonly effects: readonly EffectLine[];
  /** Whether `handrail undo` has something to take back. */
  readonly undo: boolean;
  readonly approvals: Ledger["approvals"];
  readonly decisions: Ledger["decisions"];
  readonly settled: Ledger["settled"];
  /** Conditions of the run, and finished steps, that were seen to be no longer so. */
  readonly broken: Ledger["broken"];
  readonly notes: Ledger["notes"];
  readonly joblog: Ledger["joblog"];
  readonly actors: readonly string[];
  /** What is not well at the end: ends that are no recovery, what stayed, what rests on a word. */
  readonly open: readonly string[];
}

/** A run folded with its ledger. */
export interface Account {
  readonly state: RunState;
  readonly ledger: Ledger;
}

/** Folds one event into an account; the first is `run.created`. */
export function account(before: Account | null, event: RunEvent): Account {
  const state = apply(before?.state ?? null, event);
  return { state, ledger: enter(before?.ledger ?? EMPTY_LEDGER, state, event) };
}

interface Undoing {
  readonly undoable: Undoable;
  readonly reason: string;
}

function undoing({ ledger, state }: Account, slot: Slot): Undoing {
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

function effectLines(made: Account): EffectLine[] {
  const lines = new Map<string, EffectLine>();
  const done = made.state.targets.flatMap((target) => slotsOf(target).filter((slot) => timesMade(slot) > 0));
  for (const slot of done) {
    const { undoable, reason } = undoing(made, slot);
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
  isMade(slot) || (slot.attempts > 0 && (slot.mark === "undone" || slot.mark === "undone in part"));

/** How often it was carried out: again after it came undone is twice. */
const timesMade = (slot: Slot): number => slot.lapses + (wasMade(slot) ? 1 : 0);

/** What rests on a word, was left out, or stayed: named to the end, however the run ended. */
function leftOf(target: TargetState): string[] {
  const words: Partial<Record<string, string>> = {
    "skipped by the operator": "left out",
    "by hand": "done by hand, on somebody's word",
    "undone in part": "taken back in part",
    lapsed: "came undone",
  };
  const slots = slotsOf(target).flatMap((slot) => {
    const word = words[slot.mark ?? ""];
    return word === undefined ? [] : [`${target.label}: ${word}: ${slot.title}: ${slot.reason}`];
  });
  const kept = Object.values(target.phases).flatMap(({ skipped }) =>
    skipped?.includes("kept") === true ? [`${target.label}: ${skipped}`] : [],
  );
  const broken = Object.values(target.holds).flatMap(({ holds, says, at }) =>
    holds ? [] : [`${target.label}: no longer so when it was looked at ${timeOf(at)}: ${says}`],
  );
  return [...slots, ...broken, ...kept];
}

function openOf(targets: readonly TargetReceipt[], state: RunState): string[] {
  const ends = targets
    .filter(({ end }) => end.kind !== "recovered")
    .map(({ label, end }) => `${label}: ${end.message}`);
  return [...ends, ...state.targets.flatMap(leftOf)];
}

/** Makes the receipt of what has happened so far; a run that is not closed has one, too. `driven` as in `endClaim`. */
export function receiptOf(made: Account, first: RunEvent, driven = false): Receipt {
  const { state, ledger } = made;
  const { created, closed, paused } = state;
  const targets = state.targets.map((target) => ({
    key: target.key,
    label: target.label,
    end: endClaim(state, target, driven),
    criteria: criterionClaims(state, target),
  }));
  const effects = effectLines(made);
  return {
    schema: 1,
    run_id: state.run_id,
    runbook: { id: created.runbook.id, title: created.runbook.title, digest: created.runbook_digest },
    site: created.site.name,
    lab: created.site.lab,
    dry: created.dry === true,
    logged: created.dry !== true && created.direct === undefined,
    server: `${created.server.database} on ${created.server.hostname}:${created.server.port}, ${created.server.version}`,
    status: closed !== null ? "closed" : paused !== null ? "paused" : "open",
    exit: closed?.exit ?? paused?.exit ?? null,
    from: first.wall_time,
    to: state.last_at,
    targets,
    effect: effectClaim(state),
    effects,
    undo: effects.some(
      ({ undoable }) => undoable === "yes" || undoable === "in part" || undoable === "taken back in part",
    ),
    approvals: ledger.approvals,
    decisions: ledger.decisions,
    settled: ledger.settled,
    broken: ledger.broken,
    notes: ledger.notes,
    joblog: ledger.joblog,
    actors: ledger.actors,
    open: openOf(targets, state),
  };
}

/** The receipt of a run from all its events. Throws without any: a run without events has none. */
export function receiptFrom(events: readonly RunEvent[], driven = false): Receipt {
  const [first] = events;
  if (first === undefined) throw new Error("a run without events has no receipt");
  const made = events.reduce<Account | null>((before, event) => account(before, event), null);
  if (made === null) throw new Error("a run without events has no receipt");
  return receiptOf(made, first, driven);
}
