/** What has to be known of a table before a change to it can be shown. */
import type { Session } from "../session.ts";
import { describe, type Described } from "./catalogue.ts";
import { columnsOf, type ColumnInfo } from "./columns.ts";
import { keysOf } from "./keys.ts";

export interface Trigger {
  readonly name: string;
  readonly event: string;
  readonly timing: string;
  readonly body: string;
}

export interface TableInfo {
  readonly table: string;
  readonly keyColumns: readonly string[];
  /** Columns of any index, in small letters. */
  readonly indexed: ReadonlySet<string>;
  readonly columns: readonly ColumnInfo[];
  readonly triggers: readonly Trigger[];
  /** About how many rows it has, as the optimizer believes too. */
  readonly rows: number;
}

/** Looks a table up. Throws `SqlTrouble` where its rows cannot be told apart or rolled back. */
export async function tableInfo(session: Session, table: string): Promise<TableInfo> {
  const found = await describe(session, table);
  const { key, indexed } = keysOf(table, found);
  const rows = Number(found.tables[0]?.[2] ?? Infinity);
  return { table, keyColumns: key, indexed, columns: columnsOf(found), triggers: triggersOf(found), rows };
}

/** The triggers of a table that this account may see. */
export const triggersOf = (found: Described): Trigger[] =>
  found.triggers.map(([name, event, timing, body]) => ({
    name: name ?? "",
    event: event ?? "",
    timing: timing ?? "",
    body: body ?? "",
  }));
