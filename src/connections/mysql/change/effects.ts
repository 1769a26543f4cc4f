/** What a change sets off beside the rows it names, as sentences: triggers, and foreign keys that pass it on. */
import type { SideEffect } from "../../../ports/sql.ts";
import type { SqlSession } from "../session.ts";
import { isRefusal } from "../trouble.ts";
import { askCatalogue } from "./catalogue.ts";
import type { Count, Passing } from "./children.ts";
import { textRows } from "./row.ts";
import type { TableTarget } from "./targets.ts";

/** What is known of it before the statement runs. */
export async function sideEffects(
  session: SqlSession,
  targets: readonly TableTarget[],
  passing: Passing,
): Promise<SideEffect[]> {
  const own = targets.flatMap((target) => [...triggerEffects(target), ...historyEffects(target)]);
  return [...own, ...passing.counts.map(cascadeEffect), ...(await unseenKeys(session, targets))];
}

const triggerEffects = ({ info, verb }: TableTarget): SideEffect[] =>
  info.triggers
    .filter(({ event }) => event === verb)
    .map(({ name, event, timing }) => ({
      kind: "trigger",
      says: `the trigger ${name} (${timing} ${event}) runs for each row`,
      table: info.label,
      rows: null,
    }));

function historyEffects({ info, verb }: TableTarget): SideEffect[] {
  if (!info.versioned || verb === "INSERT") return [];
  const says = `the server keeps the rows of before as history of ${info.label}, which undoing does not take away`;
  return [{ kind: "history", says, table: info.label, rows: null }];
}

function cascadeEffect({ key, rule, verb, label, rows }: Count): SideEffect {
  const update = rule === "CASCADE" ? "updates" : "sets to NULL or its default in";
  const says = `the foreign key ${key.name} ${verb === "DELETE" ? "deletes" : update} ${rows} row(s) of ${label}`;
  return { kind: "cascade", says, table: label, rows };
}

/** Foreign keys of databases that this account has nothing to do with: it cannot see them, and they act all the same. */
async function unseenKeys(session: SqlSession, targets: readonly TableTarget[]): Promise<SideEffect[]> {
  const affectedTargets = targets.filter(
    ({ verb, info, assignments }) =>
      verb === "DELETE" ||
      (verb === "UPDATE" && assignments.some(({ column }) => info.indexed.has(column.toLowerCase()))),
  );
  if (affectedTargets.length === 0 || (await rightsOf(session)).has("SELECT")) return [];
  const tables = affectedTargets.map(({ info }) => info.label).join(" and ");
  const says = `whether tables of other databases point at ${tables} is not known: this account does not see them`;
  return [{ kind: "unseen", says, table: tables, rows: null }];
}

const RIGHTS = `SELECT privilege_type FROM information_schema.user_privileges
  WHERE grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') AND privilege_type IN ('TRIGGER', 'PROCESS', 'SELECT')
  UNION SELECT privilege_type FROM information_schema.schema_privileges
  WHERE DATABASE() LIKE table_schema AND grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') AND privilege_type = 'TRIGGER'`;

/** The server's own count is refreshed every 100 ms. */
const COUNT_IS_FRESH_MS = 120;
const ROWS_MODIFIED = `SELECT trx_rows_modified FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID()`;

/** Says what the server counted beyond so many expected rows. */
export type Tally = (expected: number) => Promise<SideEffect[]>;

/** What may change rows beside those that are named. */
const WRITES: readonly SideEffect["kind"][] = ["trigger", "cascade"];

const NOTHING: Tally = () => Promise.resolve([]);

/**
 * Begins to count, before the statement runs, how many rows the server really changes, where something beside the statement
 * makes that worth it. Rows of history are counted along, so with them the number says nothing.
 */
export async function beginTally(session: SqlSession, effects: readonly SideEffect[]): Promise<Tally> {
  const kinds = new Set(effects.map(({ kind }) => kind));
  if (kinds.has("history")) return NOTHING;
  const { counters } = session.dialect;
  if (counters !== null) return kinds.size > 0 ? counting(session, counters) : NOTHING;
  return WRITES.some((kind) => kinds.has(kind)) ? countingTransaction(session) : NOTHING;
}

/** Of a server without counters, which says it of its transactions to who may see them. */
async function countingTransaction(session: SqlSession): Promise<Tally> {
  const mayLook = (await rightsOf(session)).has("PROCESS");
  return mayLook ? (expectedCount) => ofTransaction(session, expectedCount) : NOTHING;
}

async function counting(session: SqlSession, counters: string): Promise<Tally> {
  const count = async (): Promise<number> =>
    textRows(await session.control(counters)).reduce((sum, [, value]) => sum + Number(value), 0);
  const startCount = await count();
  return async (expectedCount) => moreThan(expectedCount, (await count()) - startCount);
}

async function ofTransaction(session: SqlSession, expectedCount: number): Promise<SideEffect[]> {
  await new Promise((resolve) => void setTimeout(resolve, COUNT_IS_FRESH_MS));
  const actualCount = await rowsModified(session);
  if (actualCount !== null) return moreThan(expectedCount, actualCount);
  const says = "the server does not say how many rows were changed in all";
  return expectedCount > 0 ? [{ kind: "unknown", says, table: "", rows: null }] : [];
}

function moreThan(expectedCount: number, actualCount: number): SideEffect[] {
  if (actualCount <= expectedCount) return [];
  const says = `the server counted ${actualCount} changed rows, ${actualCount - expectedCount} more than are shown`;
  return [{ kind: "more rows", says, table: "", rows: actualCount - expectedCount }];
}

/** Asked once for each connection: global privileges count for those that connect after they were given. */
const rights = new WeakMap<SqlSession, ReadonlySet<string>>();

/** The global rights of this account that matter here, and whether it may see the triggers of its own database. */
export async function rightsOf(session: SqlSession): Promise<ReadonlySet<string>> {
  const cachedRights = rights.get(session);
  if (cachedRights !== undefined) return cachedRights;
  const result = new Set(textRows(await askCatalogue(session, RIGHTS)).map(([name]) => name ?? ""));
  rights.set(session, result);
  return result;
}

async function rowsModified(session: SqlSession): Promise<number | null> {
  try {
    const [row] = textRows(await session.run(ROWS_MODIFIED));
    return row === undefined ? null : Number(row[0]);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}
