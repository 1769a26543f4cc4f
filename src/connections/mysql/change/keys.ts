/** How the rows of a table are told apart, and whether a rollback brings them back. */
import { refuse } from "../trouble.ts";
import type { Row } from "./row.ts";
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

interface Index {
  readonly columns: string[];
  readonly unique: boolean;
  /** Whether it names each row. */
  usable: boolean;
}

/** The keys of a table. Refuses one that cannot be previewed. */
export function keysOf(table: string, description: Described): TableKeys {
  refuseKind(table, description.tables[0]);
  // The server adds the end of a row's period to every unique key; among the rows of now the rest of it is unique.
  const period = periodOf(description);
  const rows = description.indexes.filter((row) => !period.has(row[1] ?? ""));
  const indexes = indexesOf(rows);
  const usable = indexes.find((index) => index.usable);
  if (usable === undefined)
    throw refuse(
      `The table "${table}" has no key that names each row, so a change to it cannot be previewed.`,
      "no-preview",
    );
  const unique = indexes.filter((index) => index.unique && !index.columns.includes("")).map(({ columns }) => columns);
  const indexedColumns = new Set(rows.map((row) => (row[1] ?? "").toLowerCase()).filter((column) => column !== ""));
  return { key: usable.columns, unique, indexed: indexedColumns };
}

/** The kinds of tables whose rows are their own. */
const HOLDS_ROWS: ReadonlySet<string | null> = new Set(["BASE TABLE", "SYSTEM VERSIONED"]);

function refuseKind(table: string, row: Row | undefined): void {
  const [type, engine] = row ?? [];
  if (type === undefined) throw refuse(`There is no table "${table}" in this database.`, "no-table");
  if (!HOLDS_ROWS.has(type))
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
}

function indexesOf(rows: readonly Row[]): Index[] {
  const indexes = new Map<string, Index>();
  for (const row of rows) {
    const [name = "", column = "", , , repeats] = row.map((value) => value ?? "");
    const index = indexes.get(name) ?? { columns: [], unique: repeats === "0", usable: true };
    index.columns.push(column);
    index.usable &&= namesRow(row);
    indexes.set(name, index);
  }
  return [...indexes.values()];
}

/** A whole column without NULL, of a unique index; without a name it is one over an expression. */
function namesRow(row: Row): boolean {
  const [, column = "", prefix, nullable, repeats] = row.map((value) => value ?? "");
  return prefix === "" && nullable !== "YES" && repeats === "0" && column !== "";
}
