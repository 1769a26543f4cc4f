/** Rows as they are: every column as text, read by their keys under the transaction's locks. */
import type { SqlSession } from "../session.ts";
import { jsonColumnSql, jsonTable, rowsText } from "./carry.ts";
import { asTextSql, boundSql, carrierOf, columnSql, digestSql, joinsSql, type ColumnInfo } from "./columns.ts";
import { mostTogether } from "./primary.ts";
import { textRows, type Row } from "./row.ts";
import { tableSql, type TableInfo } from "./table.ts";
import { refuse } from "../trouble.ts";

/** The table whose rows are looked for. */
const TABLE = "handrail_t";

/** Where a table's key columns stand among its columns. */
export const keyPlaces = (columns: readonly ColumnInfo[], keys: readonly string[]): number[] =>
  keys.map((key) => columns.findIndex(({ name }) => name === key));

export type Keyed = Pick<TableInfo, "schema" | "table" | "columns" | "keyColumns">;

/** The columns of a table's key, in the key's order. */
export const keyInfos = ({ columns, keyColumns }: Pick<Keyed, "columns" | "keyColumns">): ColumnInfo[] =>
  keyPlaces(columns, keyColumns).map((place) => columns[place] as ColumnInfo);

/** Carries keys of a table, and joins it with them by its key's index. */
export function keyJoin(
  table: Keyed,
  alias: string,
): { readonly carried: { name: string; type: string }[]; readonly on: string } {
  const keys = keyInfos(table);
  const jsonColumns = keys.map((column, index) => ({ name: `handrail_k${index}`, type: carrierOf(column) }));
  const on = keys.map((column, index) =>
    joinsSql(column, columnSql(alias, column.name), jsonColumnSql(`handrail_k${index}`)),
  );
  return { carried: jsonColumns, on: on.join(" AND ") };
}

export interface ByKey {
  /** Only the columns at these places; null: every one. */
  readonly places?: readonly number[] | null;
  /** False only looks: the row may have changed before the answer is here. */
  readonly lock?: boolean;
}

/** Where rows are to be found by their keys: the parts of a SELECT. */
interface Finding {
  /** Which of the keys a row has, counted from 1. */
  readonly at: string;
  readonly from: string;
  readonly conditions: readonly string[];
  readonly values: readonly (string | null)[];
}

/** One row is found by its key itself where that can be bound, and many by one text, of which the server makes a table. */
function findingOf(table: Keyed, rows: readonly Row[]): Finding {
  const [row = []] = rows;
  return (rows.length === 1 ? oneRow(table, row) : null) ?? manyRows(table, rows);
}

/** Without JSON_TABLE, so that the connection keeps what it prepared of it. */
function oneRow(table: Keyed, row: Row): Finding | null {
  const conditions = keyInfos(table).map((column) => {
    const value = boundSql(column);
    return value === null ? null : joinsSql(column, columnSql(TABLE, column.name), value);
  });
  if (!conditions.every((condition) => condition !== null)) return null;
  return { at: "1", from: `FROM ${tableSql(table)} AS ${TABLE}`, conditions, values: row };
}

function manyRows(table: Keyed, rows: readonly Row[]): Finding {
  const { carried, on } = keyJoin(table, TABLE);
  return {
    at: jsonColumnSql("handrail_at"),
    from: `FROM ${jsonTable("?", carried, true)} STRAIGHT_JOIN ${tableSql(table)} AS ${TABLE} ON ${on}`,
    conditions: [],
    values: [rowsText(rows)],
  };
}

const selectSql = (columns: readonly string[], { from, conditions }: Finding): string =>
  `SELECT ${columns.join(", ")} ${from}${conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : ""}`;

/** The rows that have these keys, in the order of the keys; null where there is none. Locked, unless said otherwise. */
export async function rowsByKey(
  session: SqlSession,
  table: Keyed,
  keys: readonly Row[],
  { places = null, lock = true }: ByKey = {},
): Promise<(Row | null)[]> {
  const { columns } = table;
  const read = (places?.map((place) => columns[place] as ColumnInfo) ?? columns).map((column) =>
    asTextSql(column, columnSql(TABLE, column.name)),
  );
  const locks = lock ? ` ${session.dialect.locking([TABLE])}` : "";
  const result: (Row | null)[] = keys.map(() => null);
  for (const { from: first, rows } of portions(keys, mostTogether(session))) {
    const finding = findingOf(table, rows);
    const sql = `${selectSql([finding.at, ...read], finding)}${locks}`;
    const answer = textRows(await session.run(sql, finding.values));
    await refuseBroken(session, table, answer, finding);
    for (const [ordinal, ...row] of answer) result[first + Number(ordinal) - 1] = row;
  }
  return result;
}

/**
 * Digests of the rows that have these keys, as `digestOf` makes them of the texts of every column; null where there is none.
 * `meanwhile` is done while the server makes the first of them.
 */
export async function digestsByKey(
  session: SqlSession,
  table: Keyed,
  keys: readonly Row[],
  meanwhile: () => void,
): Promise<(string | null)[]> {
  const digest = digestSql(table.columns, TABLE);
  const result: (string | null)[] = keys.map(() => null);
  for (const { from: first, rows } of portions(keys, mostTogether(session))) {
    const finding = findingOf(table, rows);
    const sql = `${selectSql([finding.at, digest], finding)} ${session.dialect.locking([TABLE])}`;
    const answer = textRows(await session.run(sql, finding.values, { meanwhile: first === 0 ? meanwhile : undefined }));
    for (const [ordinal, text = null] of answer) result[first + Number(ordinal) - 1] = text;
  }
  return result;
}

/** What stands for bytes that are no characters, where it does not stand for itself. */
const REPLACEMENT = "\uFFFD";

/** Whether a text of these rows may stand for bytes that are no characters. */
export const holdReplacement = (rows: readonly Row[]): boolean =>
  rows.some((row) => row.some((value) => value?.includes(REPLACEMENT) === true));

/** Refuses rows with a text that cannot be read as it is stored: it could be neither shown nor brought back. */
async function refuseBroken(
  session: SqlSession,
  { table, columns }: Keyed,
  rows: readonly Row[],
  finding: Finding,
): Promise<void> {
  if (!holdReplacement(rows)) return;
  for (const { name, form } of columns) {
    if (form !== "text") continue;
    const broken = session.dialect.isBroken(columnSql(TABLE, name));
    const sql = selectSql(["1"], { ...finding, conditions: [...finding.conditions, broken] });
    const { rows: hits } = await session.run(`${sql} LIMIT 1`, finding.values);
    if (hits.length > 0)
      throw refuse(
        `The column ${name} of ${table} holds bytes that are no characters: it can neither be shown nor be brought back.`,
        "no-preview",
      );
  }
}

/** Rows in portions of at most so many characters, in their order; `from` is where a portion begins. */
export function portions(
  rows: readonly Row[],
  maxCharacters: number,
): { readonly from: number; readonly rows: Row[] }[] {
  const result: { from: number; rows: Row[] }[] = [];
  let budget = 0;
  for (const [index, row] of rows.entries()) {
    const size = row.reduce((sum, value) => sum + (value?.length ?? 4) + 4, 2);
    const open = result.at(-1);
    if (open === undefined || size > budget) {
      result.push({ from: index, rows: [row] });
      budget = maxCharacters - size;
    } else {
      open.rows.push(row);
      budget -= size;
    }
  }
  return result;
}
