/** Writes down what a run yields, then tells the readers, and only then lets it go on. */
import { err, ok, type Result } from "../ports/result.ts";
import { apply } from "./apply.ts";
import type { drive } from "./drive.ts";
import { asRunEvent } from "./event-table.ts";
import type { RunEvent } from "./events.ts";
import type { EventDraft, JournalEvent, JournalPort, JournalRefusal } from "./journal-port.ts";
import type { RunState } from "./state.ts";

/**
 * Somebody who is told each event after it is durable. A reader must not throw; what it cannot show, it says later.
 * `past` is true for events of before this session, which a reader folds without showing them, and missing for what is told as
 * it is written down.
 */
export type Reader = (event: RunEvent, past?: boolean) => void;

type Run = ReturnType<typeof drive>;

/**
 * Drives a run to its end. When the journal refuses an event nothing further runs: the refusal is given back, and an
 * effect whose outcome could not be written is in doubt for the next `resume`, which is the truth.
 */
export async function record(
  run: Run,
  journal: JournalPort,
  readers: readonly Reader[],
): Promise<Result<RunState, JournalRefusal>> {
  let step = await run.next([]);
  while (step.done !== true) {
    const { events, refusal } = write(journal, step.value);
    for (const event of events) for (const reader of readers) reader(asRunEvent(event));
    if (refusal !== null) {
      await run.return(undefined as never); // a change that is done but not committed is rolled back
      return err(refusal);
    }
    step = await run.next(events);
  }
  return ok(step.value);
}

/** Writes events of one moment in one transaction; where that is refused, what is owed of them by itself. */
function write(
  journal: JournalPort,
  drafts: readonly EventDraft[],
): { readonly events: readonly JournalEvent[]; readonly refusal: JournalRefusal | null } {
  const outcome = journal.append(drafts);
  if (outcome.ok) return { events: outcome.value, refusal: null };
  // A full disk still takes the outcomes of effects that have happened, but not the intents beside them.
  const results = drafts.length === 1 ? [] : drafts.map((draft) => journal.append([draft]));
  return { events: results.flatMap((result) => (result.ok ? result.value : [])), refusal: outcome.error };
}

/** The state of a run as the journal tells it, or null when it has no such run. */
export function fold(events: readonly JournalEvent[]): RunState | null {
  let state: RunState | null = null;
  for (const event of events) state = apply(state, asRunEvent(event));
  return state;
}
