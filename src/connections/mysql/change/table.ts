/** What has to be known of a table before a change to it can be shown. */
import type { Session } from "../session.ts";
import { askCatalogue } from "./catalogue.ts";
import { textRows } from "./images.ts";
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
}

const TRIGGERS = `SELECT trigger_name, event_manipulation, action_timing, action_statement
  FROM information_schema.triggers WHERE event_object_schema = DATABASE() AND event_object_table = ?
  ORDER BY event_manipulation, action_timing, action_order`;

/** Looks a table up. Throws `SqlTrouble` where its rows cannot be told apart or rolled back. */
export async function tableInfo(session: Session, table: string): Promise<TableInfo> {
  const { key, indexed } = await keysOf(session, table);
  const columns = await columnsOf(session, table);
  return { table, keyColumns: key, indexed, columns, triggers: await triggersOf(session, table) };
}

/** The triggers of a table that this account may see. */
export async function triggersOf(session: Session, table: string): Promise<Trigger[]> {
  const rows = textRows(await askCatalogue(session, TRIGGERS, table));
  return rows.map(([name, event, timing, body]) => ({
    name: name ?? "",
    event: event ?? "",
    timing: timing ?? "",
    body: body ?? "",
  }));
}
