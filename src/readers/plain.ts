/** The run as plain text: a line for each thing that happened, readable in a log, without one escape byte. */
import { apply } from "../engine/apply.ts";
import { eventLines } from "../engine/event-text.ts";
import { documentLines } from "../engine/document-lines.ts";
import { documentIn } from "../engine/document-record.ts";
import type { RunEvent } from "../engine/events.ts";
import type { Reader } from "../engine/record.ts";
import type { RunState } from "../engine/state.ts";

/** Columns that a page is laid out for where no terminal says how many there are. */
const WIDTH = 100;

/** The page that an event asks about, where no person is shown it while it is asked. */
function pageLines(state: RunState, event: RunEvent): string[] {
  if (event.type !== "approval.requested") return [];
  const document = documentIn(state, event.body);
  return document === null ? [] : documentLines(document, WIDTH).map(({ text }) => `          | ${text}`);
}

export interface PlainOptions {
  /** Whether pages are printed that a person was shown as well: in a replay nobody is asked. */
  readonly pages?: boolean;
}

/** A reader that writes each event as text, and the page of each approval that no person is asked for. */
export function plainReader(write: (text: string) => void, { pages = false }: PlainOptions = {}): Reader {
  let state: RunState | null = null;
  return (event, past = false) => {
    state = apply(state, event);
    if (past) return;
    const isPrinted = pages || state.mode !== "person";
    const lines = [...eventLines(state, event), ...(isPrinted ? pageLines(state, event) : [])];
    for (const line of lines) write(`${line}\n`);
  };
}

/** A reader that writes each event as one line of JSON, as the journal has it; the page of an approval is whole. */
export function jsonReader(write: (text: string) => void): Reader {
  let state: RunState | null = null;
  return (event, past = false) => {
    state = apply(state, event);
    if (past) return;
    const document = event.type === "approval.requested" ? documentIn(state, event.body) : null;
    const whole = document === null ? event : { ...event, body: { ...event.body, document } };
    write(`${JSON.stringify(whole)}\n`);
  };
}
