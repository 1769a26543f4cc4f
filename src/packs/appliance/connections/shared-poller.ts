/**
 * One question to a service for everybody who waits: what is asked for within one tick is answered together. Nothing is
 * kept between two ticks: every answer is younger than its question.
 */
import type { Failure } from "../../../ports/outcome.ts";
import type { Result } from "../../../ports/result.ts";
import { mapConcurrently } from "../../../connections/map-concurrently.ts";

export interface PollerOptions<T> {
  /** Asks for one thing by its id. */
  readonly byId: (id: string) => Promise<Result<T, Failure>>;
  /**
   * Asks for several ids in one question. What its answer does not have is asked for by its id; a failure is told to
   * everybody, and nobody is asked for by an id.
   */
  readonly together: (ids: readonly string[]) => Promise<Result<ReadonlyMap<string, T>, Failure>>;
  /** Real milliseconds between two questions while several wait. */
  readonly tickMs: number;
}

interface Waiter<T> {
  readonly id: string;
  readonly answer: (answer: Result<T, Failure>) => void;
  readonly fail: (error: unknown) => void;
}

/** So many are asked for one by one at once. */
const AT_ONCE = 8;

/** Gives a question for one thing that shares its request with all others of the same tick. */
export function sharedPoller<T>(options: PollerOptions<T>): (id: string) => Promise<Result<T, Failure>> {
  let waiters: Waiter<T>[] = [];
  let timer: NodeJS.Timeout | null = null;
  let last = Number.NEGATIVE_INFINITY;
  const send = (): void => {
    const batch = waiters;
    waiters = [];
    timer = null;
    last = performance.now();
    answerAll(options, batch).catch((error: unknown) => {
      for (const { fail } of batch) fail(error);
    });
  };
  return (id) =>
    new Promise((answer, fail) => {
      waiters.push({ id, answer, fail });
      timer ??= setTimeout(send, Math.max(0, last + options.tickMs - performance.now()));
    });
}

async function answerAll<T>({ byId, together }: PollerOptions<T>, waiters: readonly Waiter<T>[]): Promise<void> {
  const ids = [...new Set(waiters.map(({ id }) => id))];
  const shared = ids.length > 1 ? await together(ids) : null;
  if (shared !== null && !shared.ok) {
    for (const { answer } of waiters) answer(shared);
    return;
  }
  const answers = new Map<string, Result<T, Failure>>();
  for (const [id, value] of shared?.value ?? []) answers.set(id, { ok: true, value });
  const missingIds = ids.filter((id) => !answers.has(id));
  await mapConcurrently(missingIds, AT_ONCE, async (id) => answers.set(id, await byId(id)));
  for (const { id, answer } of waiters) answer(answers.get(id) as Result<T, Failure>);
}
