/** A transaction that is always rolled back: for looking under locks, and for trying a statement out. */
import type { Session } from "../session.ts";
import { SqlTrouble } from "../trouble.ts";

/** Begins, and makes sure that the server says so too. */
export async function begin(session: Session): Promise<void> {
  const { inTransaction } = await session.control("START TRANSACTION");
  if (!inTransaction) throw new SqlTrouble("refused", "The server did not begin a transaction.", null, true);
}

/** Rolls back if there is still somebody to ask; a lost connection is rolled back by the server. */
export async function rollBack(session: Session): Promise<void> {
  if (session.alive()) await session.control("ROLLBACK").catch(() => undefined);
}

/** Does `work` in a transaction and rolls it back, whatever comes of it. */
export const tentatively = <T>(session: Session, work: () => Promise<T>): Promise<T> =>
  tentativelyThen(session, work, (found) => found);

/** The same; what follows from it is worked out while the server rolls back, for it has nothing else to do then. */
export async function tentativelyThen<T, R>(
  session: Session,
  work: () => Promise<T>,
  follow: (found: T) => R,
): Promise<R> {
  await begin(session);
  const found = await work().catch(async (error: unknown) => {
    await rollBack(session);
    throw error;
  });
  const back = rollBack(session); // has left already
  try {
    return follow(found);
  } finally {
    await back;
  }
}
