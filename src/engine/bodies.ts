/** What the events of a run say, version 2: their bodies, and the words in them. A change of meaning is a new version. */
import type { Act, ApprovalDocument, Covered } from "./approval-document.ts";
import type { Batch } from "./batch.ts";
import type { Json, JsonObject } from "../ports/json.ts";
import type { Outcome } from "../ports/outcome.ts";
import type { InputSource } from "../phases/input.ts";
import type { Saw } from "../phases/saw.ts";
import type { Choice, Risk, Runbook } from "../phases/spec.ts";
import type { ServerIdentity, Undo } from "../ports/sql.ts";

/** How a step ended. `wire-words.ts` has the words of a person for each. */
export type Mark =
  | "succeeded"
  | "already"
  | "skipped-by-condition"
  | "skipped-by-operator"
  | "by-hand"
  | "failed"
  | "in-doubt"
  | "refused"
  | "unreachable"
  | "rejected"
  | "not-run"
  | "not-run-dry"
  | "undone"
  /** Rows that somebody changed since stayed as they are; the rest was taken back. */
  | "undone-in-part"
  /** It was done, and is no longer so: somebody else's act. It is planned again. */
  | "lapsed";

export interface Target {
  readonly key: string;
  readonly label: string;
  /** What is typed to approve what cannot be undone: no other target of the site has it. Missing in version 0.1. */
  readonly word?: string;
  readonly row: JsonObject;
}

/** A place in a phase of one target: a read or a gate, or one instance of a changing step. */
export interface PlannedStep {
  readonly step: string;
  readonly does: "read" | "change" | "gate";
  readonly item_key: string;
  readonly item: Json;
  readonly title: string;
  /** For changes: the canonical request, its sentence, what cannot be undone, the risk. */
  readonly request: JsonObject | null;
  readonly says: string;
  readonly cannot_undo: string | null;
  readonly risk: Risk;
}

/** One effect of an earlier run, with the event that proves it. */
export interface Proof {
  readonly target: string;
  readonly run_id: string;
  readonly request: JsonObject;
  /** The kind that made the request. Missing in journals of version 0.1. */
  readonly kind?: string;
  /** Id and wall time of the event that confirmed it. */
  readonly event: string;
  readonly at: string;
}

export interface Direct {
  readonly kind: "sql" | "undo";
  /** Whose locks the run takes. */
  readonly locks: readonly { readonly key: string; readonly label: string }[];
  /** The run that is undone. */
  readonly of: string | null;
  /** What of that run stays as it is, each with its reason; missing in older ones, and where nothing does. */
  readonly remains?: readonly string[];
}

