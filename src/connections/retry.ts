import type { Result } from "../phases/result.ts";

const TRIES = 3;
const BASE_MS = 100;

/** Asks up to three times while `again` says that nobody answered; full jitter between. For reads only. */
export async function patiently<T, E>(
  ask: () => Promise<Result<T, E>>,
  again: (error: E) => boolean,
): Promise<Result<T, E>> {
  for (let tried = 1; ; tried++) {
    const result = await ask();
    if (result.ok || tried === TRIES || !again(result.error)) return result;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * BASE_MS * 2 ** tried));
  }
}
