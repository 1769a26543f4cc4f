/**
 * Carries an approved change out: locks, compares, runs it once, compares again, hands its undo over, commits. Whatever
 * goes wrong before COMMIT leaves is rolled back for certain; from COMMIT on only an answer tells.
 */
import type { JsonObject } from "../../../phases/json.ts";
import type { Outcome } from "../../../phases/outcome.ts";
import type { ChangePreview, KeepUndo, ServerIdentity, SqlTag, TablePreview, Undo } from "../../../phases/sql-port.ts";
import type { Session } from "../session.ts";
import { tagged } from "../tag.ts";
import { troubleOf, type SqlTrouble } from "../trouble.ts";
import type { Aim } from "./aim.ts";
import { digestAfter } from "./diff.ts";
import { looksOf, rowName } from "./images.ts";
import { recall, sameAfter } from "./recent.ts";
import { difference, lockTables, shown, type Matched } from "./rows.ts";
import { begin, rollBack } from "./transaction.ts";
import { carryOut, type Seen } from "./trial.ts";
import { draftOf, undoOf } from "./undo.ts";

export interface Application {
  readonly session: Session;
  readonly server: ServerIdentity;
  readonly aim: Aim;
  readonly approved: ChangePreview;
  readonly tag: SqlTag;
  readonly redact: (text: string) => string;
  readonly keep: KeepUndo;
}

type NotApplied = Extract<Outcome, { kind: "not-applied" }>;
type Why = NotApplied["why"];

/** One attempt. Never throws for what the world may do. */
export async function apply(application: Application): Promise<Outcome> {
  const { session, redact } = application;
  let begun = false;
  try {
    await begin(session);
    begun = true;
    const prepared = await prepare(application);
    if ("outcome" in prepared) {
      await rollBack(session);
      return prepared.outcome;
    }
    return await commit(application, prepared.evidence);
  } catch (error) {
    await rollBack(session);
    return undone(application, troubleOf(error, redact), begun);
  }
}

/** Everything up to COMMIT: an outcome when the world is not what was approved, else the evidence so far. */
async function prepare(application: Application): Promise<{ outcome: Outcome } | { evidence: JsonObject }> {
  const { session, server, aim, approved, tag, redact, keep } = application;
  const kept = recall(session, aim, approved);
  const locked = await lockTables(session, aim, kept?.locked);
  const before = locked.tables;
  // The very rows of the preview have the digests of the preview.
  const asKept = kept !== null && locked === kept.locked;
  const drifted = aim.verb === "INSERT" || asKept ? null : drift(application, before);
  if (drifted !== null) return { outcome: drifted };
  const { sql, values } = aim.statement;
  const announced = approved.undo ?? { kind: "complete", why: [] };
  let undo: Undo | null = null;
  const trial = await carryOut(session, aim, before, { sql: tagged(sql, tag), values }, () => {
    if (asKept) undo = undoOf(kept.undo, announced, redact);
  });
  const { matched, changed, warnings, seen } = trial;
  const evidence = { connection_id: session.connectionId, server: server.fingerprint, matched, changed, warnings };
  if (!trial.open) {
    const message = "The statement ended its own transaction, so what it did can no longer be taken back.";
    return { outcome: { kind: "unknown", message, evidence } };
  }
  if ((aim.single || aim.verb === "INSERT") && matched !== approved.matched) {
    const message = `The statement hit ${matched} rows instead of the approved ${approved.matched}. It was rolled back.`;
    return { outcome: not(application, "drifted", null, message, evidence) };
  }
  const same = asKept && sameAfter(seen, kept.seen);
  const other = same ? null : otherwise(application, seen);
  if (other !== null) return { outcome: not(application, "drifted", null, other, evidence) };
  if (undo === null || !same) undo = undoOf(draftOf(seen), announced, redact);
  if (undo.kind === "none" && announced.kind !== "none") {
    const message = `The undo that was announced cannot be kept (${undo.why.join("; ")}). It was rolled back.`;
    return { outcome: not(application, "drifted", null, message, evidence) };
  }
  if (!(await keep(undo))) {
    const message = "The undo could not be kept, so the change was rolled back.";
    return { outcome: not(application, "rolled-back", null, message, evidence) };
  }
  return { evidence: { ...evidence, undo: undo.kind } };
}

