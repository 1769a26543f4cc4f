/** Notes in the journal of a run: those of others are read, those of the person here are written. */
import { tellNote } from "../run/act.ts";
import { showMore } from "../run/driven.ts";
import { update } from "../update.ts";
import type { Host } from "./host.ts";

/** Adds the notes that others wrote into the journal of the run that is driven here. */
export async function readNotes(host: Host): Promise<void> {
  const { run } = host.model();
  const runId = run?.state?.run_id;
  if (run === null || runId === undefined) return;
  const { history } = run;
  const events = await host.sources.events(runId, history.notesReadTo);
  if (history.addNotes(events)) void host.take((model) => update(showMore(model)), true);
}

/** Writes a note; whoever only watches a run may write one too. */
export async function writeNote(host: Host, runId: string, text: string): Promise<void> {
  const result = await host.sources.note(runId, text);
  void host.take((model) => update(tellNote(model, result)));
  if (result.ok) await readNotes(host);
}
