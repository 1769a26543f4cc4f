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
  /**
   * Why a power cut may take it, which comes before the next event is on the disk that may not be taken: nothing that left
   * rests on it, and a run that is taken up without it finds the same out again. null: it is on the disk before anything
   * follows: an effect may follow it, or it tells of one, or somebody's word.
   */
  readonly deferral: string | null;
}

const ENGINE: EventRow = { origin: "engine", isOwed: false, deferral: null };
const OUTSIDE: EventRow = { origin: "outside", isOwed: false, deferral: null };
const BESIDE = { origin: "beside", isOwed: false, deferral: null } as const satisfies EventRow;
const OWED: EventRow = { origin: "engine", isOwed: true, deferral: null };
const OWED_OUTSIDE: EventRow = { origin: "outside", isOwed: true, deferral: null };

const EVENT_TABLE: ByEvent<EventRow> & ByEvent<typeof BESIDE, "operator"> = {
  "run.created": ENGINE,
  "run.resumed": OUTSIDE,
  "run.paused": OUTSIDE,
  "run.closed": ENGINE,
  "phase.expanded": { ...ENGINE, deferral: "the phase is expanded again" },
  "phase.ended": { ...ENGINE, deferral: "it follows from how the steps of the phase ended" },
  "step.read": { ...ENGINE, deferral: "it is read again" },
  "step.previewed": { ...ENGINE, deferral: "it is previewed again, and nothing was sent" },
  "step.marked": ENGINE,
  "approval.requested": ENGINE,
  "approval.given": ENGINE,
  "approval.rejected": ENGINE,
  "approval.expired": OUTSIDE,
  "rung.entered": ENGINE,
  "rung.observed": { ...ENGINE, deferral: "it is looked at again" },
  "rung.ended": ENGINE,
  "decision.requested": ENGINE,
  "decision.made": ENGINE,
  "step.intent": ENGINE,
  "step.undo-prepared": ENGINE,
  "step.accepted": OWED,
  "step.outcome": OWED,
  "step.reconciled": OWED,
  "step.verified": { ...OWED, deferral: "it is looked at again, for its outcome is there" },
  "criterion.observed": { ...ENGINE, deferral: "it is looked at again" },
  "hold.observed": OWED_OUTSIDE,
  "hold.looked": { ...OWED_OUTSIDE, deferral: "it is looked at again, and an intent names what it rests on" },
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

/** Whether an event of this type may be taken by a power cut as long as nothing that may not be taken came after it. */
export const isDeferred = (type: EventType): boolean => EVENT_TABLE[type].deferral !== null;

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
