/** What a server says of its tables, in words that MariaDB and MySQL share. */
import type { RowDataPacket } from "mysql2/promise";
import type { Database } from "./database.ts";

type Row = Record<string, string | number | null>;

async function rows({ root }: Database, sql: string): Promise<Row[]> {
  const [found] = await root.query<(RowDataPacket & Row)[]>(sql);
  return found;
}

const keyOf = ({ tab, name }: Row): string => `${tab}.${name}`;

/** In an order of their own: each server sorts names by its own rules. */
const lines = (parts: readonly (readonly unknown[])[]): string[] => parts.map((each) => each.join(" ").trim()).sort();

/** One line for each column: where it stands, its type, whether it may be empty, what it is when nothing is said. */
export async function columnsOf(database: Database): Promise<string[]> {
  const found = await rows(
    database,
    `select c.table_name as tab, ordinal_position as place, column_name as name, column_type as type, is_nullable as nullable,
       column_default as preset, extra as besides, collation_name as coll
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'migratekit_oma' and t.table_type = 'BASE TABLE'`,
  );
  const json = await jsonColumns(database);
  const kindOf = (row: Row) => (json.has(keyOf(row)) ? ["json"] : [typeOf(row), row["coll"]]);
  const said = (row: Row) => [...kindOf(row), row["nullable"], presetOf(row), extraOf(row)];
  return lines(found.map((row) => [keyOf(row), row["place"], ...said(row)]));
}

/** MySQL has a type for JSON; MariaDB has a check, and a text that is compared by its bytes. */
async function jsonColumns(database: Database): Promise<Set<string>> {
  if (database.lab.server === "mysql") {
    const typed =
      "select table_name as tab, column_name as name from information_schema.columns where data_type = 'json'";
    return new Set((await rows(database, typed)).map(({ tab, name }) => `${tab}.${name}`));
  }
  const checked = await rows(
    database,
    "select table_name as tab, check_clause as clause from information_schema.check_constraints where constraint_schema = 'migratekit_oma'",
  );
  return new Set(checked.map(({ tab, clause }) => `${tab}.${/^json_valid\(`(\w+)`\)$/u.exec(String(clause))?.[1]}`));
}

/** MySQL no longer gives the width that a whole number is shown with, but for one digit. */
function typeOf({ type }: Row): string {
  return String(type).replace(/^((?:tiny|small|big)?int)\((?!1\))\d+\)/u, "$1");
}

/** MariaDB gives a default as it would be written, MySQL its value. */
function presetOf({ preset, nullable }: Row): string {
  if (preset === null || (preset === "NULL" && nullable === "YES")) return "none";
  return String(preset)
    .toLowerCase()
    .replace(/^(?:_utf8mb4)?\\?'(.*?)\\?'$/u, "$1")
    .replace("current_timestamp()", "current_timestamp");
}

function extraOf({ besides }: Row): string {
  const said = String(besides).toLowerCase();
  return said.replace("default_generated", "").replace("current_timestamp()", "current_timestamp").trim();
}

/** One line for each column of a key. */
export async function keysOf(database: Database): Promise<string[]> {
  const found = await rows(
    database,
    `select table_name as tab, index_name as name, seq_in_index as place, column_name as col, non_unique as more, sub_part as part,
       index_type as kind from information_schema.statistics where table_schema = 'migratekit_oma'`,
  );
  // a long text is kept unique by a hash here, by its beginning there: which columns, not how
  const long = new Set(found.filter((row) => row["kind"] === "HASH").map(keyOf));
  const length = (row: Row): string | number =>
    long.has(keyOf(row)) || row["part"] === 191 ? "" : (row["part"] ?? "");
  return lines(found.map((row) => [keyOf(row), row["place"], row["col"], row["more"], length(row)]));
}

/** One line for each foreign key: what it refers to, and what becomes of its rows. */
export async function foreignKeysOf(database: Database): Promise<string[]> {
  const found = await rows(
    database,
    `select k.table_name as tab, k.constraint_name as name, k.column_name as col, k.referenced_table_name as parent,
       k.referenced_column_name as target, replace(r.delete_rule, 'NO ACTION', 'RESTRICT') as del, replace(r.update_rule, 'NO ACTION', 'RESTRICT') as upd
     from information_schema.key_column_usage k join information_schema.referential_constraints r
       on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
     where k.table_schema = 'migratekit_oma' and k.referenced_table_name is not null`,
  );
  return lines(found.map((row) => Object.values(row)));
}

/** One line for each column of a view. */
export async function viewsOf(database: Database): Promise<string[]> {
  const found = await rows(
    database,
    `select c.table_name as tab, c.ordinal_position as place, c.column_name as name, v.security_type as rights from information_schema.columns c
       join information_schema.views v using (table_schema, table_name)
     where c.table_schema = 'migratekit_oma'`,
  );
  return lines(found.map((row) => Object.values(row)));
}
