/**
 * Carries an approved change out: locks, compares, runs it once, commits. Whatever goes wrong before COMMIT leaves is
 * rolled back for certain; from COMMIT on only an answer tells.
 */
import type { JsonObject } from "../../../phases/json.ts";
import type { Outcome } from "../../../phases/outcome.ts";
import type { ChangePreview, ServerIdentity, SqlTag } from "../../../phases/ports.ts";
import type { Session } from "../session.ts";
import { tagged } from "../tag.ts";
import { troubleOf, type SqlTrouble } from "../trouble.ts";
import type { Aim } from "./aim.ts";
import { difference, lockRows, shown } from "./rows.ts";
import { begin, rollBack } from "./transaction.ts";

export interface Application {
  readonly session: Session;
  readonly server: ServerIdentity;
  readonly aim: Aim;
  readonly approved: ChangePreview;
  readonly tag: SqlTag;
  readonly redact: (text: string) => string;
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
  const { session, server, aim, approved, tag } = application;
  const { gone, added } = difference(approved.keys, (await lockRows(session, aim)).keys);
  if (gone.length > 0 || added.length > 0) {
    const message =
      `The rows are not the approved ones any more. No longer matched: ${shown(gone)}. Matched now too: ${shown(added)}. ` +
      "Nothing was changed.";
    return { outcome: not(application, "drifted", null, message, { gone: [...gone], added: [...added] }) };
  }
  const answer = await session.run(tagged(aim.statement.sql, tag), aim.statement.values);
  const { matched, changed, warnings } = answer;
  const evidence = { connection_id: session.connectionId, server: server.fingerprint, matched, changed, warnings };
  if (!answer.inTransaction) {
    const message = "The statement ended its own transaction, so what it did can no longer be taken back.";
    return { outcome: { kind: "unknown", message, evidence } };
  }
  if (matched === approved.matched) return { evidence };
  const message = `The statement hit ${matched} rows instead of the approved ${approved.matched}. It was rolled back.`;
  return { outcome: not(application, "drifted", null, message, evidence) };
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
