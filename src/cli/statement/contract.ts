/** The contract of a typed statement: which tables it may touch, how many rows, and whose they must be. */
import type { Target } from "../../engine/bodies.ts";
import type { SqlChange, SqlPort, Touches } from "../../ports/sql.ts";
import { anatomy } from "../../sql/anatomy.ts";
import { classify } from "../../sql/classify.ts";
import { lexMode } from "../../sql/token.ts";
import { safeText } from "../../text/safe-text.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop } from "../io.ts";

const MOST_ROWS = 10_000;

/** `--touches TABLE=N`. */
export function touchesIn(texts: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const text of texts) {
    const [, table = "", number = ""] = /^([^=]+)=(\d{1,5})$/u.exec(text) ?? [];
    if (table === "") throw new Stop(EXIT.usage, `--touches ${text}: say TABLE=N, for example job_tracking=5`);
    if (found.has(table)) throw new Stop(EXIT.usage, `--touches names ${table} twice`);
    found.set(table, Number(number));
  }
  return found;
}

/** The change as it goes to the engine. Without `--vm` and `--touches` it is bound to nothing, and asks for more. */
export async function changeOf(
  sql: string,
  wanted: ReadonlyMap<string, number>,
  vms: readonly Target[],
  port: SqlPort,
): Promise<SqlChange> {
  const named = await tablesIn(sql, port);
  const tables = wanted.size > 0 ? [...wanted.keys()] : [...new Set(named)];
  const all: Touches[] = [];
  for (const table of tables) {
    const count = wanted.get(table);
    const rows = count === undefined ? { at_most: MOST_ROWS } : { exactly: count };
    all.push({ table, rows, within: vms.length === 0 ? null : await belonging(table, vms, port) });
  }
  const bound = wanted.size > 0 || vms.length > 0;
  const [touches = { table: "", rows: { at_most: MOST_ROWS }, within: null }, ...also] = all;
  return { sql, values: {}, touches, ...(also.length > 0 ? { also } : {}), ...(bound ? {} : { blind: true }) };
}

/** The tables that a statement names, each as contracts call it: with its database in front where that is another one. */
async function tablesIn(sql: string, port: SqlPort): Promise<string[]> {
  // Only the server's mode tells whether a double quote begins a name.
  const [sqlMode] = sql.includes('"') ? await texts(port, "SELECT @@sql_mode AS mode", {}, "mode") : [];
  const parts = anatomy(sql, sqlMode === undefined ? undefined : lexMode(sqlMode));
  if (parts === null) return classify(sql, sqlMode === undefined ? {} : { sqlMode }).tables;
  const sources = parts.sources.filter(({ derived }) => !derived);
  if (sources.every(({ schema }) => schema === null)) return sources.map(({ table }) => table);
  const [home] = await texts(port, "SELECT DATABASE() AS home", {}, "home");
  return sources.map(({ schema, table }) => (schema === null || schema === home ? table : `${schema}.${table}`));
}

const COLUMNS = `SELECT column_name AS name FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = :table AND column_name IN ('context_id', 'vm_context_id', 'job_id')`;
const JOBS = `SELECT id AS id FROM job_tracking WHERE context_id IN (:contexts)
  UNION SELECT job_id AS id FROM failover_jobs WHERE vm_context_id IN (:contexts)`;

/** How a row of this table is known to belong to a VM: by its context, else by its job. */
async function belonging(table: string, vms: readonly Target[], port: SqlPort): Promise<Touches["within"]> {
  const contexts = vms.map(({ key }) => key);
  const columns = await texts(port, COLUMNS, { table }, "name");
  const own = columns.find((name) => name === "vm_context_id" || (name === "context_id" && table !== "job_tracking"));
  if (own !== undefined) return { column: own, values: contexts };
  const job = table === "job_tracking" ? "id" : columns.find((name) => name === "job_id");
  if (job !== undefined) return { column: job, values: await texts(port, JOBS, { contexts }, "id") };
  throw new Stop(
    EXIT.usage,
    `--vm: ${safeText(table)} has no context_id, vm_context_id or job_id, so whose rows they are cannot be told`,
  );
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
