/** The tables that a statement changes, and which of their columns only the moment of running decides. */
import type { Anatomy, Assignment, Insertion, RowChange } from "../../../sql/anatomy.ts";
import type { Source } from "../../../sql/sources.ts";
import { isName, isOperator, isWord, type Token } from "../../../sql/token.ts";
import { isVolatile } from "../../../sql/volatile.ts";
import { unquote } from "../../../sql/survey.ts";
import type { SqlSession } from "../session.ts";
import { refuse } from "../trouble.ts";
import { describe } from "./catalogue.ts";
import { type ColumnInfo, columnsOf } from "./columns.ts";
import { tableInfo, type TableInfo } from "./table.ts";

export interface TableTarget {
  readonly verb: "UPDATE" | "DELETE" | "INSERT";
  readonly info: TableInfo;
  /** What its columns are called by in the statement. */
  readonly alias: string;
  readonly assignments: readonly Assignment[];
  /** Places of columns whose value is decided at commit. */
  readonly volatile: ReadonlySet<number>;
  /** For each key column the expression of its new value, where the statement changes keys. */
  readonly newKeys: readonly (string | null)[];
}

const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const cannotPreview = (message: string): Error => refuse(`${message}: it cannot be previewed.`, "no-preview");

/** Finds and looks up the changed tables. Throws `SqlTrouble` where one of them cannot be previewed. */
export async function targetsOf(session: SqlSession, parts: Anatomy, home: string): Promise<TableTarget[]> {
  if (parts.verb === "insert") return [await insertTarget(session, parts, home)];
  if (parts.verb === "delete") return deleteTargets(session, parts, home);
  return updateTargets(session, parts, home);
}

/** Looks up a table that the statement changes. */
function changedTable(session: SqlSession, { schema, table }: Source, home: string): Promise<TableInfo> {
  return tableInfo(session, { schema: schema ?? home, table }, home);
}

async function insertTarget(session: SqlSession, parts: Insertion, home: string): Promise<TableTarget> {
  const [source] = parts.sources as readonly [Source];
  const info = await changedTable(session, source, home);
  const volatile = spread(info, insertedVolatile(info, parts), "INSERT");
  return { verb: "INSERT", info, alias: source.alias, assignments: [], volatile, newKeys: [] };
}

async function deleteTargets(session: SqlSession, parts: RowChange, home: string): Promise<TableTarget[]> {
  const targets: TableTarget[] = [];
  for (const alias of parts.emptied) {
    const source = parts.sources.find((candidate) => !candidate.derived && isSameName(candidate.alias, alias));
    if (source === undefined)
      throw cannotPreview(`The statement deletes from ${alias}, which it does not name as a table`);
    const info = await changedTable(session, source, home);
    targets.push({ verb: "DELETE", info, alias: source.alias, assignments: [], volatile: new Set(), newKeys: [] });
  }
  return distinct(targets);
}

async function updateTargets(session: SqlSession, parts: RowChange, home: string): Promise<TableTarget[]> {
  const byAlias = new Map<string, Assignment[]>();
  for (const assignment of parts.set) {
    const source = await sourceOf(session, parts, assignment, home);
    byAlias.set(source.alias, [...(byAlias.get(source.alias) ?? []), assignment]);
  }
  const infos = new Map<string, TableInfo>();
  for (const alias of byAlias.keys()) {
    const source = parts.sources.find((candidate) => candidate.alias === alias);
    if (source !== undefined) infos.set(alias, await changedTable(session, source, home));
  }
  const moving = movingNames(parts.set);
  const targets = [...byAlias].map(([alias, assignments]): TableTarget => {
    const info = infos.get(alias) as TableInfo;
    const names = new Set(
      assignments.filter(({ column }) => moving.has(column.toLowerCase())).map(({ column }) => column),
    );
    const set = new Set(assignments.map(({ column }) => column.toLowerCase()));
    for (const { name, onUpdate } of info.columns) if (onUpdate && !set.has(name.toLowerCase())) names.add(name);
    const volatile = spread(info, names, "UPDATE");
    return {
      verb: "UPDATE",
      info,
      alias,
      assignments,
      volatile,
      newKeys: newKeys({ info, assignments, volatile, single: parts.single }),
    };
  });
  return distinct(targets);
}

