/** What an act would meet on a server: the facts for its page, and what of them must not change until it is sent. */
import type { AdminAct, AdminFacts } from "../../../ports/sql-admin.ts";
import type { ResultSet, SqlSession } from "../session.ts";
import { isRefusal, refuse } from "../trouble.ts";
import { rightsOf } from "../change/effects.ts";
import { channelOf, isSettable, logOf, threadOf, variableOf } from "./statement.ts";

type Row = Readonly<Record<string, string | null>>;

const rowsOf = ({ columns, rows }: ResultSet): Row[] =>
  rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, row[index] === null ? null : String(row[index])])),
  );

const ask = async (session: SqlSession, sql: string): Promise<Row[]> => rowsOf(await session.control(sql));

/** null where the server refuses the question: it wants a right for it. */
async function askIfAllowed(session: SqlSession, sql: string): Promise<Row[] | null> {
  try {
    return await ask(session, sql);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

const word = (row: Row | undefined, ...names: readonly string[]): string => {
  const name = names.find((each) => row?.[each] !== undefined);
  return name === undefined ? "" : (row?.[name] ?? "");
};

/** The code of the refusal of a connection that is not there. */
export const NO_THREAD = "no-thread";

const MOST_TEXT = 400;
const short = (text: string): string => (text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`);

async function transactionText(session: SqlSession, thread: string): Promise<string> {
  const rows = await askIfAllowed(
    session,
    `SELECT trx_started, trx_rows_modified FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id = ${thread}`,
  );
  if (rows === null) return "whether it has a transaction open is not known: the server does not tell this account";
  const [row] = rows;
  if (row === undefined) return "InnoDB knows of no transaction of it";
  const rowCount = word(row, "trx_rows_modified");
  return `it has a transaction open since ${word(row, "trx_started")}: what it changed (${rowCount} rows) is rolled back`;
}

const PROCESSES = `SELECT ID AS id, USER AS user, HOST AS host, COALESCE(DB, '') AS db, COMMAND AS command,
  TIME AS seconds, COALESCE(STATE, '') AS state, COALESCE(INFO, '') AS info FROM information_schema.PROCESSLIST WHERE ID = `;

async function connection(session: SqlSession, op: "kill" | "kill_query", text: string): Promise<AdminFacts> {
  const thread = threadOf(text);
  const [row] = await ask(session, `${PROCESSES}${thread}`);
  if (row === undefined)
    throw refuse(`There is no connection ${thread}, as far as this account may see. Nothing was sent`, NO_THREAD);
  if (thread === session.connectionId)
    throw refuse(`Connection ${thread} is Handrail's own. Nothing was sent`, "no-preview");
  const statement = word(row, "info");
  const { id = "", user = "", host = "" } = row;
  return {
    same: { id, user, host, ...(op === "kill_query" ? { info: statement } : {}) },
    seen: [
      `connection ${thread} of ${word(row, "user")} from ${word(row, "host")}, database ${word(row, "db") || "none"}`,
      `${word(row, "command")} for ${word(row, "seconds")} s${word(row, "state") === "" ? "" : `: ${word(row, "state")}`}`,
      statement === "" ? "it runs no statement that this account may see" : `it runs: ${short(statement)}`,
      await transactionText(session, thread),
    ],
    // One that was told to end says so until it has.
    done: word(row, "command") === "Killed" ? null : false,
  };
}

async function replica(session: SqlSession, op: "start_replica" | "stop_replica", text: string): Promise<AdminFacts> {
  const channel = channelOf(text);
  const [row, another] = await ask(session, session.dialect.replica.status(channel));
  if (row === undefined) throw refuse("This server is no replica as far as it says. Nothing was sent", "no-preview");
  if (another !== undefined && channel === "")
    throw refuse("This server copies from several others: name the channel. Nothing was sent", "no-preview");
  const io = word(row, "Slave_IO_Running", "Replica_IO_Running");
  const applier = word(row, "Slave_SQL_Running", "Replica_SQL_Running");
  const errorNumber = word(row, "Last_SQL_Errno");
  const errorText = word(row, "Last_SQL_Error");
  const isRunning = io === "Yes" && applier === "Yes";
  const isStopped = io === "No" && applier === "No";
  return {
    same: { error: errorNumber },
    seen: [
      `it copies from ${word(row, "Master_Host", "Source_Host")}:${word(row, "Master_Port", "Source_Port")}`,
      `receiving: ${io}; applying: ${applier}`,
      errorNumber === "0"
        ? "no error of applying is told"
        : `it stopped with error ${errorNumber}: ${short(errorText)}`,
    ],
    done: op === "start_replica" ? isRunning : isStopped,
  };
}

async function variable(session: SqlSession, name: string, value: string): Promise<AdminFacts> {
  const [row] = await ask(session, `SELECT CAST(@@GLOBAL.${variableOf(name)} AS CHAR) AS value`);
  const old = row?.["value"] ?? null;
  return {
    same: { value: old },
    seen: [`${name} is ${old === null ? "NULL" : JSON.stringify(old)} now`, `it becomes ${JSON.stringify(value)}`],
    done: old === value || onOff(old) === onOff(value),
    ...(old !== null && isSettable(old) ? { kept: old } : {}),
  };
}

/** Servers answer 1 where ON was set. */
const onOff = (value: string | null): string | null =>
  value === null ? null : ({ ON: "1", OFF: "0" }[value.toUpperCase()] ?? value);

const READERS = "SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'";

/** Without PROCESS an account is shown its own connections alone, and is not told that there are others. */
async function readersText(session: SqlSession): Promise<string> {
  if (!(await rightsOf(session)).has("PROCESS"))
    return "how many replicas read from this server is not known: this account is not seen to have PROCESS";
  const [row] = await ask(session, READERS);
  return `${word(row, "count")} replicas read from this server now`;
}

const MIB = 1024 * 1024;

async function logs(session: SqlSession, text: string): Promise<AdminFacts> {
  const to = logOf(text);
  const rows = await ask(session, "SHOW BINARY LOGS");
  const names = rows.map((row) => word(row, "Log_name"));
  const place = names.indexOf(to);
  if (place < 0)
    throw refuse(`There is no binary log ${to}; the first is ${names[0] ?? "none"}. Nothing was sent`, "no-preview");
  const going = rows.slice(0, place);
  const sizeMib = Math.round(going.reduce((sum, row) => sum + Number(word(row, "File_size")), 0) / MIB);
  return {
    same: { first: names[0] ?? "", going: going.length },
    seen: [
      going.length === 0
        ? `no binary log is before ${to}`
        : `${going.length} binary logs go, ${names[0] ?? ""} to ${names[place - 1] ?? ""}: ${sizeMib} MiB`,
      `${to} and the ${names.length - place - 1} after it stay`,
      `${await readersText(session)}; one that still needs them and is away can never catch up`,
    ],
    done: going.length === 0,
  };
}

/** Looks at what an act would meet. Throws `SqlTrouble`. */
export async function survey(session: SqlSession, act: AdminAct): Promise<AdminFacts> {
  switch (act.op) {
    case "kill":
    case "kill_query":
      return connection(session, act.op, act.thread);
    case "start_replica":
    case "stop_replica":
      return replica(session, act.op, act.channel);
    case "set_global":
      return variable(session, act.variable, act.value);
    case "purge_binary_logs":
      return logs(session, act.to);
    case "flush":
      return { same: {}, seen: [`FLUSH ${act.what.toUpperCase()} loses no data`], done: null };
  }
}
