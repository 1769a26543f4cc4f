/** How the rows of a table are told apart, and whether a rollback brings them back. */
import { asText } from "../columns.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import { askCatalogue } from "./catalogue.ts";

const ENGINE =
  "SELECT table_type, engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?";

const INDEXES = `SELECT index_name, column_name, sub_part, nullable, non_unique
  FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ?
  ORDER BY index_name = 'PRIMARY' DESC, index_name, seq_in_index`;

export interface TableKeys {
  /** What tells the rows apart: the primary key, else the first unique one without NULL. */
  readonly key: readonly string[];
  /** Every column that some index holds; a foreign key can point at no other. */
  readonly indexed: ReadonlySet<string>;
}

/** The keys of a table. Refuses one that cannot be previewed. */
export async function keysOf(session: Session, table: string): Promise<TableKeys> {
  const found = await askCatalogue(session, ENGINE, table);
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
  const indexed = new Set<string>();
  for (const row of (await askCatalogue(session, INDEXES, table)).rows) {
    const [name = "", column = "", prefix = "", nullable, repeats] = row.map((value) =>
      value === null ? "" : asText(value),
    );
    const index = indexes.get(name) ?? { columns: [], usable: true };
    index.columns.push(column);
    index.usable &&= prefix === "" && nullable !== "YES" && repeats === "0";
    indexes.set(name, index);
    indexed.add(column.toLowerCase());
  }
  const usable = [...indexes.values()].find((index) => index.usable);
  if (usable !== undefined) return { key: usable.columns, indexed };
  throw refuse(
    `The table "${table}" has no key that names each row, so a change to it cannot be previewed.`,
    "no-preview",
  );
}
