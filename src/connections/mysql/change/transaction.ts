/** A transaction that is always rolled back: for looking under locks, and for trying a statement out. */
import { commitByHand, type Level } from "../commit-mode.ts";
import type { SqlSession } from "../session.ts";
import { logsStatements } from "./primary.ts";

/**
 * The level of what is going to be rolled back, and of what needs no gaps kept free: no other writer waits for these, or for
 * rows that do not match. A server that logs statements changes nothing at that level.
 */
export const lowestLevel = (session: SqlSession): Level =>
  logsStatements(session) ? "REPEATABLE READ" : "READ COMMITTED";

/** Rolls back if there is still somebody to ask; a lost connection is rolled back by the server. */
export async function rollBack(session: SqlSession): Promise<void> {
  // What the server does not take back must not be there when something else is committed.
  if (session.alive()) await session.control("ROLLBACK").catch(() => session.close());
}

/** Does `work` in a transaction of a level and rolls it back, whatever comes of it. */
export async function tentatively<T>(session: SqlSession, level: Level, work: () => Promise<T>): Promise<T> {
  await commitByHand(session, level);
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
