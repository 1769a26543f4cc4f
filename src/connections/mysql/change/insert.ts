/** INSERTs go as they were typed; the rows that they make are named by their keys, which not every server tells. */
import type { BoundSql, SqlChange } from "../../../ports/sql.ts";
import type { Insertion } from "../../../sql/anatomy.ts";
import { namedIn, quoteName } from "../../../sql/dissect.ts";
import { isWord, type Token } from "../../../sql/token.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { ResultSet, SqlSession } from "../session.ts";
import { refuse } from "../trouble.ts";
import { MOST_KEYS, ready, UNSETTLED, type Aim, type Making, type Ready } from "./aim.ts";
import { asTextSql, type ColumnInfo } from "./columns.ts";
import { keyInfos, keyPlaces, rowsByKey } from "./images.ts";
import { keyName, textRows, type Row } from "./row.ts";
import { tableSql, type TableInfo } from "./table.ts";
import type { TableTarget } from "./targets.ts";

/** An INSERT as it will be sent. */
export function aimInsert(
  dialect: Dialect,
  change: SqlChange,
  parts: Insertion,
  target: TableTarget,
): Omit<Aim, "touches"> {
  const insert = { ...change, sql: parts.text };
  const { telling } = dialect;
  const planQuery = ready(insert, parts.mode);
  const statement = telling === null ? planQuery : ready(toldBy(telling, insert, target.info), parts.mode);
  return {
    verb: "INSERT",
    targets: [target],
    select: null,
    whole: null,
    planQuery,
    narrow: () => statement,
    single: false,
    readsOnlyItsTable: !parts.tokens.some((token) => isWord(token, "SELECT")),
    timed: false,
    tokens: parts.tokens,
    making: telling === null ? makingOf(change, parts, target.info) : { by: "server" },
  };
}

const keyTexts = (info: TableInfo): string[] =>
  keyInfos(info).map((column) => asTextSql(column, quoteName(column.name)));

/** Everything about the statement but its answer stays as it is. */
const toldBy = (telling: NonNullable<Dialect["telling"]>, { sql, values }: BoundSql, info: TableInfo): BoundSql => ({
  sql: telling(sql, keyTexts(info)),
  values,
});

function makingOf(change: SqlChange, parts: Insertion, info: TableInfo): Making {
  if (change.expects !== undefined) return { by: "keys", keys: change.expects };
  const [first, ...restKeys] = keyInfos(info) as [ColumnInfo, ...ColumnInfo[]];
  const places = keyInfos(info).map(({ name }) => placeOf(parts, info, name));
  if (!places.includes(-1)) return { by: "look", named: namedRows(change, parts, info, places) };
  const isNumbered = restKeys.length === 0 && first.autoIncrement;
  return isNumbered ? { by: "number", key: first } : { by: "look", named: null };
}

/** The place among the values of a row where a column's stands; -1 where the statement gives it none. */
function placeOf({ columns }: Insertion, info: TableInfo, name: string): number {
  const columnNames = columns ?? info.columns.filter(({ invisible }) => !invisible).map((column) => column.name);
  return columnNames.findIndex((column) => column.toLowerCase() === name.toLowerCase());
}

/** Asks for the rows that have the keys which the statement itself writes down; null where a query gives them. */
function namedRows(change: SqlChange, parts: Insertion, info: TableInfo, places: readonly number[]): Ready | null {
  const { items, queried: isQuery, text, mode } = parts;
  if (items === null || isQuery || items.length === 0) return null;
  const sourceText = (tokens: readonly Token[] = []): string => text.slice(tokens[0]?.start, tokens.at(-1)?.end);
  const rows = (items[0] ?? []).map((_, row) =>
    places
      .map((place, key) => `${quoteName(info.keyColumns[key] ?? "")} = (${sourceText(items[place]?.[row])}\n)`)
      .join(" AND "),
  );
  const sql = `SELECT ${keyTexts(info).join(", ")} FROM ${tableSql(info)} WHERE (${rows.join(") OR (")}) LIMIT ${MOST_KEYS + 1}`;
  const names = new Set(namedIn(sql, mode));
  const values = Object.fromEntries(Object.entries(change.values).filter(([name]) => names.has(name)));
  return ready({ sql, values }, mode);
}

/** What an INSERT made. */
export interface Made {
  readonly keys: readonly Row[];
  readonly answer: ResultSet;
}

/**
 * Sends the INSERT and finds its rows. Where the server does not tell them, they are those that the transaction sees
 * afterwards and did not see before, as many as the server counted: by plain reads in REPEATABLE READ, since a locking one
 * would see what others have committed meanwhile. Throws `SqlTrouble`.
 */
export async function make(session: SqlSession, { targets, making }: Aim, { sql, values }: Ready): Promise<Made> {
  const [{ info }] = targets as readonly [TableTarget];
  if (making === null || making.by === "server") return makeTold(session, { sql, values });
  const look = await lookOf(session, info, making);
  const oldNames = new Set((await look()).map(keyName));
  const answer = await session.run(sql, values);
  const keys = (await look()).filter((key) => !oldNames.has(keyName(key)));
  if (answer.matched > MOST_KEYS) throw tooMany();
  if (keys.length === answer.matched) return { keys, answer };
  throw refuse(
    `The server counted ${answer.matched} new rows of ${info.label}, and ${keys.length} can be told from those that were there: it cannot be previewed.`,
    UNSETTLED,
  );
}

/** Of a server that answers with the keys of the rows that it made. */
async function makeTold(session: SqlSession, { sql, values }: Ready): Promise<Made> {
  const answer = await session.run(sql, values);
  const keys = textRows(answer);
  if (keys.length > MOST_KEYS) throw tooMany();
  return { keys, answer };
}

const tooMany = (): Error =>
  refuse(`The statement inserts more than ${MOST_KEYS} rows: too many to be previewed.`, "no-preview");

type Look = () => Promise<readonly Row[]>;

async function lookOf(session: SqlSession, info: TableInfo, making: Exclude<Making, { by: "server" }>): Promise<Look> {
  if (making.by === "keys") {
    const places = keyPlaces(info.columns, info.keyColumns);
    return async () =>
      (await rowsByKey(session, info, making.keys, { places, lock: false })).filter((row) => row !== null);
  }
  const select = `SELECT ${keyTexts(info).join(", ")} FROM ${tableSql(info)}`;
  if (making.by === "number") {
    const name = quoteName(making.key.name);
    const [[highest = null] = []] = textRows(await session.run(`SELECT MAX(${name}) FROM ${tableSql(info)}`));
    const condition = highest === null ? "" : ` WHERE ${name} > ?`;
    return async () =>
      textRows(await session.run(`${select}${condition} LIMIT ${MOST_KEYS + 1}`, highest === null ? [] : [highest]));
  }
  const wholeTable: Look = async () => textRows(await session.run(`${select} LIMIT ${MOST_KEYS * 2 + 1}`));
  const few = info.rows <= MOST_KEYS && (await wholeTable()).length <= MOST_KEYS;
  if (few) return wholeTable;
  const { named: query } = making;
  if (query !== null) return async () => textRows(await session.run(query.sql, query.values));
  throw refuse(
    `${session.dialect.name} does not tell which rows an INSERT makes, and ${info.label} has too many to compare: it cannot be previewed. ` +
      "Write the keys of the new rows down, as VALUES.",
    "no-preview",
  );
}
