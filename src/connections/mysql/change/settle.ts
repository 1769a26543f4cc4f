/** After a lost answer: what does the world say? Behind the fence nobody else can still be changing it for this run. */
import type { JsonObject } from "../../../phases/json.ts";
import type { Outcome } from "../../../phases/outcome.ts";
import type { ChangePreview } from "../../../phases/sql-port.ts";
import type { Session } from "../session.ts";
import type { Aim } from "./aim.ts";
import { rowsByKey } from "./images.ts";
import { difference, lockRows, shown } from "./rows.ts";
import { rollBack, tentatively } from "./transaction.ts";

const LOOK_EVERY_S = 0.5;

export interface Wait {
  /** Waits so many seconds of the site's time. */
  sleep(seconds: number): Promise<unknown>;
  /** Seconds of the site's time since the wait began. */
  passed(): number;
  readonly limit: number;
}

/** Waits until the connection that made the attempt is gone; true when it is. Its own user may see it. */
export async function goneFrom(session: Session, connectionId: string, wait: Wait): Promise<boolean> {
  if (session.connectionId === connectionId) {
    await rollBack(session); // the attempt was made here, and nothing of it is still running
    return true;
  }
  for (;;) {
    const { rows } = await session.run("SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?", [
      connectionId,
    ]);
    if (String(rows[0]?.[0]) === "0") return true;
    if (wait.passed() >= wait.limit) return false;
    await wait.sleep(LOOK_EVERY_S);
  }
}

/** Looks at the approved rows and says what came of the statement. Commits nothing. */
export async function judge(session: Session, aim: Aim, approved: ChangePreview, seen: JsonObject): Promise<Outcome> {
  if (aim.verb === "INSERT") return judgeInsert(session, aim, approved, seen);
  return tentatively(session, async () => {
    const now = (await lockRows(session, aim)).keys;
    const { gone, added } = difference(approved.keys, now);
    const evidence = {
      ...seen,
      approved: approved.matched,
      still_match: approved.keys.length - gone.length,
      new: added.length,
    };
    if (approved.keys.length === 0) return unknown("No rows were approved, so there is nothing to look at.", evidence);
    if (gone.length === 0 && added.length === 0) return unapplied(session, aim, approved, evidence);
    if (gone.length === approved.keys.length) return applied(session, aim, approved, evidence);
    return unknown(
      `Of the ${approved.matched} approved rows ${gone.length} no longer match, the others do; ${added.length} others match now.` +
        ` No longer matched: ${shown(gone)}.`,
      evidence,
    );
  });
}

/** All rows match as before. That says something only if the statement would have made them stop matching. */
async function unapplied(session: Session, aim: Aim, approved: ChangePreview, evidence: JsonObject): Promise<Outcome> {
  await session.run(aim.statement.sql, aim.statement.values); // tried out, and rolled back with the rest
  const after = (await lockRows(session, aim)).keys;
  const { gone } = difference(approved.keys, after);
  if (gone.length < approved.keys.length) {
    return unknown(
      "The statement matches the same rows after it as before it: they do not tell whether it ran.",
      evidence,
    );
  }
  const message =
    "The approved rows still match the statement, and its old connection is gone: it was not carried out.";
  return { kind: "not-applied", why: "rolled-back", code: null, message, evidence };
}

/** None of the rows matches any more. For an UPDATE they must still be there; otherwise somebody else removed them. */
async function applied(session: Session, aim: Aim, approved: ChangePreview, evidence: JsonObject): Promise<Outcome> {
  const left = await count(session, aim, approved);
  const wanted = aim.verb === "DELETE" ? 0 : approved.keys.length;
  const found = { ...evidence, rows_left: left };
  if (left === wanted) return { kind: "applied", evidence: found };
  return unknown(`${left} of the ${approved.matched} approved rows are left where ${wanted} were expected.`, found);
}

/** New rows prove themselves by keys that the statement names; keys that the server gives out prove nothing. */
async function judgeInsert(
  session: Session,
  { targets: [target] }: Aim,
  approved: ChangePreview,
  seen: JsonObject,
): Promise<Outcome> {
  const evidence = { ...seen, approved: approved.matched };
  const places =
    target?.info.columns.flatMap(({ name }, at) => (target.info.keyColumns.includes(name) ? [at] : [])) ?? [];
  if (target === undefined || approved.keys.length === 0 || places.some((place) => target.volatile.has(place)))
    return unknown("The server gave the new rows their keys, so no look can tell whether they are there.", evidence);
  const rows = await tentatively(session, () => rowsByKey(session, target.info, approved.keys));
  const there = rows.filter((row) => row !== null).length;
  const found = { ...evidence, rows_there: there };
  if (there === approved.matched) return { kind: "applied", evidence: found };
  if (there > 0) return unknown(`${there} of the ${approved.matched} new rows are there.`, found);
  const message = "None of the new rows is there, and the old connection is gone: it was not carried out.";
  return { kind: "not-applied", why: "rolled-back", code: null, message, evidence: found };
}

const AT_ONCE = 500;

async function count(session: Session, aim: Aim, approved: ChangePreview): Promise<number> {
  let total = 0;
  for (let from = 0; from < approved.keys.length; from += AT_ONCE) {
    const some = approved.keys.slice(from, from + AT_ONCE);
    const { rows } = await session.run(aim.countByKey(some.length), some.flat());
    total += Number(rows[0]?.[0]);
  }
  return total;
}

const unknown = (message: string, evidence: JsonObject): Outcome => ({ kind: "unknown", message, evidence });
