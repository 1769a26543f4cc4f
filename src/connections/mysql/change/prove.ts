/** Takes a change back inside its own transaction, to see whether that brings every row back. */
import type { SqlChange } from "../../../ports/sql.ts";
import { lexMode, type LexMode } from "../../../sql/token.ts";
import type { SqlSession } from "../session.ts";
import { isRefusal } from "../trouble.ts";
import { ready } from "./aim.ts";
import { readChange } from "./take-aim.ts";
import { digestsByKey } from "./images.ts";
import { once } from "./once.ts";
import { lastMode } from "./primary.ts";
import { digestOf } from "./row.ts";
import { keyList } from "./rows.ts";
import { inZone } from "./transaction.ts";
import type { TableImage } from "./trial.ts";

/**
 * Why undoing would not bring everything back; null: it was seen to. Names the rows that it would leave. `meanwhile` is done
 * while the server takes the first change back, where there is one.
 */
export async function proveUndo(
  session: SqlSession,
  changes: readonly SqlChange[],
  images: readonly TableImage[],
  meanwhile: () => void,
): Promise<string | null> {
  const mode = modeOf(session);
  for (const [index, change] of changes.entries()) {
    const refusal = await takeBack(session, change, mode, index === 0 ? meanwhile : undefined);
    if (refusal !== null) return refusal;
  }
  for (const image of images) {
    const difference = await compare(session, image);
    if (difference !== null) return difference;
  }
  return null;
}

const modeOf = (session: SqlSession): LexMode => lexMode(lastMode(session) ?? "");

/** Why the server did not take one change back; null where it did. */
async function takeBack(
  session: SqlSession,
  change: SqlChange,
  mode: LexMode,
  meanwhile?: () => void,
): Promise<string | null> {
  const { sql, values } = ready(change, mode);
  try {
    // What could not be previewed later could not be undone.
    await readChange(session, change);
    await inZone(session, change.zone, () => session.run(sql, values, { meanwhile }));
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `tried out, the server refused to take ${change.touches.table} back (${error.message})`;
  }
}

/** Which rows of a table are not as they were; null where all are. */
async function compare(session: SqlSession, { target, keys, oldRows }: TableImage): Promise<string | null> {
  const expected = once(() =>
    keys.map((_, index) => (oldRows?.[index] === undefined ? null : digestOf(oldRows[index]))),
  );
  const digests = await digestsByKey(session, target.info, keys, () => void expected());
  const wrong = keys.filter((_, index) => digests[index] !== expected()[index]);
  if (wrong.length === 0) return null;
  return `tried out, it would not bring ${wrong.length} row(s) of ${target.info.label} back as they were: ${keyList(wrong)}`;
}