export interface Bodies {
  "run.created": {
    readonly runbook: Runbook;
    readonly runbook_digest: string;
    readonly file: string;
    readonly targets: readonly Target[];
    readonly inputs: JsonObject;
    /** How each of them was given. Missing where there are none. */
    readonly input_sources?: Readonly<Record<string, InputSource>>;
    readonly site: { readonly name: string; readonly lab: string | null; readonly scale: number };
    /** The site's first database. null where it has none. */
    readonly server: ServerIdentity | null;
    /** No log of a product's own follows the run. Missing where one does. */
    readonly unlogged?: true;
    readonly tool: string;
    /** How approvals are given: by a person at a terminal, by a grant, or not at all. */
    readonly mode: "person" | "grant" | "none";
    /** A run of one statement, or of an undo: no runbook, no page to start with, nothing in the product's log. */
    readonly direct?: Direct;
    /** Missing where one thing is done after the other. */
    readonly batch?: Batch;
    /** Ids of the phases that were chosen, in the runbook's order. Missing where all of them were. */
    readonly phases?: readonly string[];
    /** What it does without a page of its own, as its first page says. Missing in journals of version 0.1. */
    readonly outside?: {
      /** Who runs its shell texts, which the runbook has. */
      readonly as: string;
      readonly acts: readonly Act[];
    };
    /** Nothing is carried out: changes are previewed and left out. */
    readonly dry?: true;
    /** What earlier runs of this journal prove of the targets; missing where there is nothing. */
    readonly proofs?: readonly Proof[];
  };
  "run.resumed": {
    readonly mode: "person" | "grant" | "none";
    readonly tool: string;
    /** Taken up only to be closed, with the words of who said so: nothing more is done for a target that is not through. */
    readonly closes?: string;
  };
  "run.paused": { readonly reason: PauseReason; readonly exit: number; readonly says: string };
  "run.closed": {
    readonly exit: number;
    /** The run that was begun for its targets instead of taking this one up. */
    readonly followed_by?: string;
    readonly ends: readonly {
      readonly key: string;
      readonly label: string;
      readonly end: End;
      readonly says: string;
    }[];
    /** Success criteria that nobody looked at, since the phase that brings them about was not chosen. */
    readonly not_looked_at?: readonly { readonly criterion: string; readonly title: string; readonly by: string }[];
  };
  "phase.expanded": { readonly title: string; readonly skipped: string | null; readonly steps: readonly PlannedStep[] };
  "phase.ended": { readonly result: "done" | "failed" };
  "step.read": { readonly says: string; readonly facts: JsonObject };
  "step.previewed": { readonly preview: JsonObject | null };
  "step.marked": { readonly mark: Mark; readonly says: string; readonly evidence: Json };
  "approval.requested": {
    readonly approval: string;
    readonly page_digest: string;
    readonly risk: Risk;
    readonly typed: string | null;
    readonly covers: readonly Covered[];
    /**
     * The document that was asked about, with `preview` null wherever the step's own event before it has it. Missing in
     * journals of version 0.1, and where it is too large to be kept.
     */
    readonly document?: ApprovalDocument;
  };
  "approval.given": {
    readonly approval: string;
    readonly page_digest: string;
    readonly method: "key" | "typed" | "grant" | "rehearsal";
    readonly by: string;
    readonly grant: string | null;
    /** The approval of the same document that was given with `handrail approve` before this session. */
    readonly beforehand?: string;
  };
  "approval.rejected": {
    readonly approval: string;
    readonly says: string;
    /** Nothing was sent in this run, so the refusal ends it: the targets of the page are refused. */
    readonly ends?: true;
  };
  "approval.expired": { readonly approval: string; readonly says: string };
  /** A rung is watched from now on; its box counts from here, over pauses too. */
  "rung.entered": { readonly box: number };
  "rung.observed": { readonly holds: boolean; readonly says: string };
  "rung.ended": { readonly result: "done" | "timed-out"; readonly says: string };
  "decision.requested": {
    readonly gate: string;
    readonly asks: Asks;
    readonly question: string;
    readonly choices: readonly Choice[];
  };
  "decision.made": {
    readonly gate: string;
    readonly asks: Asks;
    readonly choice: string;
    readonly then: Choice["then"];
    readonly method: "person" | "decided-beforehand" | "nobody-to-ask";
    /** The person's own words, where a choice needs them. */
    readonly note?: string;
  };
  "step.intent": {
    readonly request: JsonObject;
    readonly request_sha256: string;
    readonly prepared: JsonObject;
    readonly approval: string;
    readonly limit: number;
    /** Ids of the holds that the look right before it saw to hold. Missing where there were none, and in older journals. */
    readonly rests_on?: readonly string[];
  };
  /** The change is done in a transaction that is still open; it is committed only after this is durable. */
  "step.undo-prepared": { readonly undo: Undo };
  "step.accepted": { readonly id: string; readonly adopted: boolean };
  "step.outcome": { readonly outcome: Outcome };
  "step.reconciled": { readonly outcome: Outcome };
  "step.verified": { readonly holds: boolean; readonly says: string; readonly evidence: Json; readonly saw?: Saw };
  "criterion.observed": {
    readonly criterion: string;
    readonly holds: boolean;
    readonly says: string;
    readonly evidence: Json;
    /** How much was seen. Missing in journals of version 0.1, where it is counted from the evidence. */
    readonly saw?: Saw;
  };
  /**
   * What a condition of the run (`holds` of the runbook) was seen to be: written when it is no longer so, when it is so again,
   * and once each in a dry run (else `hold.looked` has what holds). Approvals of the target are void from one that does not hold.
   */
  "hold.observed": {
    readonly hold: string;
    readonly holds: boolean;
    readonly says: string;
    readonly evidence: Json;
    readonly saw: Saw;
  };
  /**
   * What a look at a target's conditions came to, of those that hold: written with the first look at which one did, and when
   * something else was seen of it than at the look before. Without it nobody could tell "holds" from "not looked at".
   */
  "hold.looked": {
    readonly sights: readonly { readonly hold: string; readonly says: string; readonly saw: Saw }[];
  };
  /** A finished step is no longer so (`stays_until`). It is planned again, and approvals of its target are void. */
  "step.lapsed": {
    /** When it was done, or seen to be done: ISO 8601, UTC. */
    readonly since: string;
    readonly says: string;
    readonly evidence: Json;
    readonly saw: Saw;
  };
  "evidence.collected": {
    readonly collect: string;
    readonly title: string;
    readonly exit: number | null;
    readonly output: string;
    readonly truncated: boolean;
  };
  /** What a person says of a step in doubt. Marked as a human statement everywhere, never as a verified fact. */
  "operator.resolved": {
    readonly as: "applied" | "not-applied";
    readonly note: string;
    /** Not applied, and not to be tried again here: the step counts as failed. */
    readonly leaves?: true;
  };
  "operator.note": { readonly text: string };
  /** A page of a paused run that a person approved beforehand: it answers the same page of the next session, once. */
  "operator.approved": {
    readonly approval: string;
    readonly page_digest: string;
    readonly method: "key" | "typed";
    readonly by: string;
  };
  /** What of the run's own progress came into the product's own log, counted when the session ended. */
  "joblog.written": {
    /** Rows of this run that the server confirmed, those of earlier sessions included: table to count. */
    readonly rows: Readonly<Record<string, number>>;
    /** Entries that could not be written, and why; '' when none. */
    readonly behind: number;
    readonly reason: string;
  };
  /**
   * The wall clock was set, or the machine slept: so many seconds ahead, or back where negative. `before` is the time that it
   * was by the monotonic clock when this was noticed, `after` what the wall clock said. Both ISO 8601 UTC.
   */
  "clock.jumped": { readonly seconds: number; readonly before: string; readonly after: string };
}

/** What is asked: a gate, a failed step or phase, a doubt, a rung that did not work, the first of a batch, a step by hand. */
export type Asks = "gate" | "failure" | "doubt" | "rescue" | "climb" | "canary" | "manual";
export type PauseReason =
  | "approval-needed"
  | "decision-needed"
  | "in-doubt"
  | "rejected"
  | "too-many-failures"
  | "lock-lost"
  /** A step failed, and nobody was there to decide what becomes of it. */
  | "failed"
  /** What made the run admissible, or a finished step, is no longer so. */
  | "hold-broken"
  | "unreachable"
  | "interrupted";
/** How it ended for one target. */
export type End =
  | "recovered"
  /** A run of one statement or of an undo: no row was changed. */
  | "nothing-changed"
  /** An undo that could not take back all of it. */
  | "undone-in-part"
  | "changes-pending"
  | "criteria-not-met"
  | "failed"
  | "refused"
  | "stopped"
  | "in-doubt"
  | "unreachable";
