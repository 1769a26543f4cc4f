/** How the rows of a table are told apart, and whether a rollback brings them back. */
import { refuse } from "../trouble.ts";
import type { Described } from "./catalogue.ts";
import { periodOf } from "./columns.ts";

export interface TableKeys {
  /** What tells the rows apart: the primary key, else the first unique one without NULL. */
  readonly key: readonly string[];
  /** The columns of every unique index. */
  readonly unique: readonly (readonly string[])[];
  /** Every column that some index holds; a foreign key can point at no other. */
  readonly indexed: ReadonlySet<string>;
}

/** The keys of a table. Refuses one that cannot be previewed. */
export function keysOf(table: string, description: Described): TableKeys {
  const [type, engine] = description.tables[0] ?? [];
  if (type === undefined) throw refuse(`There is no table "${table}" in this database.`, "no-table");
  if (type !== "BASE TABLE" && type !== "SYSTEM VERSIONED")
    throw refuse(
      `"${table}" is a ${type?.toLowerCase()}: its rows cannot be told apart through it, so a change to it cannot be previewed.` +
        " Name the table whose rows are meant.",
      "no-preview",
    );
  if (engine !== "InnoDB")
    throw refuse(
      `"${table}" is a ${engine} table: a change to it cannot be rolled back, so it cannot be previewed.`,
      "no-preview",
    );
  const indexes = new Map<string, { columns: string[]; unique: boolean; usable: boolean }>();
  const indexedColumns = new Set<string>();
  // The server adds the end of a row's period to every unique key; among the rows of now the rest of it is unique.
  const period = periodOf(description);
  for (const row of description.indexes) {
    const [name = "", column = "", prefix = "", nullable, repeats] = row.map((value) => value ?? "");
    if (period.has(column)) continue;
    const index = indexes.get(name) ?? { columns: [], unique: repeats === "0", usable: true };
    index.columns.push(column);
    // Without a column it is an index over an expression.
    index.usable &&= prefix === "" && nullable !== "YES" && repeats === "0" && column !== "";
    indexes.set(name, index);
    if (column !== "") indexedColumns.add(column.toLowerCase());
  }
  const usable = [...indexes.values()].find((index) => index.usable);
  const unique = [...indexes.values()]
    .filter((index) => index.unique && !index.columns.includes(""))
    .map(({ columns }) => columns);
  if (usable !== undefined) return { key: usable.columns, unique, indexed: indexedColumns };
  throw refuse(
    `The table "${table}" has no key that names each row, so a change to it cannot be previewed.`,
    "no-preview",
  );
}
