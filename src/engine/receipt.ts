/**
 * The receipt of a run: first what a boss asks. Recovered or not and how that was seen; rows by table and effects by kind,
 * each undoable or not, with the command; what was approved, refused and decided, by whom and how; Handrail's own rows
 * in the product's log; what is open. A value made of the run's events alone, printed by report, `run`, `resume`, `undo`, webhook and
 * endpoint. Version 1.
 */
import type { InputSource } from "../phases/input.ts";
import { foldAccount, type Account } from "./account.ts";
import { criterionClaims, type CriterionClaim } from "./claims/criterion.ts";
import { effectClaim, type EffectClaimKind } from "./claims/effect.ts";
import { endClaim, type EndClaim } from "./claims/end.ts";
import type { Claim } from "./claims/claim.ts";
import { effectLines, type EffectLine } from "./effects.ts";
import { slotsOf } from "./end.ts";
import type { RunEvent } from "./events.ts";
import type { Ledger } from "./ledger.ts";
import type { RunState, TargetState } from "./state.ts";
import { serverText, timeOf } from "./words.ts";

/** What a run was told before it began, by whom, and how. */
export interface InputEntry {
  readonly name: string;
  readonly value: string;
  readonly source: InputSource;
  /** Who began the run; '' where the runbook itself says it. */
  readonly by: string;
  readonly at: string;
  readonly evidence: string;
}

export interface TargetReceipt {
  readonly key: string;
  readonly label: string;
  readonly end: EndClaim;
  readonly criteria: readonly CriterionClaim[];
}

/** What the ledger keeps stands in the receipt, but for the undos themselves. */
export interface Receipt extends Omit<Ledger, "undos" | "log"> {
  readonly schema: 2;
  readonly run_id: string;
  readonly runbook: { readonly id: string; readonly title: string; readonly digest: string };
  readonly site: string;
  readonly lab: string | null;
  readonly dry: boolean;
  /** Whether a run of this kind writes its progress into the product's own log at all. */
  readonly logged: boolean;
  readonly server: string;
  readonly status: "closed" | "paused" | "open";
  readonly exit: number | null;
  readonly from: string;
  readonly to: string;
  readonly inputs: readonly InputEntry[];
  readonly targets: readonly TargetReceipt[];
  /** The run's own effects, counted. */
  readonly effect: Claim<EffectClaimKind>;
  readonly effects: readonly EffectLine[];
  /** Whether `handrail undo` has something to take back. */
  readonly undo: boolean;
  readonly joblog: Ledger["log"];
  /** What is not well at the end: ends that are no recovery, what stayed, what rests on a word. */
  readonly open: readonly string[];
}

/** What rests on a word, was left out, or stayed: named to the end, however the run ended. */
function leftOf(target: TargetState): string[] {
  const words: Partial<Record<string, string>> = {
    "skipped-by-operator": "left out",
    "by-hand": "done by hand, on somebody's word",
    "undone-in-part": "taken back in part",
    lapsed: "came undone",
  };
  const slots = slotsOf(target).flatMap((slot) => {
    const word = words[slot.mark ?? ""];
    return word === undefined ? [] : [`${target.label}: ${word}: ${slot.title}: ${slot.reason}`];
  });
  const snapshots = Object.values(target.phases).flatMap(({ skipped: reason }) =>
    reason?.includes("kept") === true ? [`${target.label}: ${reason}`] : [],
  );
  const broken = Object.values(target.holds).flatMap(({ holds, says, at: time }) =>
    holds ? [] : [`${target.label}: no longer so when it was looked at ${timeOf(time)}: ${says}`],
  );
  return [...slots, ...broken, ...snapshots];
}

function openOf(targets: readonly TargetReceipt[], state: RunState): string[] {
  const ends = targets
    .filter(({ end }) => end.kind !== "recovered")
    .map(({ label, end }) => `${label}: ${end.message}`);
  const remains = state.created.direct?.remains ?? [];
  return [...ends, ...state.targets.flatMap(leftOf), ...remains.map((text) => `stays as it is: ${text}`)];
}

const inputEntries = ({ created: { inputs, input_sources: sources = {} } }: RunState, first: RunEvent): InputEntry[] =>
  Object.entries(inputs).map(([name, value]) => {
    const source = sources[name] ?? "option";
    const by = source === "default" ? "" : first.actor.login;
    return { name, value: String(value), source, by, at: first.wall_time, evidence: first.event_id };
  });

/** Makes the receipt of what has happened so far; a run that is not closed has one, too. `driven` as in `endClaim`. */
export function receiptOf(account: Account, first: RunEvent, driven = false): Receipt {
  const { state, ledger } = account;
  const { created: plan, closed: end, paused: pause } = state;
  const targets = state.targets.map((target) => ({
    key: target.key,
    label: target.label,
    end: endClaim(state, target, driven),
    criteria: criterionClaims(state, target),
  }));
  const effects = effectLines(account);
  return {
    schema: 2,
    run_id: state.run_id,
    runbook: { id: plan.runbook.id, title: plan.runbook.title, digest: plan.runbook_digest },
    site: plan.site.name,
    lab: plan.site.lab,
    dry: plan.dry === true,
    logged: plan.dry !== true && plan.direct === undefined && plan.unlogged !== true,
    server: `${serverText(plan.server)}${plan.server === null ? "" : `, ${plan.server.version}`}`,
    status: end !== null ? "closed" : pause !== null ? "paused" : "open",
    exit: end?.exit ?? pause?.exit ?? null,
    from: first.wall_time,
    to: state.last_at,
    inputs: inputEntries(state, first),
    targets,
    effect: effectClaim(state),
    effects,
    undo: effects.some(
      ({ undoable }) => undoable === "yes" || undoable === "in-part" || undoable === "taken-back-in-part",
    ),
    approvals: ledger.approvals,
    decisions: ledger.decisions,
    settled: ledger.settled,
    broken: ledger.broken,
    notes: ledger.notes,
    joblog: ledger.log,
    actors: ledger.actors,
    open: openOf(targets, state),
  };
}

/** The receipt of a run from all its events. Throws without any: a run without events has none. */
export function receiptFrom(events: readonly RunEvent[], driven = false): Receipt {
  const [first] = events;
  if (first === undefined) throw new Error("a run without events has no receipt");
  const account = events.reduce<Account | null>((previous, event) => foldAccount(previous, event), null);
  if (account === null) throw new Error("a run without events has no receipt");
  return receiptOf(account, first, driven);
}