const tablesOf = (approved: ChangePreview): TablePreview[] => [approved, ...(approved.others ?? [])];

/** Rows that no longer match, match now too, or no longer look as they did. */
function drift(application: Application, before: readonly Matched[]): Outcome | null {
  const { aim, approved } = application;
  const differing: { gone: string[][]; added: string[][]; changed: string[][] } = { gone: [], added: [], changed: [] };
  let differs = false;
  for (const [at, { info }] of aim.targets.entries()) {
    const [then, now] = [tablesOf(approved).find(({ table }) => table === info.table), before[at]];
    if (then === undefined || now === undefined) continue;
    const looks = looksOf(now.rows);
    // Every column of every row, its key among them: only where that differs is it asked which rows do.
    if (then.diff?.before === looks.digest) continue;
    differs ||= then.diff !== undefined;
    const { gone, added } = difference(then.keys, now.keys);
    differing.gone.push(...gone.map((key) => [...key]));
    differing.added.push(...added.map((key) => [...key]));
    const marks = new Map(then.keys.map((key, index) => [rowName(key), then.diff?.marks[index]]));
    for (const [index, key] of now.keys.entries()) {
      const known = marks.get(rowName(key));
      const mark = looks.marks[index];
      if (known?.length === mark?.length && known !== mark) differing.changed.push([...key]);
    }
  }
  const { gone, added, changed } = differing;
  const named = gone.length + added.length + changed.length > 0;
  if (!named && !differs) return null;
  // The digest is what counts; a mark may be the same by chance, or of an older version.
  const since = named ? shown(changed) : "some that cannot be named";
  const message =
    `The rows are not the approved ones any more. No longer matched: ${shown(gone)}. Matched now too: ${shown(added)}. ` +
    `Changed since: ${since}. Nothing was changed.`;
  return not(application, "drifted", null, message, differing);
}

/** Why what the statement did is not what was shown, or null when it is. */
function otherwise({ approved }: Application, seen: readonly Seen[]): string | null {
  for (const one of seen) {
    const then = tablesOf(approved).find(({ table }) => table === one.target.info.table);
    if (then?.diff === undefined) continue;
    // The rows before were compared one by one.
    if (digestAfter(one) === then.diff.after) continue;
    return `The statement would have changed ${then.table} otherwise than was shown. It was rolled back.`;
  }
  return null;
}

async function commit({ session, redact }: Application, evidence: JsonObject): Promise<Outcome> {
  try {
    await session.control("COMMIT");
    return { kind: "applied", evidence };
  } catch (error) {
    const trouble = troubleOf(error, redact);
    if (!trouble.sent) throw trouble; // it never left, so the server rolls back
    const message = `COMMIT was sent, but no answer came (${trouble.message}): it may or may not have been carried out.`;
    return { kind: "unknown", message, evidence: { ...evidence, trouble: trouble.message, code: trouble.code } };
  }
}

/** No COMMIT has left: MariaDB undoes the transaction, whether we asked it to or it lost sight of us. */
function undone(application: Application, trouble: SqlTrouble, begun: boolean): Outcome {
  const { message, code, kind } = trouble;
  if (kind === "refused") {
    const text = `The database refused: ${message}. Nothing was changed.`;
    return not(application, "refused", code, text, { said: message });
  }
  const text = `The connection to the database was lost before COMMIT (${message}). Nothing was changed.`;
  return not(application, begun ? "rolled-back" : "not-sent", code, text, { said: message });
}

function not(
  { session, server }: Application,
  why: Why,
  code: string | null,
  message: string,
  more: JsonObject,
): Outcome {
  const evidence = { connection_id: session.connectionId, server: server.fingerprint, ...more };
  return { kind: "not-applied", why, code, message, evidence };
}
