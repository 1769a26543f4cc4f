/** What a database lets an account do, asked of the server itself: every right is tried by a question that changes nothing. */
import type { Failure } from "../../ports/outcome.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import type { MysqlSite } from "../site.ts";
import { rightsOf } from "./change/effects.ts";
import { onPrimary } from "./change/primary.ts";
import { textRows } from "./change/row.ts";
import { describe, type Described } from "./change/catalogue.ts";
import { columnsOf } from "./change/columns.ts";
import { quoteName } from "../../sql/dissect.ts";
import { openSession } from "./open-session.ts";
import type { SqlSession } from "./session.ts";
import { failureOf, isRefusal } from "./trouble.ts";

/** One table that is needed. */
export interface TableSeen {
  readonly table: string;
  /** Whether there is one that this account sees. */
  readonly there: boolean;
  readonly engine: string | null;
  /** Why it cannot be read, or changed; null where the server let both be planned. */
  readonly refusal: string | null;
}

/** What was seen of a database. */
export interface Examined {
  readonly server: string;
  readonly version: string;
  readonly user: string;
  readonly sqlMode: string;
  /** Why changes do not belong here: read-only, or a replica. null: nothing speaks against them. */
  readonly notPrimary: string | null;
  /** Of PROCESS, TRIGGER and SELECT on everything those that the account has. */
  readonly rights: ReadonlySet<string>;
  readonly tables: readonly TableSeen[];
  /** How far the server's clock is before ours, in milliseconds; less than a question takes says nothing. */
  readonly aheadMs: number;
  readonly zone: string;
}

/** A table, and what is done to its rows beside reading them. */
export interface TableNeed {
  readonly table: string;
  readonly changes: ReadonlySet<Verb>;
}

/** What may be done to rows. */
export type Verb = "UPDATE" | "DELETE" | "INSERT";

/** Connects and looks. Nothing is changed. */
export async function examine(
  site: MysqlSite,
  requirements: readonly TableNeed[],
  redact: (text: string) => string,
): Promise<Result<Examined, Failure>> {
  try {
    const session = await openSession({ site, as: "writer", setup: ["SET SESSION lock_wait_timeout = 3"], redact });
    try {
      return ok(await look(session, site.database, requirements));
    } finally {
      await session.close();
    }
  } catch (error) {
    return err(failureOf(error, "Asking the database", redact));
  }
}

const ASK = "SELECT VERSION(), CURRENT_USER(), @@session.sql_mode, CAST(UNIX_TIMESTAMP(NOW(6)) * 1000 AS SIGNED)";

async function look(session: SqlSession, schema: string, requirements: readonly TableNeed[]): Promise<Examined> {
  const startMs = Date.now();
  const [[version, user, sqlMode, serverMs] = []] = textRows(await session.control(ASK));
  const middle = (startMs + Date.now()) / 2;
  const tables: TableSeen[] = [];
  for (const requirement of requirements) tables.push(await tableOf(session, schema, requirement));
  return {
    server: session.dialect.name,
    version: version ?? "",
    user: user ?? "",
    sqlMode: sqlMode ?? "",
    notPrimary: await refusalOf(() => onPrimary(session)),
    rights: await rightsOf(session),
    tables,
    aheadMs: Number(serverMs) - middle,
    zone: session.zone,
  };
}

async function tableOf(session: SqlSession, schema: string, { table, changes }: TableNeed): Promise<TableSeen> {
  const description = await describe(session, { schema, table }).catch((error: unknown) => {
    if (isRefusal(error)) return null;
    throw error;
  });
  const row = description?.tables[0];
  if (description === null || row === undefined) return { table, there: false, engine: null, refusal: null };
  const name = `${quoteName(schema)}.${quoteName(table)}`;
  const forms = formsOf(name, description);
  const refusals = [await refusalOf(() => session.control(`SELECT 1 FROM ${name} LIMIT 0`))];
  // EXPLAIN needs the rights of what it explains, and carries nothing of it out.
  for (const change of changes)
    refusals.push(await refusalOf(() => session.control(`${session.dialect.explain} ${forms[change]}`)));
  const [, engine = null] = row;
  return { table, there: true, engine, refusal: refusals.find((text) => text !== null) ?? null };
}

/** Statements that need a right on a table, and do nothing. */
function formsOf(name: string, description: Described): Readonly<Record<Verb, string>> {
  const column = columnsOf(description).find(({ generated: isGenerated }) => !isGenerated);
  const set = quoteName(column?.name ?? "id");
  return {
    DELETE: `DELETE FROM ${name} WHERE 1 = 0`,
    UPDATE: `UPDATE ${name} SET ${set} = ${set} WHERE 1 = 0`,
    INSERT: `INSERT INTO ${name} (${set}) SELECT ${set} FROM ${name} WHERE 1 = 0`,
  };
}

/** A column without a value and a default: said only to who has the right to insert. */
const NO_DEFAULT = "1364";

/** What the server said no to; null where it did not. */
async function refusalOf(ask: () => Promise<unknown>): Promise<string | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code === NO_DEFAULT ? null : error.message;
    throw error;
  }
}
