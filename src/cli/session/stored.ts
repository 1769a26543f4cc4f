/** Opens a journal for looking only. No port to the world is made on this path: replay and report cannot execute. */
import type { Journal } from "../../journal/journal.ts";
import { asRunEvent } from "../../engine/event-table.ts";
import type { RunEvent } from "../../engine/events.ts";
import type { Redactor } from "../../text/redact.ts";
import { siteName } from "../site/name.ts";
import type { Values } from "../command.ts";
import type { Io } from "../io.ts";
import { findRun, openSiteJournal } from "./journal.ts";

/** What was stored is redacted already; nothing is written here. */
export const plainRedactor: Redactor = {
  redact: (text) => text,
  redactJson: (value) => value,
  stream: () => {
    throw new Error("a journal that is only read redacts no stream");
  },
  tooShort: [],
};

export async function openStored(values: Values, io: Io): Promise<Journal> {
  return openSiteJournal({
    env: io.env,
    site: await siteName(values, io.env),
    redactor: () => plainRedactor,
    readOnly: true,
  });
}

export function storedRun(
  journal: Journal,
  name: string,
): { readonly id: string; readonly events: readonly RunEvent[] } {
  const { run_id } = findRun(journal, name);
  return { id: run_id, events: journal.events(run_id).map(asRunEvent) };
}
