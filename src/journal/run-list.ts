/** The runs of a journal and what is in them, without what it takes to write one or to read its output: for a quick start. */
import type { JournalRefusal } from "../engine/journal-port.ts";
import { ok, type Result } from "../ports/result.ts";
import { openFile } from "./file.ts";
import { makeReaders, type Readers } from "./readers.ts";
import { makeRunQueries, type RunQueries } from "./run-queries.ts";

export interface RunList extends Pick<Readers, "standing" | "events">, Pick<RunQueries, "openRuns" | "summaries"> {
  close(): void;
}

/** Opens the journal at a path to list its runs. */
export function openRunList(path: string): Result<RunList, JournalRefusal> {
  const file = openFile({ path, readOnly: true }, null);
  if (!file.ok) return file;
  const { db } = file.value;
  const { standing, events } = makeReaders(db);
  const { openRuns, summaries } = makeRunQueries(db);
  return ok({ openRuns, summaries, standing, events, close: () => void db.close() });
}
