/** Takes aim: reads a statement, looks its tables up, and makes the SELECT of its rows and its narrowing. */
import type { SqlChange, SqlValue, Touches } from "../../../ports/sql.ts";
import { anatomy, VALUE_WORDS, type Anatomy, type RowChange } from "../../../sql/anatomy.ts";
import { checkCalls } from "../../../sql/calls.ts";
import { classify } from "../../../sql/classify.ts";
import { namedIn } from "../../../sql/dissect.ts";
import { narrow } from "../../../sql/narrow.ts";
import { isOperator, isWord, isWordOf, lexMode, type LexMode, type Token } from "../../../sql/token.ts";
import { moverOf } from "../../../sql/volatile.ts";
import type { SqlSession } from "../session.ts";
import { refuse } from "../trouble.ts";
import { asTextSql, columnSql, isCoded, keyText, keyTextSql, keyValueSql, type ColumnInfo } from "./columns.ts";
import { keyInfos } from "./images.ts";
import { MOST_KEYS, ready, type Aim, type Keys, type Ready } from "./aim.ts";
import { aimInsert } from "./insert.ts";
import { lastMode, onPrimary } from "./primary.ts";
import { targetsOf, type TableTarget } from "./targets.ts";

/** A statement that was read, before the server has been asked about its tables. */
export interface Reading {
  readonly parts: Anatomy;
  readonly mode: LexMode;
}

/**
 * Reads the statement by the mode that the connection has. Throws `SqlTrouble` where it cannot be previewed, whatever its
 * tables are.
 */
export async function readChange(session: SqlSession, { sql }: SqlChange): Promise<Reading> {
  const knownMode = lastMode(session);
  const sqlMode = knownMode ?? (await onPrimary(session));
  try {
    return readingOf(session, sql, sqlMode);
  } catch (error) {
    // A refusal by a mode that the connection no longer has says nothing.
    const currentMode = knownMode === undefined ? sqlMode : await onPrimary(session);
    if (currentMode === sqlMode) throw error;
    return readingOf(session, sql, currentMode);
  }
}

/** Looks the tables up. Throws `SqlTrouble` when the change cannot be previewed or is not about the declared tables. */
export async function takeAim(session: SqlSession, change: SqlChange, reading: Reading, home: string): Promise<Aim> {
  const { parts, mode } = reading;
  const unorderedTargets = await targetsOf(session, parts, home);
  const targets = [...unorderedTargets].sort((a, b) => rank(change, a) - rank(change, b));
  const touches = targets.map((target) => contractOf(change, target));
  const [main] = targets as [TableTarget];
  if (parts.verb === "insert") return { ...aimInsert(session.dialect, change, parts, main), touches };
  const select = selectOf({ parts, mode, change }, targets, false);
  return {
    verb: main.verb,
    targets,
    touches,
    select,
    whole: parts.single ? selectOf({ parts, mode, change }, targets, true) : null,
    planQuery: select,
    narrow: (keys) => narrowing(parts, targets, change, keys),
    single: parts.single,
    readsOnlyItsTable: readsOneTable(parts),
    timed: moverOf(parts.choice) === "clock",
    tokens: parts.tokens,
    making: null,
  };
}

/** Whether a statement reads nothing but the one table that it changes. */
export const readsOneTable = (parts: Anatomy): boolean =>
  parts.verb !== "insert" && parts.single && !parts.tokens.some((token) => isWord(token, "SELECT"));

const rank = ({ touches }: SqlChange, { info }: TableTarget): number => (info.label === touches.table ? 0 : 1);

function contractOf(change: SqlChange, { info }: TableTarget): Touches {
  const contracts = [change.touches, ...(change.also ?? [])];
  const contract = contracts.find(({ table }) => table === info.label);
  if (contract !== undefined) return contract;
  const tableNames = contracts.map(({ table }) => table).join(", ");
  throw refuse(`The statement is about ${info.label}, but declares that it touches ${tableNames}.`, "touches");
}

/** Texts whose reading is kept for one connection: a statement is read for its preview, its undo and its apply. */
const MOST_READINGS = 32;

/** By mode and text, which together with the connection's server decide all of it. */
const readings = new WeakMap<SqlSession, Map<string, Reading>>();

function readingOf(session: SqlSession, sql: string, sqlMode: string): Reading {
  const ofSession = readings.get(session) ?? new Map<string, Reading>();
  readings.set(session, ofSession);
  const name = JSON.stringify([sqlMode, sql]);
  const reading = ofSession.get(name) ?? apart(session, sql, sqlMode);
  if (ofSession.size >= MOST_READINGS && !ofSession.has(name)) ofSession.clear();
  ofSession.set(name, reading);
  return reading;
}

