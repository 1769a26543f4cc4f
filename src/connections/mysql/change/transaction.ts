/** A transaction that is always rolled back: for looking under locks, and for trying a statement out. */
import type { Anatomy } from "../../../sql/anatomy.ts";
import type { SqlSession } from "../session.ts";
import { SqlTrouble } from "../trouble.ts";
import { logsStatements } from "./primary.ts";

type Verb = Anatomy["verb"];

/** Begins, and makes sure that the server says so too. */
export async function begin(session: SqlSession): Promise<void> {
  const { inTransaction } = await session.control("START TRANSACTION");
  if (!inTransaction) throw new SqlTrouble("refused", "The server did not begin a transaction.", { sent: true });
}

/**
 * Begins a transaction that is going to be rolled back: no other writer waits for gaps, or for rows that do not match. A
 * server that logs statements changes nothing at that level; and rows of an INSERT that the server does not tell are found
 * by what this transaction alone sees.
 */
async function beginTentatively(session: SqlSession, verb: Verb | null): Promise<void> {
  const compares = verb === "insert" && session.dialect.telling === null;
  if (!logsStatements(session) && !compares) await session.control("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
  await begin(session);
}

/** Rolls back if there is still somebody to ask; a lost connection is rolled back by the server. */
export async function rollBack(session: SqlSession): Promise<void> {
  if (session.alive()) await session.control("ROLLBACK").catch(() => undefined);
}

/** Does `work` in a transaction and rolls it back, whatever comes of it. */
export async function tentatively<T>(
  session: SqlSession,
  work: () => Promise<T>,
  verb: Verb | null = null,
): Promise<T> {
  await beginTentatively(session, verb);
  try {
    return await work();
  } finally {
    await rollBack(session);
  }
}

/**
 * Does `work` with the session's zone in UTC where `zone` asks for it, for instants that are written back. Otherwise, and afterwards,
 * the zone is the one that any client of this server has: expressions of a statement mean what they mean there.
 */
export async function inZone<T>(session: SqlSession, zone: "UTC" | undefined, work: () => Promise<T>): Promise<T> {
  if (zone === undefined) return work();
  await session.control("SET time_zone = '+00:00'");
  try {
    return await work();
  } finally {
    // As a hexadecimal literal: a zone's name is the server's text.
    const name = `CONVERT(X'${Buffer.from(session.zone).toString("hex")}' USING utf8mb4)`;
    if (session.alive()) await session.control(`SET time_zone = ${name}`);
  }
}