/** One table under two names would be changed twice over; what comes of that depends on the order. */
function distinct(targets: readonly TableTarget[]): TableTarget[] {
  const tables = new Set(targets.map(({ info }) => info.label.toLowerCase()));
  if (tables.size !== targets.length) throw cannotPreview("The statement changes one table under two names");
  return [...targets];
}

async function sourceOf(
  session: SqlSession,
  parts: RowChange,
  { source, column }: Assignment,
  home: string,
): Promise<Source> {
  const tables = parts.sources.filter((candidate) => !candidate.derived);
  if (source !== null || parts.single) return sourceBy(source, tables, column);
  const [owner, ...rest] = await tablesWith(session, tables, column, home);
  if (owner === undefined || rest.length > 0)
    throw cannotPreview(`The statement sets ${column}, which may be of several tables`);
  return owner;
}

/** Those of the tables that have a column of this name. */
async function tablesWith(
  session: SqlSession,
  tables: readonly Source[],
  column: string,
  home: string,
): Promise<readonly Source[]> {
  const holding: Source[] = [];
  for (const table of tables) {
    const columns = columnsOf(await describe(session, { schema: table.schema ?? home, table: table.table }));
    if (columns.some(({ name }) => isSameName(name, column))) holding.push(table);
  }
  return holding;
}

/** The table with this alias; without one the only table. */
function sourceBy(source: string | null, tables: readonly Source[], column: string): Source {
  const match = source === null ? tables[0] : tables.find(({ alias }) => isSameName(alias, source));
  if (match === undefined) throw cannotPreview(`The statement sets ${source ?? ""}.${column}, which is no table of it`);
  return match;
}

const mentions = (tokens: readonly Token[], names: ReadonlySet<string>): boolean =>
  tokens.some(
    (token, index) =>
      isName(token) &&
      names.has(unquote(token).toLowerCase()) &&
      !isOperator(tokens[index + 1], "(") &&
      !isOperator(tokens[index + 1], "."),
  );

/** Columns set from a clock, from chance, or from a column that is. */
function movingNames(set: readonly Assignment[]): Set<string> {
  const names = new Set<string>();
  for (const { column, tokens } of set) {
    if (isVolatile(tokens) || mentions(tokens, names)) names.add(column.toLowerCase());
  }
  return names;
}

/** Adds what follows from volatile columns: generated columns, and what triggers set. */
function spread(info: TableInfo, start: ReadonlySet<string>, event: string): Set<number> {
  const names = new Set([...start].map((name) => name.toLowerCase()));
  const triggers = info.triggers.filter((trigger) => trigger.event === event && trigger.timing === "BEFORE");
  const bodies = triggers.map(({ tokens }) => ({ tokens, set: setBy(tokens) }));
  const derivedColumns = info.columns
    .filter((column) => column.generated)
    .map(({ name, expression }) => ({ tokens: expression, set: [name.toLowerCase()] }));
  for (let size = -1; size !== names.size;) {
    size = names.size;
    const moving = [...bodies, ...derivedColumns].filter(({ tokens }) => isVolatile(tokens) || mentions(tokens, names));
    for (const name of moving.flatMap(({ set }) => set)) names.add(name);
  }
  return new Set(info.columns.flatMap(({ name }, place) => (names.has(name.toLowerCase()) ? [place] : [])));
}

const assigns = (token: Token | undefined): boolean => isOperator(token, "=") || isOperator(token, ":=");

/** The columns of the new row that a trigger sets: `NEW.column =`. */
const setBy = (tokens: readonly Token[]): string[] =>
  tokens.flatMap((token, index) => {
    const [dot, column, equals] = [tokens[index + 1], tokens[index + 2], tokens[index + 3]];
    const isOfRow = isWord(token, "NEW") && isOperator(dot, ".");
    return isOfRow && assigns(equals) && column !== undefined ? [unquote(column).toLowerCase()] : [];
  });

