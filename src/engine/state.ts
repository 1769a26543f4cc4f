/** What is known of a run: the fold of its events, and nothing else. `apply` is pure and total. */
import type { Scope } from "../phases/expression.ts";
import type { Json, JsonObject } from "../ports/json.ts";
import type { Outcome } from "../ports/outcome.ts";
import type { Saw } from "../phases/saw.ts";
import type { Runbook } from "../phases/spec.ts";
import type { Bodies, Mark, PlannedStep, Target } from "./bodies.ts";

/** An attempt to carry out a change, as its intent recorded it. */
export interface AttemptState {
  readonly id: string;
  readonly prepared: JsonObject;
  readonly remote: string | null;
  readonly limit: number;
  /** Id of its intent: what proves that it was begun. */
  readonly event: string;
}

export type SlotStatus =
  | "planned"
  /** The intent is durable and nothing is known after it. */
  | "intended"
  /** The other side took it under an id. */
  | "waiting"
  /** Known applied, not yet verified. */
  | "applied"
  | "in-doubt"
  | "ended";

/** A planned step and what became of it. */
export interface Slot extends PlannedStep {
  readonly status: SlotStatus;
  readonly mark: Mark | null;
  readonly reason: string;
  /** null: not previewed yet; `{none: true}`: there is no preview of this kind. */
  readonly preview: JsonObject | null;
  readonly approval: string | null;
  readonly attempt: AttemptState | null;
  readonly attempts: number;
  /** Id of its newest intent, kept when that attempt is over; null while it was never sent. */
  readonly sent: string | null;
  /** How often it was carried out and came undone before this attempt. */
  readonly lapses: number;
  readonly outcome: Outcome | null;
  /**
   * Which look is owed to an attempt whose end is not known: `trace` on every resume, which waits for what is still going;
   * `look` once after an outcome that left it open, since it was waited for already.
   */
  readonly settle: "trace" | "look" | null;
  /** Id and time of the event that its status rests on. */
  readonly event: string;
  readonly at: string;
  /** A person was told to do it, outside: it may have been begun, though nothing was sent. */
  readonly isHandedOver?: true;
}

/** What a look came to, and when: the wall time of its event. */
export interface Glimpse {
  readonly says: string;
  readonly at: string;
}

/** A rung under watch. Times are of the event that entered it, so that a resume keeps what has passed. */
export interface RungState {
  readonly box: number;
  readonly entered_mono: number;
  readonly entered_wall: string;
  readonly boot_id: string;
  readonly says: string;
  readonly result: "done" | "timed-out" | null;
  /** What was seen last, and what had been seen before that was something else; null while nobody saw anything. */
  readonly seen: Glimpse | null;
  readonly before: Glimpse | null;
}

export interface PhaseState {
  readonly title: string;
  readonly rung: RungState | null;
  readonly status: "open" | "skipped" | "done" | "failed";
  /** It was ended once, and is open again since a step of it came undone. */
  readonly reopened: boolean;
  readonly skipped: string | null;
  readonly slots: readonly Slot[];
}

/** What was seen of a condition of the run, and at which event. */
export interface HoldSight extends Glimpse {
  readonly holds: boolean;
  readonly saw: Saw;
  readonly event: string;
}

/** A condition of the run as it was seen last. `at` is when it was first seen to be as it is. */
export interface HoldState extends HoldSight {
  /** The time of the newest look that the journal proves: that of its own event, or of an intent that rested on it. */
  readonly looked: string;
  /** What was seen before that was something else; null where there was nothing. */
  readonly before: HoldSight | null;
}

/** A success criterion that was looked at. */
export interface CriterionState {
  readonly holds: boolean;
  readonly says: string;
  readonly saw: Saw;
  /** Id and time of the event. */
  readonly event: string;
  readonly at: string;
}

export type TargetStatus = "going" | "failed" | "refused" | "stopped" | "in-doubt" | "unreachable";

