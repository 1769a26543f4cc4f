/**
 * Changes belong on the primary, unless the site says of a connection that its replica is meant. Locks, rows and values of a replica say nothing about what a change would do there,
 * and what is changed on a replica alone is lost, or stops the replication.
 */
import type { SqlSession } from "../session.ts";
import { assertMode, modeSql } from "../commit-mode.ts";
import { isRefusal, refuse } from "../trouble.ts";
import { textRows, type Row } from "./row.ts";

const MODES =
  "@@sql_mode, @@global.read_only, @@global.innodb_read_only, @@session.binlog_format, @@session.max_allowed_packet";

/** What {@link noteModes} is told, as seven columns of a question. */
export const modesSql = (session: SqlSession): string => `${MODES}, ${modeSql(session)}`;

const WRITABLE = new Set(["0", "OFF"]);

interface Modes {
  readonly sqlMode: string;
  readonly binlogFormat: string;
  readonly packetBytes: number;
}

/** What a connection said when it was last asked. */
const modes = new WeakMap<SqlSession, Modes>();

/** Its SQL mode; undefined where it was never asked whether this is the primary. */
export const lastMode = (session: SqlSession): string | undefined => modes.get(session)?.sqlMode;

/** Whether changes go into the binary log as statements, which the server then allows in REPEATABLE READ only. */
export const logsStatements = (session: SqlSession): boolean => modes.get(session)?.binlogFormat === "STATEMENT";

const SMALLEST_PACKET_BYTES = 1024 * 1024;

/** So many characters of values may travel in one piece: their bytes stay below half of what the server takes at once. */
export const mostTogether = (session: SqlSession): number =>
  Math.floor((modes.get(session)?.packetBytes ?? SMALLEST_PACKET_BYTES) / 8);

/** The connection's SQL mode. Throws `SqlTrouble` where the server is read-only, or a replica as far as it can be seen. */
export async function onPrimary(session: SqlSession): Promise<string> {
  modes.delete(session);
  const [modesRow = []] = textRows(await session.control(`SELECT ${modesSql(session)}`));
  if (session.isReplicaMeant) return noteModes(session, modesRow);
  refuseReadOnly(modesRow);
  const source = await replicaOf(session);
  if (source !== null) throw replica(source);
  return noteModes(session, modesRow);
}

/**
 * Remembers what the server says about {@link modesSql}. Throws `SqlTrouble` where it is read-only and no replica is meant,
 * or where it began no transaction.
 */
export function noteModes(session: SqlSession, row: Row): string {
  assertMode(session, row.slice(5));
  if (!session.isReplicaMeant) refuseReadOnly(row);
  const [sqlMode, , , binlogFormat, packetBytes] = row;
  modes.set(session, {
    sqlMode: sqlMode ?? "",
    binlogFormat: binlogFormat ?? "STATEMENT",
    packetBytes: Number(packetBytes ?? SMALLEST_PACKET_BYTES),
  });
  return sqlMode ?? "";
}

function refuseReadOnly([, ...rest]: Row): void {
  const readOnly = rest.slice(0, 2);
  if (readOnly.length > 0 && readOnly.every((value) => WRITABLE.has(value ?? ""))) return;
  const message =
    "This database server is read-only: it is a replica, or somebody stopped all writing to it. Nothing was changed." +
    " Changes belong on the primary, which the site's mysql settings have to name.";
  throw refuse(message, "no-preview");
}

function replica(source: string): Error {
  const message =
    `This database server is a replica of ${source}: a change made here would be missing there. Nothing was changed.` +
    " Changes belong on the primary, which the site's mysql settings have to name.";
  return refuse(message, "no-preview");
}

/** Asked once for each connection. */
const sourceCache = new WeakMap<SqlSession, Promise<string | null>>();

function replicaOf(session: SqlSession): Promise<string | null> {
  const answer = sourceCache.get(session) ?? askReplica(session);
  sourceCache.set(session, answer);
  // What could not be asked is asked again.
  answer.catch(() => sourceCache.delete(session));
  return answer;
}

/** Where this server copies from; null when it copies from nobody, or when this account cannot see that it does. */
async function askReplica(session: SqlSession): Promise<string | null> {
  const { sources, hostColumn, portColumn, running: runningNow } = session.dialect.replica;
  const { columns, rows } = await tryControl(session, sources);
  const place = (name: string): number => columns.findIndex((column) => column.name === name);
  const [first] = rows;
  if (first !== undefined) return `${String(first[place(hostColumn)])}:${String(first[place(portColumn)])}`;
  // Everybody may see whether it copies just now, an account with few rights too; but not from whom.
  if (runningNow === null) return null;
  const running = await tryControl(session, runningNow);
  return Number(running.rows[0]?.[1] ?? 0) > 0 ? "another one" : null;
}

type Told = Pick<Awaited<ReturnType<SqlSession["control"]>>, "columns" | "rows">;

/** Nothing, where the server does not let this account ask or does not know the question. */
async function tryControl(session: SqlSession, sql: string): Promise<Told> {
  try {
    return await session.control(sql);
  } catch (error) {
    if (isRefusal(error)) return { columns: [], rows: [] };
    throw error;
  }
}
