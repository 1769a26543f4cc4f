/** One connection does one thing after the other. */

export interface Queue {
  /** Does `work` once everything before it has ended, however that ended. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Settles with the last that was asked for so far; it never fails. */
  last(): Promise<unknown>;
}

/** A queue with nothing in it. */
export function makeQueue(): Queue {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    inTurn: (work) => {
      const turn = tail.then(() => work());
      tail = turn.catch(() => undefined);
      return turn;
    },
    last: () => tail,
  };
}
