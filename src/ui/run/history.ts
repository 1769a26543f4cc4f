/** The events of one run and their fold at any point: what the run screen, replay and watching look through. */
import { apply } from "../../engine/apply.ts";
import { eventLines } from "../../engine/event-text.ts";
import type { RunEvent } from "../../engine/events.ts";
import type { RunState } from "../../engine/state.ts";
import type { Undo } from "../../ports/sql.ts";

const EVERY = 64;

export interface LogLine {
  /** How many events were there with it. */
  readonly at: number;
  readonly text: string;
}

export class History {
  readonly events: RunEvent[] = [];
  readonly log: LogLine[] = [];
  /** What was prepared to take each attempt back, by its id. */
  readonly undos: Record<string, Undo> = {};
  /** The state after every 64th event. */
  readonly #kept: RunState[] = [];
  #last: RunState | null = null;

  push(event: RunEvent): void {
    this.#last = apply(this.#last, event);
    this.events.push(event);
    if (this.events.length % EVERY === 0) this.#kept.push(this.#last);
    if (event.type === "step.undo-prepared") this.undos[event.attempt_id ?? ""] = event.body.undo;
    for (const text of eventLines(this.#last, event)) this.log.push({ at: this.events.length, text });
  }

  /** The seq up to which the journal was searched for notes of others. */
  notesReadTo = 0;

  /** Adds what others wrote among newly read events and is not here yet. True when there was some. */
  addNotes(read: readonly RunEvent[]): boolean {
    const ids = new Set(this.events.filter(isBeside).map(({ event_id }) => event_id));
    const notes = read.filter((event) => isBeside(event) && !ids.has(event.event_id));
    for (const note of notes) this.push(note);
    this.notesReadTo = read.at(-1)?.seq ?? this.notesReadTo;
    return notes.length > 0;
  }

  get length(): number {
    return this.events.length;
  }

  /** The state after the first `count` events; null before the first. */
  stateAt(count: number): RunState | null {
    if (count >= this.events.length) return this.#last;
    const base = Math.floor(count / EVERY);
    let state = base === 0 ? null : (this.#kept[base - 1] ?? null);
    for (const event of this.events.slice(base * EVERY, count)) state = apply(state, event);
    return state;
  }

  /** The newest lines of the log up to `count` events. */
  logAt(count: number, limit: number): readonly LogLine[] {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const half = (low + high) >> 1;
      if ((this.log[half]?.at ?? 0) <= count) low = half + 1;
      else high = half;
    }
    return this.log.slice(Math.max(0, low - limit), low);
  }

  /** The place of the next (or the one before) event that somebody would jump to; `count` when there is none. */
  jump(count: number, by: 1 | -1): number {
    for (let index = count + by; index >= 1 && index <= this.length; index += by) {
      const event = this.events[index - 1];
      if (event !== undefined && isLandmark(event)) return index;
    }
    return by === 1 ? this.length : 1;
  }
}

/** Whether an event comes into a run's journal beside the engine: a person's note, the count of the product's log at the end. */
const isBeside = ({ type }: RunEvent): boolean => type === "operator.note" || type === "joblog.written";

const LANDMARKS = new Set<RunEvent["type"]>([
  "approval.given",
  "approval.rejected",
  "approval.expired",
  "decision.made",
  "run.paused",
  "run.resumed",
  "run.closed",
]);

/** A decision, a failure, a doubt, or the end. */
export function isLandmark(event: RunEvent): boolean {
  if (LANDMARKS.has(event.type)) return true;
  if (event.type === "step.marked") return ["failed", "in-doubt", "refused", "unreachable"].includes(event.body.mark);
  if (event.type === "step.outcome" || event.type === "step.reconciled") return event.body.outcome.kind !== "applied";
  return event.type === "criterion.observed" && !event.body.holds;
}
