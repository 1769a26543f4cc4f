/** What has to be known of a table before a change to it can be shown. */
import { quoteName } from "../../../sql/dissect.ts";
import { lex } from "../../../sql/lexer.ts";
import { isSignificant, lexMode, type Token } from "../../../sql/token.ts";
import type { SqlSession } from "../session.ts";
import { describe, type Described, type TableName } from "./catalogue.ts";
import { columnsOf, type ColumnInfo } from "./columns.ts";
import { keysOf } from "./keys.ts";

export interface Trigger {
  readonly name: string;
  readonly event: string;
  readonly timing: string;
  readonly body: string;
  /** What means something in its body, read by the mode that it was made under: quotes may be names there. */
  readonly tokens: readonly Token[];
}

export interface TableInfo extends TableName {
  /** What it is called by on pages and in contracts: its name, with its database in front where that is another one. */
  readonly label: string;
  readonly keyColumns: readonly string[];
  /** The columns of every unique index. */
  readonly unique: readonly (readonly string[])[];
  /** Columns of any index, in small letters. */
  readonly indexed: ReadonlySet<string>;
  readonly columns: readonly ColumnInfo[];
  readonly triggers: readonly Trigger[];
  /** About how many rows it has, as the optimizer believes too. */
  readonly rows: number;
  /** Whether the server keeps the rows of before as history of its own. */
  readonly versioned: boolean;
}

/** Looks a table up. `home` is the connection's own database. Throws `SqlTrouble` where its rows cannot be told apart or rolled back. */
export async function tableInfo(session: SqlSession, name: TableName, home: string): Promise<TableInfo> {
  const description = await describe(session, name);
  const label = name.schema === home ? name.table : `${name.schema}.${name.table}`;
  const { key, unique, indexed: indexedColumns } = keysOf(label, description);
  const [type, , rows] = description.tables[0] ?? [];
  return {
    ...name,
    label,
    keyColumns: key,
    unique,
    indexed: indexedColumns,
    columns: columnsOf(description),
    triggers: triggersOf(description),
    rows: Number(rows ?? Infinity),
    versioned: type === "SYSTEM VERSIONED",
  };
}

/** `database`.`table`, quoted. */
export const tableSql = ({ schema, table }: TableName): string => `${quoteName(schema)}.${quoteName(table)}`;

/** The triggers of a table that this account may see. */
export const triggersOf = (description: Described): Trigger[] =>
  description.triggers.map((row) => {
    const [name = "", event = "", timing = "", body = "", sqlMode = ""] = row.map((value) => value ?? "");
    return { name, event, timing, body, tokens: lex(body, lexMode(sqlMode)).filter(isSignificant) };
  });