function apart({ words }: SqlSession, sql: string, sqlMode: string): Reading {
  const mode = lexMode(sqlMode);
  const { class: kind, reasons } = classify(sql, { sqlMode, dialect: words });
  if (kind === "read") throw refuse("This statement reads only: it is no change.", "no-change");
  if (kind === "unknown") throw cannotPreview(reasons);
  const parts = anatomy(sql, mode);
  if (parts === null) throw cannotPreview(["it is no UPDATE, DELETE or INSERT of a plain shape"]);
  const objections = objectionsTo(parts, words);
  if (objections.length > 0) throw cannotPreview(objections);
  return { parts, mode };
}

const cannotPreview = (reasons: readonly string[]): Error =>
  refuse(`This statement cannot be previewed: ${reasons.join("; ")}.`, "no-preview");

const picksByChance = (parts: Anatomy): boolean => parts.verb !== "insert" && moverOf(parts.choice) === "chance";

/** Why a statement of a known shape does not do the same thing twice. */
function objectionsTo(parts: Anatomy, words: SqlSession["words"]): string[] {
  const body = isWordOf(parts.tokens[0], VALUE_WORDS) ? parts.tokens.slice(1) : parts.tokens;
  const objections = checkCalls(body, words);
  if (body.some((token) => isOperator(token, ":="))) objections.push("it assigns a variable");
  if (body.some(isUserVariable))
    objections.push("it reads a variable of the connection, which is not there when it is carried out");
  if (picksByChance(parts))
    objections.push("chance or the state of the connection picks its rows, so they would be others every time");
  return objections;
}

const isUserVariable = ({ kind, text }: Token): boolean => kind === "variable" && !text.startsWith("@@");

/** The keys of the rows by the very text of the statement, and what becomes of them. A join gives the same ones many times. */
function selectOf(
  { parts, mode, change }: { readonly parts: RowChange; readonly mode: LexMode; readonly change: SqlChange },
  targets: readonly TableTarget[],
  whole: boolean,
): Ready {
  const columns = targets.flatMap(({ info, alias, newKeys }) => {
    const key = keyInfos(info);
    return [
      ...key.map((column) => asTextSql(column, columnSql(alias, column.name))),
      ...key.flatMap((column, index) => {
        const expression = newKeys[index] ?? null;
        return expression === null ? [] : [asTextSql(column, `(${expression})`)];
      }),
      ...(whole ? info.columns.map((column) => asTextSql(column, columnSql(alias, column.name))) : []),
    ];
  });
  // Only as bytes are two keys the same for DISTINCT exactly where they are one: no collation has a say in it.
  const selectList = parts.single ? columns : columns.map((column) => `CAST(${column} AS BINARY)`);
  const clauses = [`SELECT ${parts.single ? "" : "DISTINCT "}${selectList.join(", ")} FROM ${parts.refs}`];
  // Its closing bracket stands on a line of its own: the predicate may end in a comment.
  if (parts.where !== null) clauses.push(`WHERE (${parts.where}\n)`);
  if (parts.order !== null) clauses.push(`ORDER BY ${parts.order}`);
  clauses.push(`LIMIT ${parts.limit ?? MOST_KEYS * targets.length + 1}`);
  const sql = clauses.join(" ");
  const names = namedIn(sql, mode);
  const parameters = Object.fromEntries(Object.entries(change.values).filter(([name]) => names.includes(name)));
  return ready({ sql, values: parameters }, mode);
}

/** The names under which keys travel; no runbook and no person gives such names. */
const keysName = (target: number): string => `handrail_keys_${target}`;

function narrowing(parts: RowChange, targets: readonly TableTarget[], change: SqlChange, keys: readonly Keys[]): Ready {
  const values = { ...change.values };
  const guards = targets.map(({ info, alias }, index) => {
    const key = keyInfos(info);
    const among = keys[index] ?? [];
    // Where an outer join finds no row of this table, there is none to be changed either.
    const missingRow = parts.single ? "" : ` OR ${columnSql(alias, key[0]?.name ?? "")} IS NULL`;
    const keyItems = among.length === 0 ? null : bindKeys(values, keysName(index), key, among);
    const within =
      keyItems === null ? "FALSE" : `CASE WHEN ${keyTextSql(key, alias)} IN (${keyItems}) THEN 1 ELSE 0 END`;
    return missingRow === "" ? within : `(${within}${missingRow})`;
  });
  return ready({ sql: narrow(parts, guards.join(" AND ")), values }, parts.mode);
}

/** Adds the keys to the values; gives what stands for them in a list. */
function bindKeys(values: Record<string, SqlValue>, name: string, key: readonly ColumnInfo[], among: Keys): string {
  if (!isCoded(key)) {
    values[name] = among.map(keyText);
    return `:${name}`;
  }
  const items = among.map((texts, row) =>
    keyValueSql(key, (index) => {
      const own = `${name}_${row}_${index}`;
      values[own] = texts[index] ?? null;
      return `:${own}`;
    }),
  );
  return items.join(", ");
}
