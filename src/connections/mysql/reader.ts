/** The connection that only reads: what the lexer lets through, the server's read-only session still refuses to write. */
import type { Failure } from "../../ports/outcome.ts";
import type { BoundSql, ColumnType, RowSet } from "../../ports/sql.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { Classified } from "../../sql/classify.ts";
import { dialectOf, readingLines } from "../../sql/dialects/dialect.ts";
import { quoteName } from "../../sql/dissect.ts";
import { lexMode } from "../../sql/token.ts";
import { patiently } from "../retry.ts";
import { ready, type Ready } from "./change/aim.ts";
import { asText, factRows } from "./columns.ts";
import { assertReadOnly, lookUp, type State } from "./lookup.ts";
import { checkRead, type ReadCheck, type ReadServer } from "./read-check.ts";
import { serverOf } from "./server.ts";
import { makeQueue } from "./queue.ts";
import { openSession, type SessionOptions } from "./open-session.ts";
import { Verdicts } from "./verdicts.ts";
import type { ResultSet, SqlSession } from "./session.ts";
import { connectionClosed, failureOf, refuse, SqlTrouble, isWithoutQuorum } from "./trouble.ts";

const MOST_ROWS = 10_000;

const READ_ONLY = "SET SESSION TRANSACTION READ ONLY";

export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Reader {
  read(query: BoundSql, columns: Readonly<Record<string, ColumnType>>): Promise<Result<RowSet, Failure>>;
  /** Runs a read for a person to look at: every value as text. `database` is where its names are looked for. */
  look(sql: string, database?: string): Promise<Result<TextTable, Failure>>;
  /** Lends the connection for one of our own fixed reads. */
  ask<T>(work: (session: SqlSession, sqlMode: string) => Promise<T>, purpose: string): Promise<Result<T, Failure>>;
  close(): Promise<void>;
}

interface Open {
  readonly session: SqlSession;
  readonly server: ReadServer;
  readonly verdicts: Verdicts;
  /** As of the last read. */
  state: State;
}

export interface ReaderOptions extends Omit<SessionOptions, "as" | "setup"> {
  /** Milliseconds of a clock that never goes back; missing: since this process began. */
  readonly nowMs?: () => number;
}

/** Makes the reader; nothing is connected before the first question. */
export function makeReader(options: ReaderOptions): Reader {
  let open: Promise<Open> | null = null;
  let isClosed = false;
  /** Each read has the connection's transaction to itself. */
  const queue = makeQueue();
  const connect = async (): Promise<Open> => {
    if (open !== null && !(await open).session.alive()) open = null;
    // Who asks two things one after the other may be closed between them: a connection of then would be nobody's.
    if (isClosed) throw connectionClosed();
    open ??= openReader(options).catch((error: unknown) => {
      open = null;
      throw error;
    });
    return open;
  };
  const attempt = <T>(work: (open: Open) => Promise<T>, purpose: string): Promise<Result<T, Failure>> =>
    patiently(
      async () => {
        try {
          return ok(await queue.inTurn(async () => work(await connect())));
        } catch (error) {
          return err(failureOf(error, purpose, options.redact));
        }
      },
      (problem) => problem.kind === "unreachable" && problem.code === null,
    );
  return {
    ask: (work, purpose) => attempt(({ session, state }) => work(session, state.sqlMode), purpose),
    read: (query, columns) =>
      attempt(async (live) => ({ rows: factRows(await send(live, query), columns) }), "Reading from the database"),
    look: (sql, database) =>
      attempt(async (live) => {
        const { columns, rows } = await within(live, database, () => send(live, { sql, values: {} }));
        const texts = rows.map((row) => row.map((value) => (value === null ? null : asText(value))));
        return { columns: columns.map(({ name }) => name), rows: texts };
      }, "Reading from the database"),
    close: async () => {
      isClosed = true;
      const last = open;
      open = null;
      await (await last?.catch(() => null))?.session.close();
    },
  };
}

