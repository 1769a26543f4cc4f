/** The run as plain text: a line for each thing that happened, readable in a log, without one escape byte. */
import { apply } from "../engine/apply.ts";
import { eventLines } from "../engine/event-text.ts";
import type { Reader } from "../engine/record.ts";
import type { RunState } from "../engine/state.ts";

/** A reader that writes each event as text. */
export function plainReader(write: (text: string) => void): Reader {
  let state: RunState | null = null;
  return (event, past = false) => {
    state = apply(state, event);
    if (!past) for (const line of eventLines(state, event)) write(`${line}\n`);
  };
}

/** A reader that writes each event as one line of JSON, as the journal has it. */
export function jsonReader(write: (text: string) => void): Reader {
  return (event, past = false) => {
    if (!past) write(`${JSON.stringify(event)}\n`);
  };
}
