/** Writes down what a run yields, then tells the readers, and only then lets it go on. */
import { ok, type Result } from "../phases/result.ts";
import { apply } from "./apply.ts";
import type { Drafts } from "./driver.ts";
import { asRunEvent, type RunEvent } from "./events.ts";
import type { JournalEvent, JournalPort, JournalRefusal } from "./journal-port.ts";
import type { RunState } from "./state.ts";

/**
 * Somebody who is told each event after it is durable. A reader must not throw; what it cannot show, it says later.
 * `past` is true for events of before this session, which a reader folds without showing them.
 */
export type Reader = (event: RunEvent, past?: boolean) => void;

/**
 * Drives a run to its end. When the journal refuses an event nothing further runs: the refusal is given back, and an
 * effect whose outcome could not be written is in doubt for the next `resume`, which is the truth.
 */
export async function record(
  run: Drafts<RunState>,
  journal: JournalPort,
  readers: readonly Reader[],
): Promise<Result<RunState, JournalRefusal>> {
  let step = await run.next(undefined as unknown as JournalEvent);
  while (step.done !== true) {
    const stored = journal.append([step.value]);
    if (!stored.ok) {
      await run.return(undefined as never); // a change that is done but not committed is rolled back
      return stored;
    }
    const [event] = stored.value;
    if (event === undefined) throw new Error("the journal stored nothing and refused nothing");
    for (const reader of readers) reader(asRunEvent(event));
    step = await run.next(event);
  }
  return ok(step.value);
}

/** The state of a run as the journal tells it, or null when it has no such run. */
export function fold(events: readonly JournalEvent[]): RunState | null {
  let state: RunState | null = null;
  for (const event of events) state = apply(state, asRunEvent(event));
  return state;
}
