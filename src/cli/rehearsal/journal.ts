import type { Bodies } from "../../engine/bodies.ts";
import type { RunEvent } from "../../engine/events.ts";
import { recall, type Recalled } from "../../engine/recall.ts";
import type { Runbook } from "../../phases/spec.ts";
import { clean } from "../../engine/words.ts";
import type { Journal } from "../../journal/journal.ts";
import { jsonReader, plainReader } from "../../readers/plain.ts";
import { flag, option, type Invocation } from "../command.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";
import { findRunbook, loadFile } from "../runbook/file.ts";
import { commandText } from "../site/name.ts";
import { openStored, storedRun } from "../session/stored.ts";

/** Whether a run carried a runbook out: a dry run and a typed statement hold no answers to drive one by. */
const isRecording = (first: RunEvent | undefined): boolean =>
  first?.type === "run.created" && first.body.dry !== true && first.body.direct === undefined;

/** So many runs back a recorded one is looked for. */
const MOST_RUNS = 50;

/** Says what can be rehearsed instead. */
function nothingToRehearse(id: string, journal: Journal, { values, io }: Pick<Invocation, "values" | "io">): string {
  const newest = journal.runs(MOST_RUNS).find(({ run_id }) => isRecording(storedRun(journal, run_id).events[0]));
  const message = `run ${id} is a dry run or a run without a runbook; there is nothing to rehearse`;
  if (newest === undefined) return `${message}, nor is there in the newest ${MOST_RUNS} runs before it`;
  return `${message}. The newest that can be:\n  ${commandText(values, io.env, `rehearse --journal ${newest.run_id}`)}`;
}

function beginningOf(first: RunEvent | undefined, id: string): Bodies["run.created"] {
  if (first?.type !== "run.created") throw new Stop(EXIT.usage, `run ${id} has no beginning`);
  return first.body;
}

/** The runbook as it was, or as a file has it today. */
const runbookOf = (original: Runbook, file: string | undefined): Runbook =>
  file === undefined ? original : findRunbook(loadFile(file, original.id), original.id).runbook;

/** Says how it ended, and gives the exit code. */
function tellEnd({ departure, state, events }: Recalled, say: Io["out"]): number {
  if (departure !== null) {
    say(`REHEARSAL stops at event ${departure.seq}: ${clean(departure.says)}\n`);
    return EXIT.failed;
  }
  say(`REHEARSAL ends as the run did; ${events.length} events\n`);
  return state.closed?.exit ?? state.paused?.exit ?? EXIT.doubt;
}

/** `handrail rehearse --journal RUN`: today's engine over a recorded run; no port to the world exists on this path. */
export async function rehearseJournal({ values, io }: Invocation): Promise<number> {
  const name = option(values, "journal");
  if (name === undefined) throw new Stop(EXIT.usage, "say which recorded run: --journal RUN");
  const journal = await openStored(values, io);
  try {
    const { id, events } = storedRun(journal, name);
    const [first] = events;
    const { runbook } = beginningOf(first, id);
    if (!isRecording(first)) throw new Stop(EXIT.usage, nothingToRehearse(id, journal, { values, io }));
    const rehearsal = recall(events, runbookOf(runbook, option(values, "file")));
    const [reader, say] = flag(values, "json") ? [jsonReader(io.out), io.err] : [plainReader(io.out), io.out];
    say(`REHEARSAL on the journal of run ${id}: nothing is asked of any world, nothing is executed\n`);
    for (const event of rehearsal.events) reader(event);
    return tellEnd(rehearsal, say);
  } finally {
    journal.close();
  }
}
