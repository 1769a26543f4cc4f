/** The tables that a statement changes, and which of their columns only the moment of running decides. */
import type { Anatomy, Assignment, Insertion, RowChange } from "../../../sql/anatomy.ts";
import type { Source } from "../../../sql/sources.ts";
import { isOperator, isWord, type Token } from "../../../sql/token.ts";
import { isVolatile } from "../../../sql/volatile.ts";
import { unquote } from "../../../sql/survey.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import { describe } from "./catalogue.ts";
import { columnsOf } from "./columns.ts";
import { tableInfo, type TableInfo } from "./table.ts";

export interface Target {
  readonly verb: "UPDATE" | "DELETE" | "INSERT";
  readonly info: TableInfo;
  /** What its columns are called by in the statement. */
  readonly alias: string;
  readonly assigned: readonly Assignment[];
  /** Places of columns whose value is decided at commit. */
  readonly volatile: ReadonlySet<number>;
  /** For each key column the expression of its new value, where the statement changes keys. */
  readonly newKeys: readonly (string | null)[];
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const none = (message: string): Error => refuse(`${message}: it cannot be previewed.`, "no-preview");

/** Finds and looks up the changed tables. Throws `SqlTrouble` where one of them cannot be previewed. */
export async function targetsOf(session: Session, parts: Anatomy, home: string): Promise<Target[]> {
  if (parts.verb === "insert") return [await insertTarget(session, parts, home)];
  if (parts.verb === "delete") return deleteTargets(session, parts, home);
  return updateTargets(session, parts, home);
}

/** Looks up a table that the statement changes. */
function changed(session: Session, { schema, table }: Source, home: string): Promise<TableInfo> {
  return tableInfo(session, { schema: schema ?? home, table }, home);
}

async function insertTarget(session: Session, parts: Insertion, home: string): Promise<Target> {
  const [source] = parts.sources as readonly [Source];
  const info = await changed(session, source, home);
  const volatile = spread(info, insertedVolatile(info, parts), "INSERT");
  return { verb: "INSERT", info, alias: source.alias, assigned: [], volatile, newKeys: [] };
}

async function deleteTargets(session: Session, parts: RowChange, home: string): Promise<Target[]> {
  const targets: Target[] = [];
  for (const alias of parts.emptied) {
    const source = parts.sources.find((found) => !found.derived && same(found.alias, alias));
    if (source === undefined) throw none(`The statement deletes from ${alias}, which it does not name as a table`);
    const info = await changed(session, source, home);
    targets.push({ verb: "DELETE", info, alias: source.alias, assigned: [], volatile: new Set(), newKeys: [] });
  }
  return distinct(targets);
}

async function updateTargets(session: Session, parts: RowChange, home: string): Promise<Target[]> {
  const byAlias = new Map<string, Assignment[]>();
  for (const assignment of parts.set) {
    const source = await sourceOf(session, parts, assignment, home);
    byAlias.set(source.alias, [...(byAlias.get(source.alias) ?? []), assignment]);
  }
  const infos = new Map<string, TableInfo>();
  for (const alias of byAlias.keys()) {
    const source = parts.sources.find((found) => found.alias === alias);
    if (source !== undefined) infos.set(alias, await changed(session, source, home));
  }
  const moving = movingNames(parts.set);
  const targets = [...byAlias].map(([alias, assigned]): Target => {
    const info = infos.get(alias) as TableInfo;
    const names = new Set(
      assigned.filter(({ column }) => moving.has(column.toLowerCase())).map(({ column }) => column),
    );
    const set = new Set(assigned.map(({ column }) => column.toLowerCase()));
    for (const { name, onUpdate } of info.columns) if (onUpdate && !set.has(name.toLowerCase())) names.add(name);
    const volatile = spread(info, names, "UPDATE");
    return {
      verb: "UPDATE",
      info,
      alias,
      assigned,
      volatile,
      newKeys: newKeys(info, assigned, volatile, parts.single),
    };
  });
  return distinct(targets);
}

/** One table under two names would be changed twice over; what comes of that depends on the order. */
function distinct(targets: readonly Target[]): Target[] {
  const tables = new Set(targets.map(({ info }) => info.label.toLowerCase()));
  if (tables.size !== targets.length) throw none("The statement changes one table under two names");
  return [...targets];
}

async function sourceOf(
  session: Session,
  parts: RowChange,
  { source, column }: Assignment,
  home: string,
): Promise<Source> {
  const tables = parts.sources.filter((found) => !found.derived);
  if (source !== null || parts.single) {
    const found = source === null ? tables[0] : tables.find(({ alias }) => same(alias, source));
    if (found === undefined) throw none(`The statement sets ${source ?? ""}.${column}, which is no table of it`);
    return found;
  }
  const holding: Source[] = [];
  for (const table of tables) {
    const columns = columnsOf(await describe(session, { schema: table.schema ?? home, table: table.table }));
    if (columns.some(({ name }) => same(name, column))) holding.push(table);
  }
  const [only] = holding;
  if (only === undefined || holding.length > 1)
    throw none(`The statement sets ${column}, which may be of several tables`);
  return only;
}

const mentions = (tokens: readonly Token[], names: ReadonlySet<string>): boolean =>
  tokens.some(
    (token, at) =>
      (token.kind === "word" || token.kind === "quoted") &&
      names.has(unquote(token).toLowerCase()) &&
      !isOperator(tokens[at + 1], "(") &&
      !isOperator(tokens[at + 1], "."),
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
  const before = info.triggers.filter((trigger) => trigger.event === event && trigger.timing === "BEFORE");
  const bodies = before.map(({ tokens }) => ({ tokens, set: setBy(tokens) }));
  for (let size = -1; size !== names.size;) {
    size = names.size;
    for (const { tokens, set } of bodies)
      if (isVolatile(tokens) || mentions(tokens, names)) for (const name of set) names.add(name);
    for (const { name, generated, expression } of info.columns)
      if (generated && (isVolatile(expression) || mentions(expression, names))) names.add(name.toLowerCase());
  }
  return new Set(info.columns.flatMap(({ name }, at) => (names.has(name.toLowerCase()) ? [at] : [])));
}

/** The columns of the new row that a trigger sets: `NEW.column =`. */
const setBy = (tokens: readonly Token[]): string[] =>
  tokens.flatMap((token, at) => {
    const [dot, column, equals] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    const sets = isOperator(equals, "=") || isOperator(equals, ":=");
    return isWord(token, "NEW") && isOperator(dot, ".") && column !== undefined && sets
      ? [unquote(column).toLowerCase()]
      : [];
  });

function insertedVolatile(info: TableInfo, { columns, items, tokens }: Insertion): Set<string> {
  const listed = columns ?? info.columns.filter(({ invisible }) => !invisible).map(({ name }) => name);
  const names = new Set<string>();
  for (const column of info.columns) {
    const at = listed.findIndex((name) => same(name, column.name));
    if (at === -1) {
      if (column.autoIncrement || column.volatileDefault) names.add(column.name);
    } else if (items === null) {
      if (isVolatile(tokens)) names.add(column.name);
    } else if ((items[at] ?? []).some((item) => isMoving(item, column))) names.add(column.name);
  }
  return names;
}

function isMoving(item: readonly Token[], column: { autoIncrement: boolean; volatileDefault: boolean }): boolean {
  const [only] = item;
  const fallback = item.length === 1 && (isWord(only, "DEFAULT") || isWord(only, "NULL") || only?.text === "0");
  if (fallback && (column.autoIncrement || (column.volatileDefault && isWord(only, "DEFAULT")))) return true;
  return isVolatile(item);
}

/** The new key of each row, as an expression over the row before; refuses keys that cannot be followed. */
function newKeys(
  info: TableInfo,
  assigned: readonly Assignment[],
  volatile: ReadonlySet<number>,
  single: boolean,
): (string | null)[] {
  return info.keyColumns.map((key) => {
    const place = info.columns.findIndex(({ name }) => name === key);
    const set = assigned.findIndex(({ column }) => same(column, key));
    if (volatile.has(place)) throw none(`The statement gives the key ${key} a value that is decided while it runs`);
    const column = info.columns[place];
    const names = new Set(assigned.map((one) => one.column.toLowerCase()));
    if (column?.generated === true && mentions(column.expression, names))
      throw none(`The statement changes what the key ${key} is made from`);
    if (set === -1) return null;
    if (column?.form === "instant" || column?.form === "float")
      throw none(`The statement changes the key ${key}, whose new value cannot be named exactly`);
    const earlier = new Set((single ? assigned.slice(0, set) : assigned).map((one) => one.column.toLowerCase()));
    const found = assigned[set] as Assignment;
    const twice = assigned.filter((one) => same(one.column, key)).length > 1;
    if (twice || mentions(found.tokens, earlier) || isWord(found.tokens[0], "DEFAULT"))
      throw none(`The statement changes the key ${key} in a way that cannot be followed`);
    return found.text;
  });
}
