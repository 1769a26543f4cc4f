/** Ports for one look at many conditions: what several of them ask is asked once, and one walk of the process table serves all. */
import type { Failure } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import type { ProcessLook } from "../ports/process.ts";
import { ok, type Result } from "../ports/result.ts";

export type LookAnswer<T> = Promise<Result<T, Failure>>;

/** Asks each different question once; the same question again gets the same answer. */
export function askOnce<A extends readonly unknown[], T>(
  ask: (...question: A) => Promise<T>,
): (...question: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (...question) => {
    const key = JSON.stringify(question);
    const answer = answers.get(key) ?? ask(...question);
    answers.set(key, answer);
    return answer;
  };
}

/** Asks about lists that come up before `turn` has come as one list; everybody gets the rows of its own. */
export function gather<T>(
  ask: (all: readonly string[]) => LookAnswer<T[]>,
  about: (row: T) => string,
  turn: () => Promise<unknown> = () => Promise.resolve(),
): (own: readonly string[]) => LookAnswer<T[]> {
  let batch: string[] = [];
  let answer: LookAnswer<T[]> | null = null;
  return async (own) => {
    batch.push(...own.filter((item) => !batch.includes(item)));
    answer ??= turn().then(() => {
      const items = batch;
      batch = [];
      answer = null;
      return ask(items);
    });
    const got = await answer;
    return got.ok ? ok(got.value.filter((row) => own.includes(about(row)))) : got;
  };
}

/** Walks of the process table rest this many times as long as the last one took, at most so many real milliseconds. */
const REST = 3;
const MOST_REST_MS = 150;

/**
 * Who holds which device. A walk of the process table costs tens of milliseconds during which nothing else goes on, so the
 * looks of many targets that come up while it rests share the next one; each still gets a walk that began after it asked.
 */
export function sharedHolders({ ports }: { readonly ports: Ports }): Ports["process"]["holders"] {
  let endMs = Number.NEGATIVE_INFINITY;
  let cost = 0;
  const walk = async (devices: readonly string[]): LookAnswer<ProcessLook[]> => {
    const begun = ports.clock.monoMs();
    const answer = await ports.process.holders(devices);
    endMs = ports.clock.monoMs();
    cost = endMs - begun;
    return answer;
  };
  const takeRest = async (): Promise<void> => {
    const rest = Math.min(MOST_REST_MS, cost * REST) - (ports.clock.monoMs() - endMs);
    await (rest > 0 ? ports.clock.sleep((rest / 1_000) * ports.clock.scale) : new Promise(setImmediate));
  };
  return gather<ProcessLook>(walk, ({ device }) => device, takeRest);
}

/** Makes, for one look at several targets, the ports of each. Changes go through untouched; nobody makes one in a look. */
export function sharedLook(ports: Ports, holders: Ports["process"]["holders"]): () => Ports {
  const { process } = ports;
  const service = askOnce((name: string) => process.service(name));
  const share = ports.share?.(ports);
  return () => ({ ...ports, ...share?.(), process: { ...process, holders, service } });
}
