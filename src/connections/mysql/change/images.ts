/** Rows as they are: every column as text, read by their keys under the transaction's locks. */
import type { SqlSession } from "../session.ts";
import { jsonColumnSql, jsonTable, rowsText } from "./carry.ts";
import { asTextSql, carrierOf, columnSql, digestSql, joinsSql, type ColumnInfo } from "./columns.ts";
import { mostTogether } from "./primary.ts";
import { textRows, type Row } from "./row.ts";
import { tableSql, type TableInfo } from "./table.ts";
import { refuse } from "../trouble.ts";

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

/** The rows that have these keys, in the order of the keys; null where there is none. Locked, unless said otherwise. */
export async function rowsByKey(
  session: SqlSession,
  table: Keyed,
  keys: readonly Row[],
  { places = null, lock = true }: ByKey = {},
): Promise<(Row | null)[]> {
  const { columns } = table;
  const join = keyJoin(table, "handrail_t");
  const read = (places?.map((place) => columns[place] as ColumnInfo) ?? columns).map((column) =>
    asTextSql(column, columnSql("handrail_t", column.name)),
  );
  const from = `FROM ${jsonTable("?", join.carried, true)} STRAIGHT_JOIN ${tableSql(table)} AS handrail_t ON ${join.on}`;
  const locks = lock ? ` ${session.dialect.locking(["handrail_t"])}` : "";
  const sql = `SELECT ${[jsonColumnSql("handrail_at"), ...read].join(", ")} ${from}${locks}`;
  const result: (Row | null)[] = keys.map(() => null);
  for (const { from: first, rows } of portions(keys, mostTogether(session))) {
    const keysText = rowsText(rows);
    const answer = textRows(await session.run(sql, [keysText]));
    await refuseBroken(session, table, answer, { from, keys: keysText });
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
  const join = keyJoin(table, "handrail_t");
  const digest = digestSql(table.columns, "handrail_t");
  const from = `FROM ${jsonTable("?", join.carried, true)} STRAIGHT_JOIN ${tableSql(table)} AS handrail_t ON ${join.on}`;
  const sql = `SELECT ${jsonColumnSql("handrail_at")}, ${digest} ${from} ${session.dialect.locking(["handrail_t"])}`;
  const result: (string | null)[] = keys.map(() => null);
  for (const { from: first, rows } of portions(keys, mostTogether(session)))
    for (const [ordinal, text = null] of textRows(
      await session.run(sql, [rowsText(rows)], first === 0 ? meanwhile : undefined),
    ))
      result[first + Number(ordinal) - 1] = text;
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
  { from, keys }: { readonly from: string; readonly keys: string },
): Promise<void> {
  if (!holdReplacement(rows)) return;
  for (const { name, form } of columns) {
    if (form !== "text") continue;
    const broken = session.dialect.isBroken(columnSql("handrail_t", name));
    const { rows: hits } = await session.run(`SELECT 1 ${from} WHERE ${broken} LIMIT 1`, [keys]);
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
