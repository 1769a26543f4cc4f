/** After a lost answer: what does the world say? Behind the fence nobody else can still be changing it for this run. */
import type { JsonObject } from "../../../ports/json.ts";
import type { ClockPort } from "../../../ports/clock.ts";
import type { Outcome } from "../../../ports/outcome.ts";
import type { ChangePreview, TablePreview } from "../../../ports/sql.ts";
import type { SqlSession } from "../session.ts";
import type { Statement } from "./ground.ts";
import { readChange, takeAim } from "./take-aim.ts";
import { digestAfter } from "./diff.ts";
import { changedRows, tablesOf } from "./drift.ts";
import { keyPlaces, rowsByKey } from "./images.ts";
import { digestRows, rowName, type Row } from "./row.ts";
import { keyList } from "./rows.ts";
import type { TableTarget } from "./targets.ts";
import { lowestLevel, rollBack, tentatively } from "./transaction.ts";

const LOOK_EVERY_S = 0.5;

interface Wait {
  /** Waits so many seconds of the site's time. */
  sleep(seconds: number): Promise<unknown>;
  /** Seconds of the site's time since the wait began. */
  passed(): number;
  readonly limit: number;
}

/** Seconds of site time that settling waits for the old connection to go. */
const FENCE_S = 30;
/** Real seconds at least: the server's lock waits of three seconds do not run faster in a lab. */
const LEAST_S = 4;

/** Real seconds that the run's locks are waited for. */
export const fenceSeconds = ({ scale }: Pick<ClockPort, "scale">): number => Math.max(FENCE_S / scale, LEAST_S);

/** How long the old connection may take to go, from now on. */
export function fenceWait(clock: ClockPort): Wait {
  const fromMs = clock.monoMs();
  return {
    sleep: (seconds) => clock.sleep(seconds),
    passed: () => clock.since(fromMs),
    limit: fenceSeconds(clock) * clock.scale,
  };
}

