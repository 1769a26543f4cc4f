/** The contract of a typed statement: which tables it may touch, how many rows, and whose they must be. */
import type { Target } from "../../engine/bodies.ts";
import type { SqlChange, SqlPort, Touches } from "../../ports/sql.ts";
import { anatomy } from "../../sql/anatomy.ts";
import { classify } from "../../sql/classify.ts";
import { lexMode } from "../../sql/token.ts";
import { safeText } from "../../text/safe-text.ts";
import { pack } from "../packs.ts";
import { TARGET_OPTION } from "../target.ts";
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

/** The change as it goes to the engine. Without targets and `--touches` it is bound to nothing, and asks for more. */
export async function changeOf(
  sql: string,
  counts: ReadonlyMap<string, number>,
  targets: readonly Target[],
  port: SqlPort,
): Promise<SqlChange> {
  const names = await tablesIn(sql, port);
  const tables = counts.size > 0 ? [...counts.keys()] : [...new Set(names)];
  const contracts: Touches[] = [];
  for (const table of tables) {
    const count = counts.get(table);
    const rows = count === undefined ? { at_most: MOST_ROWS } : { exactly: count };
    contracts.push({ table, rows, within: targets.length === 0 ? null : await belonging(table, targets, port) });
  }
  const bound = counts.size > 0 || targets.length > 0;
  const [touches = { table: "", rows: { at_most: MOST_ROWS }, within: null }, ...also] = contracts;
  return { sql, values: {}, touches, ...(also.length > 0 ? { also } : {}), ...(bound ? {} : { blind: true }) };
}

/** The tables that a statement names, each as contracts call it: with its database in front where that is another one. */
async function tablesIn(sql: string, port: SqlPort): Promise<string[]> {
  // Only the server's mode tells whether a double quote begins a name.
  const [sqlMode] = sql.includes('"') ? await texts(port, "SELECT @@sql_mode AS mode", {}, "mode") : [];
  const parts = anatomy(sql, sqlMode === undefined ? undefined : lexMode(sqlMode));
  if (parts === null) return classify(sql, sqlMode === undefined ? {} : { sqlMode }).tables;
  const sources = parts.sources.filter(({ derived: isDerived }) => !isDerived);
  if (sources.every(({ schema }) => schema === null)) return sources.map(({ table }) => table);
  const [home] = await texts(port, "SELECT DATABASE() AS home", {}, "home");
  return sources.map(({ schema, table }) => (schema === null || schema === home ? table : `${schema}.${table}`));
}

/** How a row of this table is known to belong to one of the targets. */
async function belonging(table: string, targets: readonly Target[], port: SqlPort): Promise<Touches["within"]> {
  const keys = targets.map(({ key }) => key);
  const within = await pack.rowsOf(table, keys, (sql, values, column) => texts(port, sql, values, column));
  if (within.ok) return within.value;
  throw new Stop(EXIT.usage, `--${TARGET_OPTION}: ${within.error}`);
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
