/** What is true of each type of event, wherever it is written or read. Who adds an event says it here. */
import { EVENT_VERSION, type ByEvent, type EventType, type RunEvent } from "./events.ts";
import type { JournalEvent } from "./journal-port.ts";
import { inWords } from "./wire-words.ts";

interface EventRow {
  /**
   * Whether the engine works it out by itself, it comes from outside at a moment of its own, or somebody puts it beside the
   * run's course: a run that was closed stays closed whatever comes beside it.
   */
  readonly origin: "engine" | "outside" | "beside";
  /**
   * It tells of something that has happened already: it comes after an effect, never before one, so that it may still be
   * written on a full disk. What is seen while a change is awaited is among them: without it the outcome of that change could
   * not be written either.
   */
  readonly isOwed: boolean;
}

const ENGINE: EventRow = { origin: "engine", isOwed: false };
const OUTSIDE: EventRow = { origin: "outside", isOwed: false };
const BESIDE = { origin: "beside", isOwed: false } as const satisfies EventRow;
const OWED: EventRow = { origin: "engine", isOwed: true };
const OWED_OUTSIDE: EventRow = { origin: "outside", isOwed: true };

const EVENT_TABLE: ByEvent<EventRow> & ByEvent<typeof BESIDE, "operator"> = {
  "run.created": ENGINE,
  "run.resumed": OUTSIDE,
  "run.paused": OUTSIDE,
  "run.closed": ENGINE,
  "phase.expanded": ENGINE,
  "phase.ended": ENGINE,
  "step.read": ENGINE,
  "step.previewed": ENGINE,
  "step.marked": ENGINE,
  "approval.requested": ENGINE,
  "approval.given": ENGINE,
  "approval.rejected": ENGINE,
  "approval.expired": OUTSIDE,
  "rung.entered": ENGINE,
  "rung.observed": ENGINE,
  "rung.ended": ENGINE,
  "decision.requested": ENGINE,
  "decision.made": ENGINE,
  "step.intent": ENGINE,
  "step.undo-prepared": ENGINE,
  "step.accepted": OWED,
  "step.outcome": OWED,
  "step.reconciled": OWED,
  "step.verified": OWED,
  "criterion.observed": ENGINE,
  "hold.observed": OWED_OUTSIDE,
  "hold.looked": OWED_OUTSIDE,
  "step.lapsed": OWED_OUTSIDE,
  "evidence.collected": ENGINE,
  "operator.resolved": BESIDE,
  "operator.note": BESIDE,
  "operator.approved": BESIDE,
  "joblog.written": BESIDE,
  "clock.jumped": OUTSIDE,
};

/** Whether an event of this type may still be written when the disk is full. */
export const isOwed = (type: string): boolean => isEventType(type) && EVENT_TABLE[type].isOwed;

/** Whether an event comes from outside of the engine, which then cannot work it out again. */
export const isFromOutside = (type: EventType): boolean => EVENT_TABLE[type].origin !== "engine";

/** The types of events that come into a run beside its course, also when it is closed. */
export const BESIDE_TYPES: readonly string[] = Object.entries(EVENT_TABLE)
  .filter(([, { origin }]) => origin === "beside")
  .map(([type]) => type);

const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_TABLE, type);

/**
 * Reads a stored event as one of this version, and gives it out under this version's number: a reader that goes by the
 * number finds the words that belong to it. `hash` stays that of what is stored. Throws on what only a newer Handrail can
 * have written.
 */
export function asRunEvent(event: JournalEvent): RunEvent {
  if (event.schema_v > EVENT_VERSION)
    throw new Error(`event ${event.seq} has version ${event.schema_v}, newer than this Handrail`);
  if (!isEventType(event.type))
    throw new Error(`event ${event.seq} is of a type that this Handrail does not know: ${event.type}`);
  const today = { ...event, schema_v: EVENT_VERSION, body: inWords(event.type, event.body) };
  return (event.schema_v < EVENT_VERSION ? today : event) as unknown as RunEvent;
}
