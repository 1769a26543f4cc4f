/** What people and rules did in a run, event by event: approvals, decisions, settled doubts. A pure fold beside `apply`. */
import type { Undo } from "../ports/sql.ts";
import { actorText } from "./actor.ts";
import { settledClaim, type SettlingEvent } from "./claims/settled.ts";
import type { Bodies } from "./bodies.ts";
import type { EventOf, OnEvent, RunEvent } from "./events.ts";
import { REST, START, type RunState } from "./state.ts";

/** A page that was asked about and what became of it. */
export interface ApprovalEntry {
  readonly approval: string;
  readonly title: string;
  readonly risk: string;
  readonly page_digest: string;
  /** How many steps it was about. */
  readonly steps: number;
  readonly result: "open" | "approved" | "rejected" | "expired";
  /** Who answered, and how: a key, the typed name, a grant; '' while nobody did. */
  readonly by: string;
  readonly method: string;
  /** The words of a refusal, or why it became void; '' else. */
  readonly message: string;
  readonly at: string;
  readonly evidence: string;
}

export interface DecisionEntry {
  readonly gate: string;
  readonly asks: string;
  readonly target: string | null;
  readonly choice: string;
  readonly by: string;
  readonly method: string;
  readonly note: string;
  readonly at: string;
  readonly evidence: string;
}

/** A change that was in doubt, and what a look or a person said of it afterwards. */
export interface SettledEntry {
  readonly step: string;
  readonly item: string;
  readonly target: string | null;
  readonly outcome: "applied" | "not-applied" | "unknown";
  readonly basis: "observation" | "statement";
  readonly message: string;
  readonly by: string;
  readonly at: string;
  readonly evidence: string;
}

/** Something that a run rests on and that was seen to be no longer so. */
export interface BrokenEntry {
  /** Id of the hold, or of the step that came undone. */
  readonly hold: string;
  readonly target: string | null;
  /** What was seen. */
  readonly message: string;
  readonly at: string;
  readonly evidence: string;
  /** When it was seen to be so again, or the step to be done again: ISO 8601, UTC; null while it was not. */
  readonly over: string | null;
}

export interface Ledger {
  readonly approvals: readonly ApprovalEntry[];
  readonly decisions: readonly DecisionEntry[];
  readonly settled: readonly SettledEntry[];
  /** Conditions of the run, and finished steps, that were seen to be no longer so. */
  readonly broken: readonly BrokenEntry[];
  readonly notes: readonly { readonly text: string; readonly by: string; readonly at: string }[];
  /** By attempt: how a committed statement can be taken back. */
  readonly undos: Readonly<Record<string, Undo>>;
  /** Rows of this run in the product's own log by table, as counted last; null where nobody counted. */
  readonly log: {
    readonly rows: Readonly<Record<string, number>>;
    readonly behind: number;
    readonly reason: string;
  } | null;
  /** Who acted, each once. */
  readonly actors: readonly string[];
}

export const EMPTY_LEDGER: Ledger = {
  approvals: [],
  decisions: [],
  settled: [],
  broken: [],
  notes: [],
  undos: {},
  log: null,
  actors: [],
};

function pageTitle(state: RunState, event: EventOf<"approval.requested">): string {
  const { approval } = event.body;
  if (approval.startsWith(START)) return "Begin the run";
  if (approval.startsWith(REST)) return "All that is left to do";
  return state.runbook.phases.find(({ id }) => id === event.phase_id)?.title ?? event.phase_id ?? approval;
}

function requestEntry(state: RunState, event: EventOf<"approval.requested">): ApprovalEntry {
  const { approval, page_digest, risk, covers } = event.body;
  const nobody = { by: "", method: "", message: "", result: "open" as const };
  const about = { approval, page_digest, risk, steps: covers.length, title: pageTitle(state, event) };
  return { ...about, ...nobody, at: event.wall_time, evidence: event.event_id };
}

/** The entry of a page with its answer; an answer to a page that was never asked about counts for nothing. */
function withAnswer(
  ledger: Ledger,
  event: EventOf<"approval.given" | "approval.rejected" | "approval.expired">,
  answer: Pick<ApprovalEntry, "result" | "by" | "method" | "message">,
): Ledger {
  const approvals = ledger.approvals.map((entry) =>
    entry.approval === event.body.approval && (entry.result === "open" || answer.result === "expired")
      ? { ...entry, ...answer, at: event.wall_time, evidence: event.event_id }
      : entry,
  );
  return { ...ledger, approvals };
}

function approval(ledger: Ledger, event: EventOf<"approval.given" | "approval.rejected" | "approval.expired">): Ledger {
  if (event.type === "approval.given") {
    const { method, by, grant } = event.body;
    const authority = grant === null ? method : `grant of ${grant}`;
    return withAnswer(ledger, event, { result: "approved", by, method: authority, message: "" });
  }
  const message = event.body.says;
  const result = event.type === "approval.rejected" ? ("rejected" as const) : ("expired" as const);
  const entry = ledger.approvals.find((candidate) => candidate.approval === event.body.approval);
  const by = result === "rejected" ? event.actor.login : (entry?.by ?? "");
  return withAnswer(ledger, event, { result, by, method: entry?.method ?? "", message });
}

const METHODS: Readonly<Record<Bodies["decision.made"]["method"], string>> = {
  person: "at the question",
  "decided-beforehand": "beforehand",
  "nobody-to-ask": "nobody was there to ask",
};

