import type { Result } from "../ports/result.ts";

const TRIES = 3;
const BASE_MS = 100;

/** Asks up to three times while `mayRetry` says that nobody answered; full jitter between. For reads only. */
export async function patiently<T, E>(
  ask: () => Promise<Result<T, E>>,
  mayRetry: (error: E) => boolean,
): Promise<Result<T, E>> {
  for (let attempt = 1; ; attempt++) {
    const result = await ask();
    if (result.ok || attempt === TRIES || !mayRetry(result.error)) return result;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * BASE_MS * 2 ** attempt));
  }
}
