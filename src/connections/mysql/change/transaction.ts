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
export async function tentatively<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await begin(session);
  try {
    return await work();
  } finally {
    await rollBack(session);
  }
}
