/** Our own questions to the catalogue: sent in one packet, names as hexadecimal literals. */
import type { ResultSet, SqlSession } from "../session.ts";
import { quoteName } from "../../../sql/dissect.ts";
import { isRefusal } from "../trouble.ts";
import { textRows, type Row } from "./row.ts";
import { modesSql, noteModes } from "./primary.ts";

/** A table and the database that it is in, names without quotes. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** Asks `sql`, in which `:schema` and `:table` stand for the names. */
export function askCatalogue(session: SqlSession, sql: string, names: Partial<TableName> = {}): Promise<ResultSet> {
  return session.control(named(sql, names));
}

function named(sql: string, { schema, table }: Partial<TableName>): string {
  const literal = (name = ""): string => `_utf8mb4 X'${Buffer.from(name, "utf8").toString("hex")}'`;
  return sql.replaceAll(":schema", () => literal(schema)).replaceAll(":table", () => literal(table));
}

/** All that the catalogue says of one table, as rows of text in the order that each part names below. */
export interface Described {
  /** table_type, engine, the engine's estimate of its rows; no row where there is no such table. */
  readonly tables: readonly Row[];
  /** index_name, column_name, sub_part, nullable, non_unique: the primary key first, each by its columns. */
  readonly indexes: readonly Row[];
  /** column_name, data_type, column_type, character set, collation, is_nullable, extra, generation_expression, column_default */
  readonly columns: readonly Row[];
  /** trigger_name, event, timing, statement, sql_mode: in the order in which they run. */
  readonly triggers: readonly Row[];
}

const OF_TABLE = "table_schema = :schema AND table_name = :table";
// Each of eleven columns; `:at` is the place of the table among those that are asked for.
const PARTS = `SELECT ':at table', 0, table_type, engine, table_rows, NULL, NULL, NULL, NULL, NULL, NULL
    FROM information_schema.tables WHERE ${OF_TABLE}
  UNION ALL SELECT ':at trigger', action_order, trigger_name, event_manipulation, action_timing, action_statement, sql_mode, NULL,
    NULL, NULL, NULL FROM information_schema.triggers WHERE event_object_schema = :schema AND event_object_table = :table
  UNION ALL SELECT ':at index', seq_in_index, index_name, column_name, sub_part, nullable, non_unique, NULL, NULL, NULL, NULL
    FROM information_schema.statistics WHERE ${OF_TABLE}
  UNION ALL SELECT ':at column', ordinal_position, column_name, data_type, column_type, character_set_name, collation_name,
    is_nullable, extra, generation_expression, column_default FROM information_schema.columns WHERE ${OF_TABLE}`;

/** What was asked while the tables were held open, by their places; for as long as the transaction holds them. */
const held = new WeakMap<SqlSession, ReadonlyMap<string, Described>>();

const placeOf = ({ schema, table }: TableName): string => JSON.stringify([schema, table]);

/**
 * Opens tables for writing in the transaction, which keeps everybody from altering them or making a trigger for them, does
 * `work`, and knows till then what the catalogue says of them. The server opens them before it answers anything of the one
 * question, so that nothing can come between. Throws `SqlTrouble` where the server is read-only by now.
 */
export async function holding<T>(session: SqlSession, names: readonly TableName[], work: () => Promise<T>): Promise<T> {
  const descriptions = names.length === 0 ? null : await hold(session, names);
  if (descriptions !== null) held.set(session, descriptions);
  try {
    return await work();
  } finally {
    held.delete(session);
  }
}

/** null where they cannot be opened: why is said better by what looks them up one by one. */
async function hold(session: SqlSession, names: readonly TableName[]): Promise<ReadonlyMap<string, Described> | null> {
  const distinct = new Map(names.map((name) => [placeOf(name), name]));
  const unique = [...distinct.values()];
  const aliases = unique.map((_, index) => `handrail_${index}`);
  const tables = unique.map(
    ({ schema, table }, index) => `${quoteName(schema)}.${quoteName(table)} AS ${aliases[index]}`,
  );
  const opening =
    `(SELECT 'hold', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM ${tables.join(", ")}` +
    ` WHERE FALSE ${session.dialect.locking(aliases)})`;
  try {
    const descriptions = await question(session, unique, [opening]);
    return new Map([...distinct.keys()].map((place, at) => [place, descriptions[at] as Described]));
  } catch (error) {
    if (isRefusal(error) && error.sent) return null;
    throw error;
  }
}

/**
 * What the catalogue says of a table. How many rows there are is the server's estimate. A trigger is only there where this
 * account may see it. Throws `SqlTrouble` where the server is read-only by now.
 */
export async function describe(session: SqlSession, name: TableName): Promise<Described> {
  const known = held.get(session)?.get(placeOf(name));
  if (known !== undefined) return known;
  const [description] = await question(session, [name], []);
  return description as Described;
}

/** The connection's modes belong to no table and are asked along, for each round trip costs. */
async function question(
  session: SqlSession,
  names: readonly TableName[],
  before: readonly string[],
): Promise<Described[]> {
  const modes = `SELECT 'modes', 0, ${modesSql(session)}, NULL, NULL`;
  const parts = names.map((name, at) => named(PARTS, name).replaceAll(":at", String(at)));
  const rows = textRows(await session.control([modes, ...before, ...parts].join("\n  UNION ALL ")));
  noteModes(session, partOf(rows, "modes")[0] ?? []);
  return names.map((_, at) => ({
    tables: partOf(rows, `${at} table`),
    indexes: partOf(rows, `${at} index`, (row) => (row[2] === "PRIMARY" ? "" : (row[2] ?? "").toLowerCase())),
    columns: partOf(rows, `${at} column`).map((row) => asSql(session, row)),
    triggers: partOf(rows, `${at} trigger`, (row) => `${row[3]} ${row[4]}`),
  }));
}

function partOf(rows: readonly Row[], name: string, by: (row: Row) => string = () => ""): Row[] {
  return rows
    .filter(([kind]) => kind === name)
    .sort((a, b) => compare(by(a), by(b)) || Number(a[1]) - Number(b[1]))
    .map((row) => row.slice(2));
}

function asSql({ dialect }: SqlSession, row: Row): Row {
  const { 7: expression = null, 8: fallback = null } = row;
  return [
    ...row.slice(0, 7),
    expression === null ? null : dialect.expression(expression),
    fallback === null ? null : dialect.fallback(fallback, row[6] ?? ""),
  ];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
