/**
 * One question to the Volume Daemon for everybody who waits: operations that are asked for within one tick are answered
 * by one list. Nothing is kept between two ticks: every answer is younger than its question.
 */
import type { Failure } from "../../../ports/outcome.ts";
import type { VolumeOperation } from "../ports/volume.ts";
import { ok, type Result } from "../../../ports/result.ts";
import { mapConcurrently } from "../../../connections/map-concurrently.ts";

type Answer = Result<VolumeOperation, Failure>;

export interface PollerOptions {
  /** Asks for one operation by its id. */
  readonly byId: (id: string) => Promise<Answer>;
  /**
   * Asks for the newest operations, at most `limit`; null when the answer cannot be read as a list, so that each has
   * to be asked for by itself.
   */
  readonly newest: (limit: number) => Promise<Result<VolumeOperation[] | null, Failure>>;
  /** Real milliseconds between two questions while several wait. */
  readonly tickMs: number;
}

interface Waiter {
  readonly id: string;
  readonly answer: (answer: Answer) => void;
  readonly fail: (error: unknown) => void;
}

/** So many are asked for one by one at once, where the list does not have them. */
const AT_ONCE = 8;
/** What is awaited is new; a list this much longer holds it, although others work at the same time. */
const ROOM = 32;

/** Gives a question for one operation that shares its request with all others of the same tick. */
export function operationPoller(options: PollerOptions): (id: string) => Promise<Answer> {
  let waiters: Waiter[] = [];
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

/** What one list answers of what is asked for. */
async function listAnswers(newest: PollerOptions["newest"], ids: readonly string[]): Promise<Map<string, Answer>> {
  const list = await newest(2 * ids.length + ROOM);
  // A daemon that does not answer is not asked once more for each of them.
  if (!list.ok) return new Map(ids.map((id) => [id, list]));
  return new Map((list.value ?? []).map((operation) => [operation.id, ok(operation)]));
}

async function answerAll({ byId, newest }: PollerOptions, waiters: readonly Waiter[]): Promise<void> {
  const ids = [...new Set(waiters.map(({ id }) => id))];
  const answers = ids.length > 1 ? await listAnswers(newest, ids) : new Map<string, Answer>();
  const missingIds = ids.filter((id) => !answers.has(id));
  await mapConcurrently(missingIds, AT_ONCE, async (id) => answers.set(id, await byId(id)));
  for (const { id, answer } of waiters) answer(answers.get(id) as Answer);
}
