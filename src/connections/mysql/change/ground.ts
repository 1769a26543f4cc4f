/** Taking aim inside the transaction: the tables' definitions are held before they are asked for, so they stay as they are. */
import { canonical, type Json } from "../../../ports/json.ts";
import type { ServerIdentity, SqlChange } from "../../../ports/sql.ts";
import { sha256 } from "../identity.ts";
import type { SqlSession } from "../session.ts";
import type { Aim } from "./aim.ts";
import { readChange, takeAim, type Reading } from "./take-aim.ts";
import { holding, type TableName } from "./catalogue.ts";
import type { Passing } from "./children.ts";
import { lastMode } from "./primary.ts";
import type { TableInfo } from "./table.ts";

/** A change, and where it is asked and carried out. */
export interface Statement {
  readonly session: SqlSession;
  readonly change: SqlChange;
  readonly server: ServerIdentity;
}

/** Opens a transaction for a statement that was read, and does what is to be done inside. */
type Opening = <R>(reading: Reading, inside: () => Promise<R>) => Promise<R>;

/**
 * Reads the statement, opens the transaction by `open`, and does `work` in it with the aim taken. Nobody can alter a table,
 * or make a trigger for it, from the moment that the transaction has it open for writing. Throws `SqlTrouble`.
 */
export async function aimUnderLocks<T>(
  { session, change, server }: Statement,
  open: Opening,
  work: (aim: Aim) => Promise<T>,
): Promise<T> {
  const home = server.database;
  const inside = (reading: Reading): Promise<T> => {
    const mode = lastMode(session);
    return holding(session, tablesIn(reading, home), async () => {
      // The catalogue's answer tells by which mode the connection reads quotes by now.
      if (lastMode(session) !== mode) return inside(await readChange(session, change));
      return work(await takeAim(session, change, reading, home));
    });
  };
  const first = await readChange(session, change);
  return open(first, () => inside(first));
}

const tablesIn = ({ parts }: Reading, home: string): TableName[] =>
  parts.sources
    .filter(({ derived: isDerived }) => !isDerived)
    .map(({ schema, table }) => ({ schema: schema ?? home, table }));

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
