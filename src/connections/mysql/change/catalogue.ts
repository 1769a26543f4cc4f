/** Our own questions to the catalogue: sent in one packet, names as hexadecimal literals. */
import type { ResultSet, SqlSession } from "../session.ts";
import { quoteName } from "../../../sql/dissect.ts";
import { isRefusal } from "../trouble.ts";
import { textRows, type Row } from "./row.ts";
import { MODES, noteModes } from "./primary.ts";

/** A table and the database that it is in, names without quotes. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** Asks `sql`, in which `:schema` and `:table` stand for the names. */
export function askCatalogue(session: SqlSession, sql: string, names: Partial<TableName> = {}): Promise<ResultSet> {
  const literal = (name = ""): string => `_utf8mb4 X'${Buffer.from(name, "utf8").toString("hex")}'`;
  return session.control(
    sql.replaceAll(":schema", () => literal(names.schema)).replaceAll(":table", () => literal(names.table)),
  );
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
// What no text of a definition tells; the connection's modes belong to no table and are asked along, for each round trip costs.
const MOVING = `SELECT 'modes', 0, ${MODES}, NULL, NULL, NULL, NULL
  UNION ALL SELECT 'table', 0, table_type, engine, table_rows, NULL, NULL, NULL, NULL, NULL, NULL
    FROM information_schema.tables WHERE ${OF_TABLE}
  UNION ALL SELECT 'trigger', action_order, trigger_name, event_manipulation, action_timing, action_statement, sql_mode, NULL,
    NULL, NULL, NULL FROM information_schema.triggers WHERE event_object_schema = :schema AND event_object_table = :table`;
const DEFINITION = `SELECT 'index', seq_in_index, index_name, column_name, sub_part, nullable, non_unique, NULL, NULL, NULL, NULL
    FROM information_schema.statistics WHERE ${OF_TABLE}
  UNION ALL SELECT 'column', ordinal_position, column_name, data_type, column_type, character_set_name, collation_name,
    is_nullable, extra, generation_expression, column_default FROM information_schema.columns WHERE ${OF_TABLE}`;

type Definition = Pick<Described, "indexes" | "columns">;

/** What a connection was last told of each table, by the text of its definition. */
const definitions = new WeakMap<SqlSession, Map<string, { readonly text: string; readonly definition: Definition }>>();

/**
 * Asks all of it. What the definition says is asked again only where its text is another one: the server has that at hand,
 * while it makes what its catalogue tells anew each time. How many rows there are, by the server's estimate, is asked each time. A trigger is only there where this account may see it. Throws
 * `SqlTrouble` where the server is read-only by now.
 */
export async function describe(session: SqlSession, name: TableName): Promise<Described> {
  const rows = textRows(await askCatalogue(session, MOVING, name));
  noteModes(session, partOf(rows, "modes")[0]?.slice(0, 5) ?? []);
  const triggers = partOf(rows, "trigger", (row) => `${row[3]} ${row[4]}`);
  return { tables: partOf(rows, "table"), ...(await definitionOf(session, name)), triggers };
}

async function definitionOf(session: SqlSession, name: TableName): Promise<Definition> {
  const cache = definitions.get(session) ?? new Map<string, { text: string; definition: Definition }>();
  definitions.set(session, cache);
  const place = JSON.stringify(name);
  const text = await textOfTable(session, name);
  const hit = cache.get(place);
  if (text !== null && hit?.text === text) return hit.definition;
  const rows = textRows(await askCatalogue(session, DEFINITION, name));
  const definition = {
    indexes: partOf(rows, "index", (row) => (row[2] === "PRIMARY" ? "" : (row[2] ?? "").toLowerCase())),
    columns: partOf(rows, "column").map((row) => asSql(session, row)),
  };
  if (text !== null) cache.set(place, { text, definition });
  return definition;
}

/** The statement that would make the table; null where the server does not tell this account. */
async function textOfTable(session: SqlSession, { schema, table }: TableName): Promise<string | null> {
  try {
    const [row] = textRows(await session.control(`SHOW CREATE TABLE ${quoteName(schema)}.${quoteName(table)}`));
    return row?.[1] ?? null;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
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
