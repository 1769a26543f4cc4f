/** What a change sets off beside the rows it names: triggers, and foreign keys that pass it on. */
import type { SideEffect } from "../../../phases/sql-port.ts";
import { quoteName } from "../../../sql/dissect.ts";
import type { Session } from "../session.ts";
import { SqlTrouble } from "../trouble.ts";
import { askCatalogue } from "./catalogue.ts";
import { carriedTable, rowsText } from "./carry.ts";
import { columnSql } from "./columns.ts";
import { keyJoin, textRows } from "./images.ts";
import type { Matched } from "./rows.ts";
import type { Target } from "./targets.ts";

interface ForeignKey {
  readonly name: string;
  readonly child: string;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  readonly rule: string;
}

const FOREIGN_KEYS = `SELECT r.constraint_name, r.table_name, r.delete_rule, r.update_rule, k.column_name, k.referenced_column_name
  FROM information_schema.referential_constraints r JOIN information_schema.key_column_usage k
    ON k.constraint_schema = r.constraint_schema AND k.constraint_name = r.constraint_name AND k.table_name = r.table_name
  WHERE r.constraint_schema = DATABASE() AND r.unique_constraint_schema = DATABASE() AND r.referenced_table_name = ?
  ORDER BY r.table_name, r.constraint_name, k.ordinal_position`;

const PASSES_ON = /^(?:CASCADE|SET NULL|SET DEFAULT)$/;
const DEEPEST = 6;

async function foreignKeys(session: Session, table: string, verb: "DELETE" | "UPDATE"): Promise<ForeignKey[]> {
  const found = new Map<string, ForeignKey & { columns: string[]; referenced: string[] }>();
  for (const row of textRows(await askCatalogue(session, FOREIGN_KEYS, table))) {
    const [name = "", child = "", onDelete = "", onUpdate = "", column = "", referenced = ""] = row.map(
      (text) => text ?? "",
    );
    const rule = verb === "DELETE" ? onDelete : onUpdate;
    if (!PASSES_ON.test(rule)) continue;
    const key = found.get(`${child}.${name}`) ?? { name, child, columns: [], referenced: [], rule };
    key.columns.push(column);
    key.referenced.push(referenced);
    found.set(`${child}.${name}`, key);
  }
  return [...found.values()];
}

/** Counts, before the statement runs, what its foreign keys will pass on; names the triggers. */
export async function sideEffects(
  session: Session,
  targets: readonly Target[],
  matched: readonly Matched[],
): Promise<SideEffect[]> {
  const effects: SideEffect[] = [];
  for (const [at, target] of targets.entries()) {
    for (const { name, event, timing } of target.info.triggers) {
      if (event !== target.verb) continue;
      const says = `the trigger ${name} (${timing} ${event}) runs for each row`;
      effects.push({ kind: "trigger", says, table: target.info.table, rows: null });
    }
    const rows = matched[at];
    if (rows !== undefined && rows.keys.length > 0) effects.push(...(await cascades(session, target, rows)));
  }
  return effects;
}

async function cascades(session: Session, target: Target, { keys }: Matched): Promise<SideEffect[]> {
  if (target.verb === "INSERT") return [];
  const { info } = target;
  const set = new Set(target.assigned.map(({ column }) => column.toLowerCase()));
  // A foreign key points only at columns of an index.
  if (target.verb === "UPDATE" && ![...set].some((column) => info.indexed.has(column))) return [];
  const first = (await foreignKeys(session, info.table, target.verb)).filter(
    ({ referenced }) => target.verb === "DELETE" || referenced.some((column) => set.has(column.toLowerCase())),
  );
  if (first.length === 0) return [];
  const join = keyJoin(info, "handrail_t");
  const from = `FROM ${carriedTable("?", join.carried)} STRAIGHT_JOIN ${quoteName(info.table)} AS handrail_t ON ${join.on}`;
  const parents = (columns: readonly string[]): string =>
    `SELECT ${columns.map((name) => columnSql("handrail_t", name)).join(", ")} ${from}`;
  return follow(session, target.verb, first, parents, rowsText(keys), [info.table]);
}