async function openReader(options: ReaderOptions): Promise<Open> {
  const session = await openSession({ ...options, as: "reader", setup: [READ_ONLY] });
  try {
    const { family, version } = await serverOf(session);
    const server = { dialect: dialectOf(family, version), lines: readingLines(family) };
    for (const line of server.lines.setup(MOST_ROWS + 1)) await session.control(line);
    const { state } = await lookUp(session, server.lines, [], false);
    if (!state.readOnly) throw refuse("The server did not make the reading connection read-only.", "read-only");
    const verdicts = new Verdicts(options.nowMs ?? (() => performance.now()));
    return { session, server, state, verdicts };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Does `work` with another database as the connection's own, and gives it its own back. */
async function within<T>(live: Open, database: string | undefined, work: () => Promise<T>): Promise<T> {
  if (database === undefined) return work();
  const { session, state, verdicts } = live;
  verdicts.forget();
  await session.control(`USE ${quoteName(database)}`);
  try {
    return await work();
  } finally {
    verdicts.forget();
    await session.control(`USE ${quoteName(state.home)}`).catch(() => session.close());
  }
}

/**
 * A read, in a session that only reads. What was seen to ask tables alone is sent by itself: the server lets it write no more
 * than in a transaction. Whatever else was let through, or is to be checked first, has a transaction of its own, and its end
 * takes back what hides in it.
 */
async function send(live: Open, query: BoundSql): Promise<ResultSet> {
  const verdict = live.verdicts.of(query.sql);
  const work = (): Promise<ResultSet> => answerTo(live, query, verdict);
  try {
    return verdict !== null && isPlain(verdict) ? await work() : await inTransaction(live.session, work);
  } catch (error) {
    live.verdicts.forget();
    throw error;
  }
}

const isPlain = ({ ofTables, explains, took_for }: ReadCheck): boolean =>
  ofTables && !explains && took_for === "SELECT";

async function inTransaction<T>(session: SqlSession, work: () => Promise<T>): Promise<T> {
  const isOpen = await beginReading(session);
  try {
    return await work();
  } finally {
    if (isOpen && session.alive()) await session.control("ROLLBACK");
  }
}

async function answerTo(live: Open, query: BoundSql, known: ReadCheck | null): Promise<ResultSet> {
  const { session } = live;
  const verdict = known ?? (await checkRead(session, live.server, query.sql, live.state));
  assertReadOnly(verdict.state);
  if (verdict.class !== "read" || verdict.took_for === "USE") throw notSent(verdict);
  const answer = await answerOf(session, verdict, ready(query, lexMode(verdict.state.sqlMode)));
  if (answer.rows.length > MOST_ROWS) throw refuse(`The query gives more than ${MOST_ROWS} rows.`, "too-many-rows");
  live.verdicts.keep(query.sql, verdict);
  return answer;
}

/**
 * Begins a transaction that only reads. A node without its quorum begins none and changes nothing; what it says of itself can be
 * asked without one, over a connection that only reads all the same. False there.
 */
async function beginReading(session: SqlSession): Promise<boolean> {
  try {
    await session.control("START TRANSACTION READ ONLY");
    return true;
  } catch (error) {
    if (!isWithoutQuorum(error)) throw error;
    return false;
  }
}

async function answerOf(
  session: SqlSession,
  { explains, took_for }: Classified,
  { sql, values }: Ready,
): Promise<ResultSet> {
  // The server takes an EXPLAIN of a change for the change, there, though it carries nothing out.
  if (explains) await session.control("START TRANSACTION READ WRITE");
  return took_for === "HELP" ? session.control(sql) : runPrepared(session, sql, values);
}

const notSent = ({ took_for, reasons }: Classified): Error =>
  took_for === "USE"
    ? refuse("USE stands for itself only in what a person types: write the database before the table.", "not-a-read")
    : refuse(`This statement was not sent, since it is not known to only read: ${reasons.join("; ")}.`, "not-a-read");

const NOT_PREPARED = "1295";

/** Some forms of SHOW and EXPLAIN are not for preparing, on some servers; HELP says nothing of it and answers as a text. */
async function runPrepared(session: SqlSession, sql: string, values: readonly (string | null)[]): Promise<ResultSet> {
  try {
    return await session.run(sql, values);
  } catch (error) {
    if (!(error instanceof SqlTrouble) || error.code !== NOT_PREPARED || values.length > 0) throw error;
    return session.control(sql);
  }
}
