/** The connection that only reads: what the lexer lets through, the server's read-only session still refuses to write. */
import type { Failure } from "../../phases/outcome.ts";
import type { BoundSql, ColumnType, RowSet } from "../../phases/sql-port.ts";
import { err, ok, type Result } from "../../phases/result.ts";
import { classify } from "../../sql/classify.ts";
import { lexMode } from "../../sql/token.ts";
import { patiently } from "../retry.ts";
import { ready } from "./change/aim.ts";
import { asText, factRows } from "./columns.ts";
import { openSession, type Answer, type Session, type SessionOptions } from "./session.ts";
import { failureOf, refuse, SqlTrouble } from "./trouble.ts";

const MOST_ROWS = 10_000;

const SETUP = [
  "SET SESSION TRANSACTION READ ONLY",
  `SET SESSION /*M! max_statement_time = 10, */ /*!80000 max_execution_time = 10000, */ sql_select_limit = ${MOST_ROWS + 1}`,
  "SET SESSION wait_timeout = 600, lock_wait_timeout = 3",
] as const;

const MODES = "SELECT @@sql_mode, /*M! @@tx_read_only */ /*!80000 @@transaction_read_only */";

export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Reader {
  read(query: BoundSql, columns: Readonly<Record<string, ColumnType>>): Promise<Result<RowSet, Failure>>;
  /** Runs a read for a person to look at: every value as text. */
  look(sql: string): Promise<Result<TextTable, Failure>>;
  /** Lends the connection for one of our own fixed reads. */
  ask<T>(work: (session: Session, sqlMode: string) => Promise<T>, what: string): Promise<Result<T, Failure>>;
  close(): Promise<void>;
}

interface Open {
  readonly session: Session;
  readonly sqlMode: string;
}

/** Makes the reader; nothing is connected before the first question. */
export function makeReader(options: Omit<SessionOptions, "as" | "setup">): Reader {
  let open: Promise<Open> | null = null;
  let closed = false;
  const connected = async (): Promise<Open> => {
    // Who asks two things one after the other may be closed between them: a connection of then would be nobody's.
    if (closed) throw new SqlTrouble("lost", "the connection was closed", "closed", false);
    if (open !== null && !(await open).session.alive()) open = null;
    open ??= openReader(options).catch((error: unknown) => {
      open = null;
      throw error;
    });
    return open;
  };
  const ask: Reader["ask"] = (work, what) =>
    patiently(
      async () => {
        try {
          const { session, sqlMode } = await connected();
          return ok(await work(session, sqlMode));
        } catch (error) {
          return err(failureOf(error, what, options.redact));
        }
      },
      (problem) => problem.kind === "unreachable" && problem.code === null,
    );
  return {
    ask,
    read: (query, columns) =>
      ask((session, sqlMode) => read(session, sqlMode, query, columns), "Reading from the database"),
    look: (sql) =>
      ask(async (session, sqlMode) => {
        const { columns, rows } = await send(session, sqlMode, { sql, values: {} });
        const texts = rows.map((row) => row.map((value) => (value === null ? null : asText(value))));
        return { columns: columns.map(({ name }) => name), rows: texts };
      }, "Reading from the database"),
    close: async () => {
      closed = true;
      const last = open;
      open = null;
      await (await last?.catch(() => null))?.session.close();
    },
  };
}

async function openReader(options: Omit<SessionOptions, "as" | "setup">): Promise<Open> {
  const session = await openSession({ ...options, as: "reader", setup: SETUP });
  const { rows } = await session.run(MODES);
  const [sqlMode, readOnly] = rows[0] ?? [];
  if (String(readOnly) !== "1") {
    await session.close();
    throw refuse("The server did not make the reading connection read-only.", "read-only");
  }
  return { session, sqlMode: String(sqlMode) };
}

async function read(
  session: Session,
  sqlMode: string,
  query: BoundSql,
  columns: Readonly<Record<string, ColumnType>>,
): Promise<RowSet> {
  return { rows: factRows(await send(session, sqlMode, query), columns) };
}

async function send(session: Session, sqlMode: string, query: BoundSql): Promise<Answer> {
  const { class: kind, reasons } = classify(query.sql, { sqlMode });
  if (kind !== "read")
    throw refuse(
      `This statement was not sent, since it is not known to only read: ${reasons.join("; ")}.`,
      "not-a-read",
    );
  const { sql, values } = ready(query, lexMode(sqlMode));
  const answer = await session.run(sql, values);
  if (answer.rows.length > MOST_ROWS) throw refuse(`The query gives more than ${MOST_ROWS} rows.`, "too-many-rows");
  return answer;
}
