/**
 * The events of a run. They are all there is: the state is folded from them, readers show them, the journal keeps them. A
 * body is what was true when the event was written; nothing in it is looked up again later.
 */
import type { Bodies } from "./bodies.ts";
import { canonical, type Json, type JsonObject } from "../ports/json.ts";
import type { EventDraft, JournalEvent } from "./journal-port.ts";

/** Version of the event bodies. A change of meaning is a new number, and the fold keeps reading the old one. */
export const EVENT_VERSION = 2;

export type EventType = keyof Bodies;

/** An event as the fold reads it: the journal's, with the body of its type. */
export type RunEvent = {
  readonly [T in EventType]: Omit<JournalEvent, "type" | "body"> & { readonly type: T; readonly body: Bodies[T] };
}[EventType];

/** An event of one type, or of several. */
export type EventOf<T extends EventType> = Extract<RunEvent, { type: T }>;

/** Something for each type of event, or for those of some families (`run`, `step`): who forgets one does not compile. */
export type ByEvent<Value, Family extends string = string> = Readonly<
  Record<Extract<EventType, `${Family}.${string}`>, Value>
>;

/** A function of an event for each type, or for those of some families. */
export type OnEvent<Before extends readonly unknown[], Result, Family extends string = string> = {
  readonly [T in Extract<EventType, `${Family}.${string}`>]: (...args: [...Before, event: EventOf<T>]) => Result;
};

/** Where an event belongs within its run. */
export interface Place {
  readonly target?: string;
  readonly phase?: string;
  readonly step?: string;
  readonly item?: string;
  readonly attempt?: string;
}

/** A draft of an event. Throws when a body is not JSON, which is a bug. */
export function draft<T extends EventType>(runId: string, type: T, place: Place, body: Bodies[T]): EventDraft {
  return {
    run_id: runId,
    type,
    schema_v: EVENT_VERSION,
    target_key: place.target ?? null,
    phase_id: place.phase ?? null,
    step_id: place.step ?? null,
    item: place.item ?? null,
    attempt_id: place.attempt ?? null,
    body: JSON.parse(canonical(body as unknown as Json)) as JsonObject,
  };
}
