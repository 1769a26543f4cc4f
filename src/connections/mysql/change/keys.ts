/** How the rows of a table are told apart, and whether a rollback brings them back. */
import { asText } from "../columns.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";

const ENGINE =
  "SELECT table_type, engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?";

const UNIQUE = `SELECT s.index_name, s.column_name, s.sub_part, c.is_nullable
  FROM information_schema.statistics s JOIN information_schema.columns c
    ON c.table_schema = s.table_schema AND c.table_name = s.table_name AND c.column_name = s.column_name
  WHERE s.table_schema = DATABASE() AND s.table_name = ? AND s.non_unique = 0
  ORDER BY s.index_name = 'PRIMARY' DESC, s.index_name, s.seq_in_index`;

/** The key columns: the primary key, else the first unique one without NULL. Refuses a table that cannot be previewed. */
export async function keyColumns(session: Session, table: string): Promise<string[]> {
  const found = await session.run(ENGINE, [table]);
  const [type, engine] = (found.rows[0] ?? []).map(String);
  if (type === undefined) throw refuse(`There is no table "${table}" in this database.`, "no-table");
  if (type !== "BASE TABLE" || engine !== "InnoDB") {
    const what = type === "BASE TABLE" ? `a ${engine} table` : `a ${type.toLowerCase()}`;
    throw refuse(
      `"${table}" is ${what}: a change to it cannot be rolled back, so it cannot be previewed.`,
      "no-preview",
    );
  }
  const indexes = new Map<string, { columns: string[]; usable: boolean }>();
  for (const row of (await session.run(UNIQUE, [table])).rows) {
    const [name = "", column = "", prefix = "", nullable] = row.map((value) => (value === null ? "" : asText(value)));
    const index = indexes.get(name) ?? { columns: [], usable: true };
    index.columns.push(column);
    index.usable &&= prefix === "" && nullable === "NO";
    indexes.set(name, index);
  }
  const usable = [...indexes.values()].find((index) => index.usable);
  if (usable !== undefined) return usable.columns;
  throw refuse(
    `The table "${table}" has no key that names each row, so a change to it cannot be previewed.`,
    "no-preview",
  );
}
