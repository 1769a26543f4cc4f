/** Takes a change back inside its own transaction, to see whether that brings every row back. */
import { lexMode } from "../../../sql/token.ts";
import type { Session } from "../session.ts";
import { SqlTrouble } from "../trouble.ts";
import { ready } from "./aim.ts";
import { rowsByKey } from "./images.ts";
import { lastMode } from "./primary.ts";
import { equalRows } from "./row.ts";
import { shown } from "./rows.ts";
import { inZone } from "./transaction.ts";
import type { Seen } from "./trial.ts";
import type { Draft } from "./undo.ts";

/** Why undoing would not bring everything back; null: it was seen to. Names the rows that it would leave. */
export async function proveUndo(session: Session, { changes }: Draft, seen: readonly Seen[]): Promise<string | null> {
  const mode = lexMode(lastMode(session) ?? "");
  for (const change of changes) {
    const { sql, values } = ready(change, mode);
    try {
      await inZone(session, change.zone, () => session.run(sql, values));
    } catch (error) {
      if (!(error instanceof SqlTrouble) || error.kind !== "refused") throw error;
      return `tried out, the server refused to take ${change.touches.table} back (${error.message})`;
    }
  }
  for (const { target, keys, before } of seen) {
    const now = await rowsByKey(session, target.info, keys);
    const wrong = keys.filter((_, at) => !sameRow(now[at] ?? null, before?.[at] ?? null));
    if (wrong.length > 0)
      return `tried out, it would not bring ${wrong.length} row(s) of ${target.info.label} back as they were: ${shown(wrong)}`;
  }
  return null;
}

const sameRow = (now: readonly (string | null)[] | null, before: readonly (string | null)[] | null): boolean =>
  now === null || before === null ? now === before : equalRows(now, before);