function decision(event: EventOf<"decision.made">): DecisionEntry {
  const { gate, asks, choice, method, note = "" } = event.body;
  const by = method === "nobody-to-ask" ? "" : event.actor.login;
  const about = { gate, asks, choice, by, method: METHODS[method], note };
  return { ...about, target: event.target_key, at: event.wall_time, evidence: event.event_id };
}

function settledEntry(state: RunState, event: SettlingEvent): SettledEntry {
  const { kind, message, basis } = settledClaim(state, event);
  const place = { step: event.step_id ?? "", item: event.item ?? "", target: event.target_key };
  const answer = { outcome: kind, basis: basis === "statement" ? ("statement" as const) : ("observation" as const) };
  return { ...place, ...answer, message, by: event.actor.login, at: event.wall_time, evidence: event.event_id };
}

const brokenOf = (event: EventOf<"hold.observed" | "step.lapsed">, hold: string): BrokenEntry => ({
  hold,
  target: event.target_key,
  message: event.body.says,
  at: event.wall_time,
  evidence: event.event_id,
  over: null,
});

/** What was broken and is so again. */
const mendBreak = (ledger: Ledger, event: RunEvent, hold: string): Ledger => ({
  ...ledger,
  broken: ledger.broken.map((entry) =>
    entry.over === null && entry.hold === hold && entry.target === event.target_key
      ? { ...entry, over: event.wall_time }
      : entry,
  ),
});

/** The name of a step that came undone, as one of several items has it. */
const stepName = ({ step_id, item }: RunEvent): string =>
  item === null || item === "" ? (step_id ?? "") : `${step_id ?? ""} ${item}`;

const settle = (ledger: Ledger, state: RunState, event: SettlingEvent): Ledger => ({
  ...ledger,
  settled: [...ledger.settled, settledEntry(state, event)],
});

const breakIn = (ledger: Ledger, event: EventOf<"hold.observed" | "step.lapsed">, subject: string): Ledger => ({
  ...ledger,
  broken: [...ledger.broken, brokenOf(event, subject)],
});

const keep = (ledger: Ledger): Ledger => ledger;

const noteOf = (ledger: Ledger, text: string, author: string, time: string): Ledger => ({
  ...ledger,
  notes: [...ledger.notes, { text, by: author, at: time }],
});

/** What the report keeps of each event beside the state. */
const ENTRIES: OnEvent<[ledger: Ledger, state: RunState], Ledger> = {
  "run.created": keep,
  "run.resumed": (ledger, _state, { body, actor, wall_time }) =>
    body.closes === undefined ? ledger : noteOf(ledger, `closes the run: ${body.closes}`, actor.login, wall_time),
  "run.paused": keep,
  "run.closed": keep,
  "phase.expanded": keep,
  "phase.ended": keep,
  "step.read": keep,
  "step.previewed": keep,
  "step.marked": (ledger, _state, event) =>
    event.body.mark === "already" ? mendBreak(ledger, event, stepName(event)) : ledger,
  "approval.requested": (ledger, state, event) => ({
    ...ledger,
    approvals: [...ledger.approvals, requestEntry(state, event)],
  }),
  "approval.given": (ledger, _state, event) => approval(ledger, event),
  "approval.rejected": (ledger, _state, event) => approval(ledger, event),
  "approval.expired": (ledger, _state, event) => approval(ledger, event),
  "rung.entered": keep,
  "rung.observed": keep,
  "rung.ended": keep,
  "decision.requested": keep,
  "decision.made": (ledger, _state, event) => ({ ...ledger, decisions: [...ledger.decisions, decision(event)] }),
  "step.intent": keep,
  "step.undo-prepared": (ledger, _state, { attempt_id, body }) => ({
    ...ledger,
    undos: { ...ledger.undos, [attempt_id ?? ""]: body.undo },
  }),
  "step.accepted": keep,
  "step.outcome": keep,
  "step.reconciled": settle,
  "step.verified": (ledger, _state, event) => (event.body.holds ? mendBreak(ledger, event, stepName(event)) : ledger),
  "criterion.observed": keep,
  "hold.observed": (ledger, _state, event) =>
    event.body.holds ? mendBreak(ledger, event, event.body.hold) : breakIn(ledger, event, event.body.hold),
  "hold.looked": keep,
  "step.lapsed": (ledger, _state, event) => breakIn(ledger, event, stepName(event)),
  "evidence.collected": keep,
  "operator.resolved": settle,
  "operator.note": (ledger, _state, { body, actor, wall_time }) => noteOf(ledger, body.text, actor.login, wall_time),
  "operator.approved": keep,
  "joblog.written": (ledger, _state, { body }) => ({ ...ledger, log: body }),
  "clock.jumped": keep,
};

/** The row of a type takes events of that type: the compiler cannot follow that through the table. */
const enterByType = (ledger: Ledger, state: RunState, event: RunEvent): Ledger =>
  (ENTRIES[event.type] as (ledger: Ledger, state: RunState, event: RunEvent) => Ledger)(ledger, state, event);

/** Enters one event; `state` is the run after it. */
export function enter(ledger: Ledger, state: RunState, event: RunEvent): Ledger {
  const actor = actorText(event);
  const actors = ledger.actors.includes(actor) ? ledger.actors : [...ledger.actors, actor];
  return { ...enterByType(ledger, state, event), actors };
}
