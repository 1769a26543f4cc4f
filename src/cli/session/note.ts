/** Notes beside the course of a run. */
import { draft } from "../../engine/events.ts";
import { sentence } from "../../engine/words.ts";
import type { Values } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { exitOfRefusal } from "./granted.ts";
import { findRun, openSiteJournal } from "./journal.ts";
import { knownSecrets } from "./known-secrets.ts";
import { siteName } from "../site/name.ts";

/** More characters than this are a document; it belongs beside the report. */
const MOST = 2000;

/** Appends a note to a run and gives the run's id. Stops when there is no such run or the journal refuses. */
export async function appendNote(values: Values, io: Io, name: string, text: string): Promise<string> {
  const note = text.trim();
  if (note === "") throw new Stop(EXIT.usage, "an empty note says nothing");
  if (note.length > MOST)
    throw new Stop(EXIT.usage, `a note has at most ${MOST} characters; this one has ${note.length}`);
  const site = await siteName(values, io.env);
  const { redactor } = await knownSecrets(values, io);
  const journal = openSiteJournal({ env: io.env, site, redactor, readOnly: false });
  try {
    const { run_id } = findRun(journal, name);
    const result = journal.append([draft(run_id, "operator.note", {}, { text: note })]);
    if (!result.ok) throw new Stop(exitOfRefusal(result.error), sentence(result.error.message));
    return run_id;
  } finally {
    journal.close();
  }
}