/** Waits until the connection that made the attempt is gone; true when it is. Its own user may see it. */
export async function goneFrom(session: SqlSession, connectionId: string, wait: Wait): Promise<boolean> {
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

/** What the rows of one table say, looked at by their keys. */
interface Look {
  readonly isUnchanged: boolean;
  readonly isApplied: boolean;
  /** How many of the approved rows are there, under the keys of before. */
  readonly rowCount: number;
  /** Keys of rows of which a value that was shown is not as before. */
  readonly changedKeys: TablePreview["keys"];
}

/**
 * Looks at the approved rows, by their keys and never by what the statement says of them: all as before, it was not carried
 * out; all as it was to leave them, it was. Anything else is not known. Commits nothing.
 */
export async function judge(
  { session, change, server }: Statement,
  preview: ChangePreview,
  evidence: JsonObject,
): Promise<Outcome> {
  const reading = await readChange(session, change);
  return tentatively(session, lowestLevel(session), async () => {
    const { targets } = await takeAim(session, change, reading, server.database);
    const looks: Look[] = [];
    for (const [index, target] of targets.entries()) {
      const table = tablesOf(preview)[index];
      if (table !== undefined) looks.push(await lookAt(session, target, table));
    }
    const rowCount = looks.reduce((sum, look) => sum + look.rowCount, 0);
    return verdict(targets, preview, looks, { ...evidence, approved: preview.matched, rows_there: rowCount });
  });
}

function verdict(
  targets: readonly TableTarget[],
  preview: ChangePreview,
  looks: readonly Look[],
  evidence: JsonObject,
): Outcome {
  const tables = tablesOf(preview).slice(0, targets.length);
  const message = whyNotTold(targets, tables, looks);
  if (message !== null) return { kind: "unknown", message, evidence };
  const [isUnchanged, isApplied] = [looks.every((look) => look.isUnchanged), looks.every((look) => look.isApplied)];
  if (isUnchanged === isApplied) return { kind: "unknown", message: mixedText(tables, looks, evidence), evidence };
  return isApplied ? { kind: "applied", evidence } : notCarriedOut(preview, evidence);
}

/** Why the rows cannot tell whether the statement ran; null where they can. */
function whyNotTold(
  targets: readonly TableTarget[],
  tables: readonly TablePreview[],
  looks: readonly Look[],
): string | null {
  if (tables.every(({ keys }) => keys.length === 0)) return "No rows were approved, so there is nothing to look at.";
  if (!targets.some((target, index) => isTelling(target, tables[index])))
    return "The rows look the same after the statement as before it: they do not tell whether it ran.";
  return looks.length === targets.length ? null : "Not every table of the statement stands on the approved page.";
}

function notCarriedOut(preview: ChangePreview, evidence: JsonObject): Outcome {
  const message =
    preview.diff?.verb === "insert"
      ? "None of the new rows is there, and the old connection is gone: it was not carried out."
      : "The approved rows are as they were before, and the old connection is gone: it was not carried out.";
  return { kind: "not-applied", why: "rolled-back", code: null, message, evidence };
}

function mixedText(tables: readonly TablePreview[], looks: readonly Look[], evidence: JsonObject): string {
  const total = tables.reduce((sum, { keys }) => sum + keys.length, 0);
  const differences = tables
    .map(({ table }, index) => `${table} ${keyList(looks[index]?.changedKeys ?? [])}`)
    .join("; ");
  return (
    `The ${total} approved rows are neither all as they were before nor all as the statement was to leave them. ` +
    `${String(evidence["rows_there"])} of them are there. Not as before: ${differences}.`
  );
}

/** Whether the rows of a table look otherwise after the statement than before it, at what no clock and no chance decides. */
function isTelling({ verb, info, volatile }: TableTarget, table: TablePreview | undefined): boolean {
  if (table?.diff === undefined || table.keys.length === 0) return false;
  // Keys that the server gives out prove nothing.
  if (verb === "INSERT") return !keyPlaces(info.columns, info.keyColumns).some((place) => volatile.has(place));
  return verb === "DELETE" || table.diff.columns.some(({ at_commit, rows }) => !at_commit && rows > 0);
}

async function lookAt(session: SqlSession, target: TableTarget, table: TablePreview): Promise<Look> {
  const { keys, diff } = table;
  const rows = await rowsByKey(session, target.info, keys);
  const presentRows = rows.filter((row) => row !== null);
  const isComplete = presentRows.length === keys.length;
  const changedKeys = changedRows(table, target.info, keys, rows);
  const count = { rowCount: presentRows.length, changedKeys };
  if (target.verb === "INSERT") {
    const isApplied = isComplete && diff?.after === digestAfter({ target, oldRows: null, newRows: presentRows });
    return { ...count, isUnchanged: presentRows.length === 0, isApplied };
  }
  const isUnchanged = isComplete && diff?.before === digestRows(presentRows);
  if (target.verb === "DELETE") return { ...count, isUnchanged, isApplied: presentRows.length === 0 };
  const newRows = await rowsAfter(session, target, keys, diff);
  const isApplied = newRows !== null && diff?.after === digestAfter({ target, oldRows: newRows, newRows });
  return { ...count, isUnchanged, isApplied };
}

/** Whether the change moves keys of rows that the page does not show. */
export function hidesKeys({ keyColumns }: TableTarget["info"], diff: TablePreview["diff"]): boolean {
  if (diff === undefined || diff.rows.length === diff.changed) return false;
  return diff.columns.some(({ column }) => keyColumns.includes(column));
}

/** The rows under the keys that the change was to give them; null where one is missing, or its new key was not kept. */
async function rowsAfter(
  session: SqlSession,
  { info }: TableTarget,
  keys: TablePreview["keys"],
  diff: TablePreview["diff"],
): Promise<readonly Row[] | null> {
  const newKeyByName = new Map((diff?.rows ?? []).map(({ key, new_key }) => [rowName(key), new_key ?? key]));
  const moves = hidesKeys(info, diff);
  const newKeys = keys.flatMap((key) => {
    const newKey = newKeyByName.get(rowName(key)) ?? (moves ? undefined : key);
    return newKey === undefined ? [] : [newKey];
  });
  if (newKeys.length < keys.length) return null;
  const rows = (await rowsByKey(session, info, newKeys)).filter((row) => row !== null);
  return rows.length === keys.length ? rows : null;
}
