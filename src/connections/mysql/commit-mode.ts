/**
 * How a connection commits: each statement by itself, as any client's does, or none until it is told to. In the second mode
 * a transaction begins with the first statement that asks for a table, at a level that is the session's own: so neither
 * costs a packet of its own for each transaction. The server says with the first answer of a transaction whether it is so.
 */
import type { SqlSession } from "./session.ts";
import { refuse } from "./trouble.ts";

export type Level = "READ COMMITTED" | "REPEATABLE READ";

interface Mode {
  readonly isByHand: boolean;
  readonly level: Level;
}

/** As the writer's connection is set up. */
const FIRST: Mode = { isByHand: false, level: "REPEATABLE READ" };

/** null: what a statement that nobody looked into may have set. */
const modes = new WeakMap<SqlSession, Mode | null>();

const modeOf = (session: SqlSession): Mode | null => modes.get(session) ?? (modes.has(session) ? null : FIRST);

/** From here on nothing is committed but by COMMIT. Call it only where no transaction is open. Throws `SqlTrouble`. */
export const commitByHand = (session: SqlSession, level: Level): Promise<void> =>
  set(session, { isByHand: true, level });

/** From here on each statement is committed by itself. Call it only where no transaction is open. Throws `SqlTrouble`. */
export async function commitEach(session: SqlSession): Promise<void> {
  if (modeOf(session)?.isByHand !== false) await set(session, FIRST);
}

async function set(session: SqlSession, mode: Mode): Promise<void> {
  const previous = modeOf(session);
  modes.set(session, null);
  if (previous?.level !== mode.level) await session.control(`SET SESSION TRANSACTION ISOLATION LEVEL ${mode.level}`);
  if (previous?.isByHand !== mode.isByHand) await session.control(`SET SESSION autocommit = ${mode.isByHand ? 0 : 1}`);
  modes.set(session, mode);
}

/** After a statement that may have set anything: the mode is set anew before it counts again. */
export const forgetMode = (session: SqlSession): void => void modes.set(session, null);

/** What {@link assertMode} is told, as columns of a question. */
export const modeSql = ({ dialect }: SqlSession): string => `@@session.autocommit, ${dialect.level}`;

/** Throws `SqlTrouble` where the server says that this connection commits otherwise than it was told to. */
export function assertMode(session: SqlSession, [autocommit, level]: readonly (string | null | undefined)[]): void {
  const mode = modeOf(session);
  if (mode?.isByHand !== true) return;
  if (autocommit === "0" && level?.replaceAll("-", " ") === mode.level) return;
  throw refuse("The server did not begin a transaction.");
}