/** A step that failed, or whose end no look can tell, and that nobody has decided about yet. */
export interface Undecided {
  readonly phase: string;
  readonly step: string;
  readonly item: string;
  /** What was seen when somebody said that it was done by hand; '' while nobody did. */
  readonly tried: string;
  /** Whether somebody is there to be asked; else the run is left open, and a resume looks again. */
  readonly asks: boolean;
}

export interface TargetState extends Target {
  readonly status: TargetStatus;
  readonly reason: string;
  readonly facts: JsonObject;
  readonly decisions: Readonly<Record<string, string>>;
  /** Gate to the id of the event that decided it. */
  readonly decided: Readonly<Record<string, string>>;
  readonly phases: Readonly<Record<string, PhaseState>>;
  /** The rung at which the target left the ladder, or null. */
  readonly left: string | null;
  readonly criteria: Readonly<Record<string, CriterionState>>;
  /** Conditions of the run that were looked at, by id. In journals of before: those that were ever seen not to hold. */
  readonly holds: Readonly<Record<string, HoldState>>;
  /** Id of the event that its status rests on. */
  readonly event: string;
  /** The failed step that a person may still decide about, or null. */
  readonly undecided: Undecided | null;
}

/** How a run stands, for whoever is no part of it. */
export type RunStatus = "queued" | "running" | "paused" | "left-in-the-middle" | "closed";

/** An approval must be used within this time, and a run must not stand still longer than this under one. */
export const APPROVAL_MS = 5 * 60_000;

/** An approval that was given while the run was paused: it counts for the same document of the next session. */
export interface Beforehand {
  readonly method: "key" | "typed";
  readonly by: string;
  readonly boot_id: string;
  /** Wall time of the answer: the monotonic clock stands still while a machine sleeps. */
  readonly at: string;
}

export interface ApprovalState {
  readonly id: string;
  readonly page_digest: string;
  readonly status: "open" | "given" | "rejected" | "expired";
  /** Reading of the boot clock when it was given, for its five minutes. */
  readonly given_mono: number;
  readonly used: boolean;
  readonly covers: Bodies["approval.requested"]["covers"];
  readonly typed: string | null;
  readonly beforehand: Beforehand | null;
}

export interface RunState {
  readonly run_id: string;
  /** Who began it, or took it up last, as login, uid and host. */
  readonly operator: string;
  readonly created: Bodies["run.created"];
  readonly runbook: Runbook;
  readonly targets: readonly TargetState[];
  readonly approvals: Readonly<Record<string, ApprovalState>>;
  /** How approvals are given in this session. */
  readonly mode: Bodies["run.created"]["mode"];
  readonly started: boolean;
  readonly paused: Bodies["run.paused"] | null;
  readonly closed: Bodies["run.closed"] | null;
  /** Ids of the evidence that was collected in this session. */
  readonly collected: readonly string[];
  readonly sessions: number;
  /** How many targets had failed when the run was last taken up: the person knows of them. */
  readonly known_failures: number;
  /** Ids of the events that it was created, last paused and closed by; null while it was not. */
  readonly events: { readonly created: string; readonly paused: string | null; readonly closed: string | null };
  readonly last_seq: number;
  readonly last_mono: number;
  /** Id and wall time of the newest event. */
  readonly last_event: string;
  readonly last_at: string;
}

/** The approval id of the page that starts a run. */
export const START = "@start";
/** The approval ids of pages about all that is left to do for the later targets of a batch. */
export const REST = "@rest";

/** The slot an event speaks of. */
export function findSlot(phase: PhaseState | undefined, step: string | null, item: string | null): Slot | undefined {
  return phase?.slots.find((slot) => slot.step === step && slot.item_key === (item ?? ""));
}

/** Marks after which a step counts as done for its target. */
const DONE = new Set<Mark>(["succeeded", "already", "by-hand"]);

/** Step id to the item keys that are done, for every changing step of the runbook. */
export function doneOf(state: RunState, target: TargetState): Record<string, string[]> {
  const order: Record<string, string[]> = {};
  for (const phase of state.runbook.phases) {
    for (const step of phase.steps) if (step.does === "change") order[step.id] = [];
    for (const slot of target.phases[phase.id]?.slots ?? []) {
      if (slot.mark !== null && DONE.has(slot.mark)) order[slot.step]?.push(slot.item_key);
    }
  }
  return order;
}

