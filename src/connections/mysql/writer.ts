/**
 * The one connection of a run that changes things. It carries the run's locks, previews and changes one after the
 * other, and it never reconnects behind a run's back: losing it means losing the locks.
 */
import type { ServerIdentity } from "../../ports/sql.ts";
import { commitEach } from "./commit-mode.ts";
import { identify } from "./identity.ts";
import { makeQueue } from "./queue.ts";
import { openSession, type SessionOptions } from "./open-session.ts";
import type { SqlSession } from "./session.ts";
import { connectionClosed, SqlTrouble } from "./trouble.ts";

const HEARTBEAT_MS = 10_000;
/** How long a connection that is closed may still take for what it was asked; then it is dropped and rolled back. */
const CLOSE_MS = 3_000;

const SETUP = [
  "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
  "SET SESSION autocommit = 1, innodb_lock_wait_timeout = 3, lock_wait_timeout = 3, wait_timeout = 120",
  // Should this process stop in the middle, the server gives the rows back by itself. Only MariaDB can.
  // MySQL keeps what it counted of a table for a day, where it is not told otherwise.
  "SET SESSION /*M! idle_transaction_timeout = 10, max_statement_time = 30, */ /*!80000 information_schema_stats_expiry = 0, */ net_write_timeout = 60",
] as const;

export interface Writer {
  /** Runs `work` alone on the connection, each statement committed by itself; opens one when there is none. Throws `SqlTrouble`. */
  alone<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** The same for what begins its transactions itself, or asks for no table: the connection commits as it did last. */
  inAnyMode<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** The server's identity, asked once for each connection. */
  identity(session: SqlSession): Promise<ServerIdentity>;
  /** While this is set, a lost connection is not replaced: whoever holds locks on it has to know. */
  pin(isHeld: boolean): void;
  /** Drops the connection, so that the next use opens a new one. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

type WriterOptions = Omit<SessionOptions, "as" | "setup">;

async function openFor(options: WriterOptions, isClosed: () => boolean): Promise<SqlSession> {
  const session = await openSession({ ...options, as: "writer", setup: SETUP });
  if (!isClosed()) return session;
  // Closed while it was being opened: it is nobody's, and would keep the process alive.
  await session.close();
  throw connectionClosed();
}

/** Makes the writer; nothing is connected before it is used. */
export function makeWriter(options: WriterOptions): Writer {
  let session: SqlSession | null = null;
  let identity: ServerIdentity | null = null;
  let isPinned = false;
  let isClosed = false;
  const queue = makeQueue();
  let heartbeat: NodeJS.Timeout | undefined;

  const ready = async (): Promise<SqlSession> => {
    if (session?.alive()) return session;
    if (isClosed) throw connectionClosed();
    if (isPinned)
      throw new SqlTrouble("lost", "the run's connection, and its locks with it, was lost", { sent: false });
    identity = null;
    session = await openFor(options, () => isClosed);
    heartbeat ??= setInterval(() => void beat(), HEARTBEAT_MS).unref();
    return session;
  };
  const inTurn = <T>(work: (session: SqlSession) => Promise<T>): Promise<T> =>
    queue.inTurn(async () => work(await ready()));
  /** Keeps `wait_timeout` from passing while a person thinks, and notices a lost connection early. */
  const beat = async (): Promise<void> => {
    if (session?.alive()) await inTurn((live) => live.control("DO 1")).catch(() => undefined);
  };
  const renew = async (): Promise<void> => {
    const old = session;
    session = null;
    await old?.close();
  };
  return {
    alone: (work) => inTurn(async (live) => (await commitEach(live), work(live))),
    inAnyMode: inTurn,
    identity: async (live) => (identity ??= await identify(live)),
    pin: (isHeld) => void (isPinned = isHeld),
    renew,
    close: async () => {
      isClosed = true;
      clearInterval(heartbeat);
      isPinned = false;
      const late = new Promise((resolve) => void setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([queue.last(), late]);
      await renew();
    },
  };
}