function insertedVolatile(info: TableInfo, { columns, items, tokens }: Insertion): Set<string> {
  const columnNames = columns ?? info.columns.filter(({ invisible }) => !invisible).map(({ name }) => name);
  const moves = (column: ColumnInfo): boolean => {
    const place = columnNames.findIndex((name) => isSameName(name, column.name));
    if (place === -1) return column.autoIncrement || column.volatileDefault;
    return items === null ? isVolatile(tokens) : (items[place] ?? []).some((item) => isMoving(item, column));
  };
  return new Set(info.columns.filter(moves).map(({ name }) => name));
}

function isMoving(item: readonly Token[], column: { autoIncrement: boolean; volatileDefault: boolean }): boolean {
  if (column.autoIncrement && asksForNumber(item)) return true;
  if (column.volatileDefault && isDefault(item)) return true;
  return isVolatile(item);
}

const isDefault = ([token, ...rest]: readonly Token[]): boolean => rest.length === 0 && isWord(token, "DEFAULT");

/** What makes the server give the next number to a column. */
const asksForNumber = (item: readonly Token[]): boolean =>
  isDefault(item) || (item.length === 1 && (isWord(item[0], "NULL") || item[0]?.text === "0"));

/** What an UPDATE sets in one table. */
interface Setting {
  readonly info: TableInfo;
  readonly assignments: readonly Assignment[];
  readonly volatile: ReadonlySet<number>;
  readonly single: boolean;
}

const namesOf = (assignments: readonly Assignment[]): ReadonlySet<string> =>
  new Set(assignments.map(({ column }) => column.toLowerCase()));

/** The new key of each row, as an expression over the row before; refuses keys that cannot be followed. */
const newKeys = (setting: Setting): (string | null)[] => setting.info.keyColumns.map((key) => newKey(setting, key));

/** Forms whose values are not named exactly by a text of SQL. */
const INEXACT: ReadonlySet<ColumnInfo["form"] | undefined> = new Set(["instant", "float"]);

const isMadeFrom = (column: ColumnInfo | undefined, assignments: readonly Assignment[]): boolean =>
  column?.generated === true && mentions(column.expression, namesOf(assignments));

function newKey(setting: Setting, key: string): string | null {
  const { info, assignments, volatile } = setting;
  const place = info.columns.findIndex(({ name }) => name === key);
  if (volatile.has(place))
    throw cannotPreview(`The statement gives the key ${key} a value that is decided while it runs`);
  const column = info.columns[place];
  if (isMadeFrom(column, assignments)) throw cannotPreview(`The statement changes what the key ${key} is made from`);
  const set = assignments.findIndex((assignment) => isSameName(assignment.column, key));
  if (set === -1) return null;
  if (INEXACT.has(column?.form))
    throw cannotPreview(`The statement changes the key ${key}, whose new value cannot be named exactly`);
  return assignedKey(setting, key, set);
}

/** The expression of the assignment at a place, where it can be read over the row before. */
function assignedKey({ assignments, single }: Setting, key: string, set: number): string {
  const assignment = assignments[set] as Assignment;
  // In one table the server sets the columns one after the other.
  const earlier = single ? assignments.slice(0, set) : assignments;
  if (isSetTwice(assignments, key) || !isPlain(assignment, namesOf(earlier)))
    throw cannotPreview(`The statement changes the key ${key} in a way that cannot be followed`);
  return assignment.text;
}

const isSetTwice = (assignments: readonly Assignment[], key: string): boolean =>
  assignments.filter(({ column }) => isSameName(column, key)).length > 1;

const isPlain = ({ tokens }: Assignment, earlier: ReadonlySet<string>): boolean =>
  !mentions(tokens, earlier) && !isWord(tokens[0], "DEFAULT");