/** One table further down for each level; a table that was met already ends the path. */
async function follow(
  session: Session,
  verb: "DELETE" | "UPDATE",
  keys: readonly ForeignKey[],
  parents: (columns: readonly string[]) => string,
  value: string,
  path: readonly string[],
): Promise<SideEffect[]> {
  const effects: SideEffect[] = [];
  for (const [number, { name, child, columns, referenced, rule }] of keys.entries()) {
    const alias = `handrail_c${path.length}_${number}`;
    const own = columns.map((column) => columnSql(alias, column)).join(", ");
    const where = `FROM ${quoteName(child)} AS ${alias} WHERE (${own}) IN (${parents(referenced)})`;
    const rows = Number(textRows(await session.run(`SELECT COUNT(*) ${where}`, [value]))[0]?.[0] ?? 0);
    const does = rule === "CASCADE" ? (verb === "DELETE" ? "deletes" : "updates") : "sets to NULL or its default in";
    const says = `the foreign key ${name} ${does} ${rows} row(s) of ${child}`;
    effects.push({ kind: "cascade", says, table: child, rows });
    if (rows === 0 || rule !== "CASCADE" || path.includes(child) || path.length >= DEEPEST) continue;
    const deeper = (await foreignKeys(session, child, verb)).filter(
      (key) => verb === "DELETE" || key.referenced.some((column) => columns.includes(column)),
    );
    const next = (names: readonly string[]): string =>
      `SELECT ${names.map((column) => columnSql(alias, column)).join(", ")} ${where}`;
    effects.push(...(await follow(session, verb, deeper, next, value, [...path, child])));
  }
  return effects;
}

const PRIVILEGES = `SELECT privilege_type FROM information_schema.user_privileges
  WHERE grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') AND privilege_type IN ('TRIGGER', 'PROCESS')
  UNION SELECT privilege_type FROM information_schema.schema_privileges
  WHERE DATABASE() LIKE table_schema AND grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') AND privilege_type = 'TRIGGER'`;

/** The server's own count is refreshed every 100 ms. */
const COUNT_IS_FRESH_MS = 120;
const ROWS_MODIFIED = `SELECT trx_rows_modified FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID()`;

/**
 * Asks the server how many rows the open transaction really changed, where triggers or cascades make that worth the
 * wait, or where this account may not see the triggers.
 */
export async function countedByServer(
  session: Session,
  expected: number,
  effects: readonly SideEffect[],
): Promise<SideEffect[]> {
  const may = await privilegesOf(session);
  const hidden = !may.has("TRIGGER");
  if (effects.length === 0 && !hidden) return [];
  if (!may.has("PROCESS")) {
    if (!hidden) return [];
    const says = "this account may not see triggers, so whether any run is not known";
    return [{ kind: "unknown", says, table: "", rows: null }];
  }
  await new Promise((resolve) => void setTimeout(resolve, COUNT_IS_FRESH_MS));
  const counted = await rowsModified(session);
  if (counted === null || counted <= expected) return [];
  const says = `the server counted ${counted} changed rows, ${counted - expected} more than are shown`;
  return [{ kind: "more rows", says, table: "", rows: counted - expected }];
}

/** Asked once for each connection: global privileges count for those that connect after they were given. */
const privileges = new WeakMap<Session, ReadonlySet<string>>();

async function privilegesOf(session: Session): Promise<ReadonlySet<string>> {
  const known = privileges.get(session);
  if (known !== undefined) return known;
  const found = new Set(textRows(await askCatalogue(session, PRIVILEGES)).map(([name]) => name ?? ""));
  privileges.set(session, found);
  return found;
}

async function rowsModified(session: Session): Promise<number | null> {
  try {
    const [row] = textRows(await session.run(ROWS_MODIFIED));
    return row === undefined ? null : Number(row[0]);
  } catch (error) {
    if (error instanceof SqlTrouble && error.kind === "refused") return null;
    throw error;
  }
}