/** Whether a step waits for its turn: it was never begun, or has to be done again. */
export const isPlanned = ({ status }: Pick<Slot, "status">): boolean => status === "planned";

/** Whether a step was sent, and what it came to was not seen yet; one that is in doubt is not among them. */
export const isUnderWay = ({ status }: Pick<Slot, "status">): boolean =>
  status === "intended" || status === "waiting" || status === "applied";

/** Whether a run carried a change out: sent, as nothing but a change is, and seen to have worked. */
export const isMade = ({ attempts, mark }: Pick<Slot, "attempts" | "mark">): boolean =>
  attempts > 0 && mark === "succeeded";

/** Whether a change may have been begun: it was sent, or a person was told to do it. */
export const isBegun = ({ attempts, isHandedOver }: Pick<Slot, "attempts" | "isHandedOver">): boolean =>
  attempts > 0 || isHandedOver === true;

/** Whether a person made a change outside that was seen afterwards. */
export const isHandmade = ({ does, attempts, mark }: Pick<Slot, "does" | "attempts" | "mark">): boolean =>
  does === "change" && attempts === 0 && mark === "succeeded";

/** Whether a change was ever sent, whatever became of it. */
export const isSent = ({ attempts, lapses }: Pick<Slot, "attempts" | "lapses">): boolean => attempts + lapses > 0;

/** Whether a change was done, and a record of the other side says otherwise: sending it again would mend nothing. */
export const isFlawed = ({ outcome, mark }: Pick<Slot, "outcome" | "mark">): boolean =>
  mark === "failed" && outcome?.kind === "applied" && outcome.flaw !== undefined;

/** Ids under which the other side accepted changes of this target. */
const acceptedOf = ({ phases }: TargetState): string[] =>
  Object.values(phases).flatMap(({ slots }) => slots.flatMap(({ attempt }) => attempt?.remote ?? []));

/** Ids of the snapshots that earlier runs of this journal are proved to have reverted to, for a target. */
const revertedBefore = (state: RunState, target: TargetState): string[] =>
  (state.created.proofs ?? []).flatMap(({ target: key, request }) => {
    const { command, params } = request as { command?: unknown; params?: { id?: unknown } };
    return key === target.key && command === "revertSnapshot" && typeof params?.id === "string" ? [params.id] : [];
  });

/** Choices made so far; '' for every gate and rescue that was not asked. */
export function decisionsOf(state: RunState, target: TargetState): Record<string, string> {
  const decisions: Record<string, string> = {};
  for (const phase of state.runbook.phases) {
    for (const step of phase.steps) if (step.does === "gate") decisions[step.id] = "";
    if (phase.rescue !== undefined || phase.rung !== undefined) decisions[phase.id] = "";
  }
  return { ...decisions, ...target.decisions };
}

/** Everything an expression of this target may name. */
export function scopeOf(state: RunState, target: TargetState, item?: Json): Scope {
  return {
    run: { id: state.run_id },
    inputs: state.created.inputs,
    target: target.row,
    facts: target.facts,
    decisions: decisionsOf(state, target),
    done: doneOf(state, target),
    left: target.left ?? "",
    accepted: acceptedOf(target),
    reverted: revertedBefore(state, target),
    ...(item === undefined ? {} : { item }),
  };
}

/** A step that a dry run left out. */
export const isPending = ({ mark }: Slot): boolean => mark === "not-run-dry";

/** Whether changes of a target were left out so far, in one phase or in any. */
export const pendingIn = (target: TargetState, phase?: string): boolean =>
  Object.entries(target.phases).some(
    ([id, { slots }]) => (phase === undefined || id === phase) && slots.some(isPending),
  );

/** Whether a target counts against the failures that a batch may have: something went wrong, as opposed to "no". */
export const hasFailed = ({ status }: TargetState): boolean =>
  status === "failed" || status === "in-doubt" || status === "unreachable";
