/** The contract of a typed statement: which tables it may touch, how many rows, and whose they must be. */
import type { Target } from "../../engine/bodies.ts";
import type { SqlChange, SqlPort, Touches } from "../../ports/sql.ts";
import { anatomy } from "../../sql/anatomy.ts";
import { classify } from "../../sql/classify.ts";
import { lexMode } from "../../sql/token.ts";
import { safeText } from "../../text/safe-text.ts";
import type { Session } from "../session/session.ts";
import { packOf } from "../packs.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";

const MOST_ROWS = 10_000;

/** `--touches TABLE=N`. */
export function touchesIn(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const [, table = "", number = ""] = /^([^=]+)=(\d{1,5})$/u.exec(text) ?? [];
    if (table === "") throw new Stop(EXIT.usage, `--touches ${text}: say TABLE=N, for example job_tracking=5`);
    if (counts.has(table)) throw new Stop(EXIT.usage, `--touches names ${table} twice`);
    counts.set(table, Number(number));
  }
  return counts;
}

const isBound = (counts: ReadonlyMap<string, number>, targets: readonly Target[]): boolean =>
  counts.size > 0 || targets.length > 0;

const rowsOf = (count?: number): Touches["rows"] => (count === undefined ? { at_most: MOST_ROWS } : { exactly: count });

/** The change as it goes to the engine. Without targets and `--touches` it is bound to nothing, and asks for more. */
export async function changeOf(
  sql: string,
  counts: ReadonlyMap<string, number>,
  targets: readonly Target[],
  session: Session,
): Promise<SqlChange> {
  const { sql: port } = session.connections;
  const names = await tablesIn(sql, port);
  const tables = new Set(counts.size > 0 ? counts.keys() : names);
  const contracts: Touches[] = [];
  for (const table of tables) {
    const within = await belonging(table, targets, session);
    contracts.push({ table, rows: rowsOf(counts.get(table)), within });
  }
  const [touches = { table: "", rows: rowsOf(), within: null }, ...also] = contracts;
  return {
    sql,
    values: {},
    touches,
    ...(also.length > 0 ? { also } : {}),
    ...(isBound(counts, targets) ? {} : { blind: true }),
  };
}

/** Only the server's mode tells whether a double quote begins a name. */
async function modeFor(sql: string, port: SqlPort): Promise<string | undefined> {
  if (!sql.includes('"')) return undefined;
  const [sqlMode] = await texts(port, "SELECT @@sql_mode AS mode", {}, "mode");
  return sqlMode;
}

/** The tables that a statement names, each as contracts call it: with its database in front where that is another one. */
async function tablesIn(sql: string, port: SqlPort): Promise<string[]> {
  const sqlMode = await modeFor(sql, port);
  const parts = anatomy(sql, sqlMode === undefined ? undefined : lexMode(sqlMode));
  if (parts === null) return classify(sql, sqlMode === undefined ? {} : { sqlMode }).tables;
  const sources = parts.sources.filter(({ derived: isDerived }) => !isDerived);
  if (sources.every(({ schema }) => schema === null)) return sources.map(({ table }) => table);
  const [home] = await texts(port, "SELECT DATABASE() AS home", {}, "home");
  return sources.map(({ schema, table }) => (schema === null || schema === home ? table : `${schema}.${table}`));
}

/** How a row of this table is known to belong to one of the targets; null where there are none. */
async function belonging(
  table: string,
  targets: readonly Target[],
  { site, connections: { sql: port } }: Session,
): Promise<Touches["within"]> {
  if (targets.length === 0) return null;
  const keys = targets.map(({ key }) => key);
  const within = await packOf(site).rowsOf(table, keys, (sql, values, column) => texts(port, sql, values, column));
  if (within.ok) return within.value;
  throw new Stop(EXIT.usage, `--${packOf(site).target.option}: ${within.error}`);
}

async function texts(
  port: SqlPort,
  sql: string,
  values: Readonly<Record<string, string | readonly string[]>>,
  column: string,
): Promise<string[]> {
  const read = await port.read({ sql, values }, { [column]: "text" });
  if (!read.ok) throw new Stop(EXIT.unreachable, `${safeText(read.error.message)}. Nothing was executed`);
  return read.value.rows.map((row) => String(row[column]));
}
