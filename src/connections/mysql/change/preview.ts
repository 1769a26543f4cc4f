/** What a change would do: seen under locks, tried out, and rolled back. */
import { canonical } from "../../../phases/json.ts";
import type { ChangePreview, ServerIdentity, SqlChange } from "../../../phases/ports.ts";
import { sha256 } from "../identity.ts";
import type { Session } from "../session.ts";
import { refuse } from "../trouble.ts";
import type { Aim } from "./aim.ts";
import { checkTouches, lockRows, MOST_KEYS, type Matched } from "./rows.ts";
import { tentatively } from "./transaction.ts";

/**
 * Locks the matching rows, checks them against what the change declares, and tries the statement, so that a refusal
 * of the server (a value outside an enum, a foreign key) comes before anyone is asked. Throws `SqlTrouble`.
 */
export async function preview(
  session: Session,
  server: ServerIdentity,
  change: SqlChange,
  aim: Aim,
): Promise<ChangePreview> {
  await refuseLargeScan(session, aim);
  const matched = await tentatively(session, async () => {
    const rows = await lockRows(session, aim);
    checkTouches(change, rows);
    await tryOut(session, aim, rows);
    return rows;
  });
  return {
    table: aim.table,
    key_columns: aim.keyColumns,
    keys: matched.keys,
    matched: matched.keys.length,
    digest: digestOf(server, change, matched),
  };
}

/** What an approval is bound to. */
function digestOf({ fingerprint }: ServerIdentity, { sql, values }: SqlChange, { keys }: Matched): string {
  return sha256(canonical({ server: fingerprint, sql, values, keys }));
}

async function tryOut(session: Session, aim: Aim, rows: Matched): Promise<void> {
  const { matched, inTransaction } = await session.run(aim.statement.sql, aim.statement.values);
  if (!inTransaction) throw refuse("The statement ended its own transaction: it cannot be previewed.", "no-preview");
  if (matched === rows.keys.length) return;
  throw refuse(
    `The statement hit ${matched} rows where ${rows.keys.length} match: it cannot be previewed.`,
    "no-preview",
  );
}

/** Without an index the whole table would be locked, even by a statement that matches nothing. */
async function refuseLargeScan(session: Session, aim: Aim): Promise<void> {
  const { columns, rows } = await session.run(`EXPLAIN ${aim.select.sql}`, aim.select.values);
  const at = (name: string): number => columns.findIndex((column) => column.name.toLowerCase() === name);
  const [type, count] = [at("type"), at("rows")];
  for (const row of rows) {
    const scan = /^(?:all|index)$/i.test(String(row[type]));
    if (!scan || Number(row[count]) <= MOST_KEYS) continue;
    const message = `No index helps this statement: it would lock all ${String(row[count])} rows of ${aim.table}.`;
    throw refuse(`${message} It cannot be previewed.`, "no-preview");
  }
}
