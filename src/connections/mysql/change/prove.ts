/** Takes a change back inside its own transaction, to see whether that brings every row back. */
import type { SqlChange } from "../../../phases/sql-port.ts";
import { lexMode } from "../../../sql/token.ts";
import type { Session } from "../session.ts";
import { SqlTrouble } from "../trouble.ts";
import { ready } from "./aim.ts";
import { readChange } from "./take-aim.ts";
import { digestsByKey } from "./images.ts";
import { lastMode } from "./primary.ts";
import { digestOf } from "./row.ts";
import { shown } from "./rows.ts";
import { inZone } from "./transaction.ts";
import type { Seen } from "./trial.ts";

/** Why undoing would not bring everything back; null: it was seen to. Names the rows that it would leave. */
export async function proveUndo(
  session: Session,
  changes: readonly SqlChange[],
  seen: readonly Seen[],
): Promise<string | null> {
  const mode = lexMode(lastMode(session) ?? "");
  for (const change of changes) {
    const { sql, values } = ready(change, mode);
    try {
      // What could not be previewed later could not be undone.
      await readChange(session, change);
      await inZone(session, change.zone, () => session.run(sql, values));
    } catch (error) {
      if (!(error instanceof SqlTrouble) || error.kind !== "refused") throw error;
      return `tried out, the server refused to take ${change.touches.table} back (${error.message})`;
    }
  }
  for (const { target, keys, before } of seen) {
    const now = await digestsByKey(session, target.info, keys);
    const then = keys.map((_, at) => (before?.[at] === undefined ? null : digestOf(before[at])));
    const wrong = keys.filter((_, at) => now[at] !== then[at]);
    if (wrong.length > 0)
      return `tried out, it would not bring ${wrong.length} row(s) of ${target.info.label} back as they were: ${shown(wrong)}`;
  }
  return null;
}
