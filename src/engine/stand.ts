/** A question that stands: what it rests on is looked at meanwhile, and it is withdrawn when that is no longer so. */
import type { Driver, Drafts } from "./driver.ts";
import { holdInterval, isBroken, isUnknown, lookAt, restsOnSomething, tell, tellHolding } from "./hold-look.ts";

/** What a question that was withdrawn is answered with, whatever was pressed. */
export const WITHDRAWN = Symbol("withdrawn");

/** Looks in a row without an answer after which a question does not stand any longer: one lost answer is no reason. */
const MOST_UNKNOWN = 2;

/**
 * Puts a question about some targets and waits for its answer, looking at what they rest on at intervals. An answer that
 * comes while a look is under way waits for it, so that what crosses with a withdrawal counts for nothing.
 */
export async function* stand<T>(
  driver: Driver,
  keys: readonly string[],
  put: (withdrawn: AbortSignal) => Promise<T>,
): Drafts<T | typeof WITHDRAWN> {
  const withdraw = new AbortController();
  const end = new AbortController();
  const answer = put(withdraw.signal).finally(() => end.abort());
  if (!restsOnSomething(driver, keys)) return answer;
  let unknown = 0;
  while (await driver.world.ports.clock.sleep(holdInterval(driver), end.signal)) {
    const sights = await lookAt(driver, keys);
    unknown = sights.some(isUnknown) ? unknown + 1 : 0;
    if (!sights.some(isBroken) && unknown < MOST_UNKNOWN) {
      yield* tellHolding(driver, sights);
      continue;
    }
    withdraw.abort();
    await answer;
    yield* tell(driver, sights);
    return WITHDRAWN;
  }
  return answer;
}
