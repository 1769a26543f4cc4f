/** Our own questions to the catalogue: sent in one packet, names as hexadecimal literals. */
import type { Answer, Session } from "../session.ts";
import { textRows, type Row } from "./row.ts";
import { MODES, noteModes } from "./primary.ts";

/** A table and the database that it is in, names without quotes. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** Asks `sql`, in which `:schema` and `:table` stand for the names. */
export function askCatalogue(session: Session, sql: string, names: Partial<TableName> = {}): Promise<Answer> {
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
// One question: each round trip costs more than what it asks. The connection's modes belong to no table.
const DESCRIBE = `SELECT 'modes', 0, ${MODES}, NULL, NULL, NULL, NULL
  UNION ALL SELECT 'table', 0, table_type, engine, table_rows, NULL, NULL, NULL, NULL, NULL, NULL
    FROM information_schema.tables WHERE ${OF_TABLE}
  UNION ALL SELECT 'index', seq_in_index, index_name, column_name, sub_part, nullable, non_unique, NULL, NULL, NULL, NULL
    FROM information_schema.statistics WHERE ${OF_TABLE}
  UNION ALL SELECT 'column', ordinal_position, column_name, data_type, column_type, character_set_name, collation_name,
    is_nullable, extra, generation_expression, column_default FROM information_schema.columns WHERE ${OF_TABLE}
  UNION ALL SELECT 'trigger', action_order, trigger_name, event_manipulation, action_timing, action_statement, sql_mode, NULL,
    NULL, NULL, NULL FROM information_schema.triggers WHERE event_object_schema = :schema AND event_object_table = :table`;

/**
 * Asks all of it at once. A trigger is only there where this account may see it. Throws `SqlTrouble` where the server is
 * read-only by now.
 */
export async function describe(session: Session, name: TableName): Promise<Described> {
  const rows = textRows(await askCatalogue(session, DESCRIBE, name));
  const part = (name: string, by: (row: Row) => string): Row[] =>
    rows
      .filter(([kind]) => kind === name)
      .sort((a, b) => compare(by(a), by(b)) || Number(a[1]) - Number(b[1]))
      .map((row) => row.slice(2));
  noteModes(session, part("modes", () => "")[0]?.slice(0, 5) ?? []);
  return {
    tables: part("table", () => ""),
    indexes: part("index", (row) => (row[2] === "PRIMARY" ? "" : (row[2] ?? "").toLowerCase())),
    columns: part("column", () => "").map((row) => asSql(session, row)),
    triggers: part("trigger", (row) => `${row[3]} ${row[4]}`),
  };
}

function asSql({ dialect }: Session, row: Row): Row {
  const [expression, fallback] = [row[7] ?? null, row[8] ?? null];
  return [
    ...row.slice(0, 7),
    expression === null ? null : dialect.expression(expression),
    fallback === null ? null : dialect.fallback(fallback, row[6] ?? ""),
  ];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
