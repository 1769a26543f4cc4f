/** Taking aim inside the transaction: the tables' definitions are held before they are asked for, so they stay as they are. */
import { canonical, type Json } from "../../../ports/json.ts";
import type { ServerIdentity, SqlChange } from "../../../ports/sql.ts";
import { sha256 } from "../identity.ts";
import type { SqlSession } from "../session.ts";
import { isRefusal } from "../trouble.ts";
import { type Aim } from "./aim.ts";
import { readChange, takeAim, type Reading } from "./take-aim.ts";
import type { TableName } from "./catalogue.ts";
import type { Passing } from "./children.ts";
import { lastMode } from "./primary.ts";
import { tableSql, type TableInfo } from "./table.ts";

/** A change, and where it is asked and carried out. */
export interface Statement {
  readonly session: SqlSession;
  readonly change: SqlChange;
  readonly server: ServerIdentity;
}

/**
 * Reads the statement, opens the transaction by `open`, and does `work` in it with the aim taken. Throws `SqlTrouble`.
 */
export async function aimUnderLocks<T>(
  { session, change, server }: Statement,
  open: <R>(session: SqlSession, inside: () => Promise<R>, verb: Reading["parts"]["verb"]) => Promise<R>,
  work: (aim: Aim) => Promise<T>,
): Promise<T> {
  const home = server.database;
  const reading = await readChange(session, change);
  const inside = async (): Promise<T> => {
    await holdDefinitions(session, reading, home);
    return work(await aimHere(session, change, reading, home));
  };
  return open(session, inside, reading.parts.verb);
}

/** The catalogue's answer tells by which mode the connection reads quotes by now; a refusal by another one says nothing. */
async function aimHere(session: SqlSession, change: SqlChange, reading: Reading, home: string): Promise<Aim> {
  const mode = lastMode(session);
  try {
    const aim = await takeAim(session, change, reading, home);
    if (lastMode(session) === mode) return aim;
  } catch (error) {
    if (lastMode(session) === mode) throw error;
  }
  return takeAim(session, change, await readChange(session, change), home);
}

/** Nobody can alter a table, or make a trigger for it, from the moment that the transaction has it open for writing. */
async function holdDefinitions(session: SqlSession, { parts }: Reading, home: string): Promise<void> {
  const tables = parts.sources
    .filter(({ derived: isDerived }) => !isDerived)
    .map(({ schema, table }): TableName => ({ schema: schema ?? home, table }));
  const aliases = tables.map((_, index) => `handrail_${index}`);
  const tableList = tables.map((table, index) => `${tableSql(table)} AS ${aliases[index]}`).join(", ");
  try {
    if (tableList !== "")
      await session.control(`SELECT 1 FROM ${tableList} WHERE FALSE ${session.dialect.locking(aliases)}`);
  } catch (error) {
    // Why it cannot be opened is said better by what looks the tables up.
    if (!isRefusal(error)) throw error;
  }
}

/**
 * sha256 of what the catalogue says of the changed tables, those that foreign keys reach, and who points at them. The names of
 * the members of `ColumnInfo`, `ForeignKey` and `Trigger` go into it: another name for one would make every earlier preview differ.
 */
export function catalogueOf({ targets }: Aim, { children, keys }: Passing): string {
  const infos = [...targets.map(({ info }) => info), ...children.map(({ info }) => info)];
  const plain = (info: TableInfo): Json => ({
    table: info.label,
    key: [...info.keyColumns],
    indexed: [...info.indexed].toSorted(),
    columns: info.columns.map(({ expression, ...column }) => ({
      ...column,
      expression: expression.map(({ text }) => text),
    })),
    triggers: info.triggers.map(({ tokens, ...trigger }) => ({ ...trigger, tokens: tokens.map(({ text }) => text) })),
  });
  return sha256(canonical({ tables: infos.map(plain), keys: keys as unknown as Json }));
}
