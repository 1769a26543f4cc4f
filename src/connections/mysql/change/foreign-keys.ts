/** Foreign keys that point at a table, from whatever database, as far as this account may see them. */
import type { SqlSession } from "../session.ts";
import { askCatalogue, type TableName } from "./catalogue.ts";
import { textRows } from "./row.ts";

export interface ForeignKey {
  readonly name: string;
  readonly child: TableName;
  readonly columns: readonly string[];
  readonly parent: TableName;
  readonly referenced: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

const POINTING = `SELECT k.constraint_schema, k.table_name, k.constraint_name, r.delete_rule, r.update_rule, k.column_name, k.referenced_column_name
  FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
  WHERE k.referenced_table_schema = :schema AND k.referenced_table_name = :table
  ORDER BY k.constraint_schema, k.table_name, k.constraint_name, k.ordinal_position`;

/** All of them, whether they pass changes on or forbid them. */
export async function foreignKeysTo(
  session: SqlSession,
  { schema: home, table: name }: TableName,
): Promise<ForeignKey[]> {
  // No more of it than its name: whoever asks may know much more of the table, which is nothing of the key's.
  const parent = { schema: home, table: name };
  const byPlace = new Map<string, ForeignKey & { columns: string[]; referenced: string[] }>();
  for (const row of textRows(await askCatalogue(session, POINTING, parent))) {
    const [schema = "", table = "", constraint = "", onDelete = "", onUpdate = "", column = "", parentColumn = ""] =
      row.map((text) => text ?? "");
    const place = JSON.stringify([schema, table, constraint]);
    const child = { schema, table };
    const key = byPlace.get(place) ?? {
      name: constraint,
      child,
      columns: [],
      parent,
      referenced: [],
      onDelete,
      onUpdate,
    };
    key.columns.push(column);
    key.referenced.push(parentColumn);
    byPlace.set(place, key);
  }
  return [...byPlace.values()];
}

/** What a foreign key does when a row that it points at goes or changes, in the words of SQL. */
export const ruleOf = ({ onDelete, onUpdate }: ForeignKey, verb: "DELETE" | "UPDATE"): string =>
  verb === "DELETE" ? onDelete : onUpdate;

/** What then becomes of the rows that point at it; null where the key forbids it. */
export function passedOn(key: ForeignKey, verb: "DELETE" | "UPDATE"): "DELETE" | "UPDATE" | null {
  const rule = ruleOf(key, verb);
  if (rule === "CASCADE") return verb;
  return rule === "SET NULL" || rule === "SET DEFAULT" ? "UPDATE" : null;
}
