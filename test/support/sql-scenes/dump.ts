/** Every row of every schema but the server's own, read without any of the code under test. */
import type { Connection, RowDataPacket } from "mysql2/promise";

/** One value: its bytes or number without any loss, and the texts by which a page may show it. */
export interface Cell {
  readonly exact: string | null;
  readonly forms: readonly (string | null)[];
}

export type DumpRow = ReadonlyMap<string, Cell>;

/** The rows of each table, by `schema.table`. */
export type Dump = ReadonlyMap<string, readonly DumpRow[]>;

interface Column {
  readonly name: string;
  /** What is selected for it; the first is exact. */
  readonly texts: readonly string[];
  readonly cell: (values: readonly (string | null)[]) => Cell;
}

const COLUMNS = `SELECT c.table_schema, c.table_name, c.column_name, c.data_type, IFNULL(c.generation_expression, '')
  FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
  WHERE c.table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys') AND t.table_type <> 'VIEW'
  ORDER BY c.table_schema, c.table_name, c.ordinal_position`;

/** Reads everything; local times are those of `zone`. */
export async function dump(root: Connection, zone: string): Promise<Dump> {
  const tables = await tablesOf(root, zone);
  const text = [...tables].map(([table, columns]) => selectSql(table, columns)).join(";");
  const [answers] = await root.query<RowDataPacket[][]>({ sql: text, rowsAsArray: true });
  const lists = (tables.size === 1 ? [answers] : answers) as unknown as (string | null)[][][];
  return new Map(
    [...tables].map(([table, columns], at) => [table, (lists[at] ?? []).map((row) => rowOf(row, columns))]),
  );
}

async function tablesOf(root: Connection, zone: string): Promise<Map<string, Column[]>> {
  const [rows] = await root.query<RowDataPacket[]>({ sql: COLUMNS, rowsAsArray: true });
  const tables = new Map<string, Column[]>();
  for (const [schema, table, name, type, made] of rows as unknown as [string, string, string, string, string][]) {
    const columns = tables.get(`${schema}.${table}`) ?? [];
    tables.set(`${schema}.${table}`, columns);
    // The beginning and the end of a row's validity are history.
    if (!/^ROW (?:START|END)$/iu.test(made)) columns.push(columnOf(name, type, zone));
  }
  return tables;
}

const selectSql = (table: string, columns: readonly Column[]): string =>
  `SELECT ${columns.flatMap(({ texts }) => texts).join(", ")} FROM ${table
    .split(".")
    .map((part) => `\`${part}\``)
    .join(".")}`;

function rowOf(values: readonly (string | null)[], columns: readonly Column[]): DumpRow {
  let at = 0;
  const row = new Map<string, Cell>();
  for (const { name, texts, cell } of columns) {
    row.set(name, cell(values.slice(at, at + texts.length)));
    at += texts.length;
  }
  return row;
}

const itself = ([exact = null]: readonly (string | null)[]): Cell => ({ exact, forms: [exact] });

function columnOf(name: string, type: string, zone: string): Column {
  const of = `\`${name}\``;
  if (/^(?:float|double)$/.test(type)) return { name, texts: [`CAST(CAST(${of} AS DOUBLE) AS CHAR)`], cell: itself };
  if (type === "bit") return { name, texts: [`CAST(${of} + 0 AS CHAR)`], cell: itself };
  if (/^(?:char|varchar|tinytext|text|mediumtext|longtext|enum|set)$/.test(type)) {
    return {
      name,
      texts: [`HEX(${of})`, `CONVERT(${of} USING utf8mb4)`],
      cell: text,
    };
  }
  if (/binary|blob|point|geometry/.test(type)) return { name, texts: [`HEX(${of})`], cell: bytes };
  if (type !== "timestamp") return { name, texts: [`CAST(${of} AS CHAR)`], cell: itself };
  const local = `CAST(CONVERT_TZ(${of}, '+00:00', '${zone}') AS CHAR)`;
  const texts = [`CAST(UNIX_TIMESTAMP(${of}) AS CHAR)`, `CAST(${of} AS CHAR)`, local];
  return { name, texts, cell: instant };
}

/** A page shows it in UTC and says so, or where it is none; a key is its seconds. */
const instant = ([exact = null, ...rest]: readonly (string | null)[]): Cell => {
  const [utc = null] = rest;
  if (exact === null || utc === null) return { exact, forms: [null] };
  return { exact, forms: [...rest, exact, Number(exact) === 0 ? "0000-00-00 00:00:00" : `${utc} UTC`] };
};

const bytes = ([exact = null]: readonly (string | null)[]): Cell => ({
  exact,
  forms: exact === null ? [null] : [`0x${exact}`, exact],
});

/** Where no text tells its bytes, a page may show them. */
const text = ([exact = null, text = null]: readonly (string | null)[]): Cell => ({
  exact,
  forms: exact === null ? [null] : [text, exact, `0x${exact}`, `\0${exact}`],
});

/** A row as one text, for comparing. */
export const exactly = (row: DumpRow): string => JSON.stringify([...row].map(([, { exact }]) => exact));

/** What differs between two dumps, in a few lines; '' where nothing does. */
export function differences(expected: Dump, actual: Dump): string {
  const tables = new Set([...expected.keys(), ...actual.keys()]);
  return [...tables].flatMap((table) => tableDifferences(table, expected.get(table), actual.get(table))).join("\n");
}

function tableDifferences(table: string, expected: readonly DumpRow[] = [], actual: readonly DumpRow[] = []): string[] {
  const left = counted(actual);
  const missing: DumpRow[] = [];
  for (const row of expected) {
    const same = left.get(exactly(row));
    if (same === undefined) missing.push(row);
    else if (same.pop() !== undefined && same.length === 0) left.delete(exactly(row));
  }
  const extra = [...left.values()].flat();
  if (missing.length + extra.length === 0) return [];
  const some = (rows: readonly DumpRow[]): string => rows.slice(0, 3).map(shown).join(" ");
  return [`${table}: ${missing.length} row(s) missing ${some(missing)}, ${extra.length} too many ${some(extra)}`];
}

function counted(rows: readonly DumpRow[]): Map<string, DumpRow[]> {
  const all = new Map<string, DumpRow[]>();
  for (const row of rows) {
    const name = exactly(row);
    const same = all.get(name);
    if (same === undefined) all.set(name, [row]);
    else same.push(row);
  }
  return all;
}

/** The tables in which two dumps differ. */
export const differingTables = (expected: Dump, actual: Dump): string[] =>
  [...new Set([...expected.keys(), ...actual.keys()])].filter(
    (table) => tableDifferences(table, expected.get(table), actual.get(table)).length > 0,
  );

/** A row for a message; texts that are not plain with their bytes. */
export const shown = (row: DumpRow): string =>
  `{${[...row].map(([name, { exact, forms }]) => `${name}=${cellText(exact, forms[0] ?? null)}`).join(" ")}}`.slice(
    0,
    400,
  );

const cellText = (exact: string | null, text: string | null): string =>
  text === exact || /^[ -~]*$/u.test(text?.replaceAll("?", "\0") ?? "") ? (text ?? "NULL") : `${text}/${exact}`;
