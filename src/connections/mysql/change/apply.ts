/**
 * Carries an approved change out: locks, compares, runs its narrowing once, compares again, hands its undo over, commits.
 * Whatever goes wrong before COMMIT leaves is rolled back for certain; from COMMIT on only an answer tells.
 */
import type { JsonObject } from "../../../ports/json.ts";
import type { Outcome } from "../../../ports/outcome.ts";
import type { ChangePreview, KeepUndo, SqlTag } from "../../../ports/sql.ts";
import { commitByHand, type Level } from "../commit-mode.ts";
import { tagOf } from "../tag.ts";
import { troubleOf, type SqlTrouble } from "../trouble.ts";
import { MOST_KEYS, type Aim } from "./aim.ts";
import { groundDrift, keyDrift, resultDrift, type Drift } from "./drift.ts";
import { aimUnderLocks, catalogueOf, type Statement } from "./ground.ts";
import { mostTogether } from "./primary.ts";
import { refuseOutsiders } from "./reach.ts";
import { lockKeys } from "./rows.ts";
import { readsOneTable, type Reading } from "./take-aim.ts";
import { inZone, lowestLevel, rollBack } from "./transaction.ts";
import { carryOut, readGround, type Trial } from "./trial.ts";
import { undoChanges, undoOf, type Way } from "./undo.ts";

export interface Application extends Statement {
  readonly approvedPreview: ChangePreview;
  readonly tag: SqlTag;
  readonly redact: (text: string) => string;
  readonly keep: KeepUndo;
}

type NotApplied = Extract<Outcome, { kind: "not-applied" }>;
type Why = NotApplied["why"];

/** One attempt. Never throws for what the world may do. */
export async function apply(application: Application): Promise<Outcome> {
  const { session, change, redact } = application;
  let isAimed = false;
  const beginAttempt = async <T>(reading: Reading, inside: () => Promise<T>): Promise<T> => {
    await commitByHand(session, levelOf(application, reading));
    return inside();
  };
  try {
    const preparation = await aimUnderLocks(application, beginAttempt, (aim) => {
      isAimed = true;
      return inZone(session, change.zone, () => prepare(application, aim));
    });
    if ("outcome" in preparation) {
      await rollBack(session);
      return preparation.outcome;
    }
    return await commit(application, preparation.evidence);
  } catch (error) {
    await rollBack(session);
    return undone(application, troubleOf(error, redact), isAimed);
  }
}

/**
 * Gaps are kept free where rows matter that were not shown: children that foreign keys would pass it on to, and whatever a
 * trigger or a query inside reads. Rows of the one table of a statement that match only since it was read its keys keep out.
 */
const levelOf = ({ session, approvedPreview: { effects = [] } }: Application, { parts }: Reading): Level =>
  readsOneTable(parts) && effects.every(({ kind }) => kind === "unseen" || kind === "history")
    ? lowestLevel(session)
    : "REPEATABLE READ";

type Prepared = { readonly outcome: Outcome } | { readonly evidence: JsonObject };

/** Everything up to COMMIT: an outcome when the world is not what was approved, else the evidence so far. */
async function prepare(application: Application, aim: Aim): Promise<Prepared> {
  const { session, server, approvedPreview, change, tag } = application;
  await refuseOutsiders(session, aim, server.database);
  const scope = keyDrift(aim, approvedPreview, await lockKeys(session, aim, isFew(aim, approvedPreview)));
  if ("message" in scope) return driftOutcome(application, scope);
  const ground = await readGround(session, aim, scope.selections, server.database);
  const difference = groundDrift(aim, approvedPreview, ground, catalogueOf(aim, ground.passing));
  if (difference !== null) return driftOutcome(application, difference);
  const trial = await carryOut(session, aim, ground, tagOf(tag, change.sql));
  const evidence = evidenceOf(application, trial);
  if (!trial.open) {
    const message = "The statement ended its own transaction, so what it did can no longer be taken back.";
    return { outcome: { kind: "unknown", message, evidence } };
  }
  const message = resultDrift(aim, approvedPreview, trial.images, trial.matched);
  if (message !== null) return driftOutcome(application, { message, evidence });
  const preparation = await keepUndo(application, { images: trial.images, keys: ground.passing.keys }, evidence);
  if ("outcome" in preparation || scope.addedKeys.length === 0) return preparation;
  return { evidence: { ...preparation.evidence, left_alone: scope.addedKeys.map((key) => key.join("/")) } };
}

/** What the server counted, and where. */
const evidenceOf = ({ session, server }: Application, trial: Trial): JsonObject => ({
  connection_id: session.connectionId,
  server: server.fingerprint,
  matched: trial.matched,
  changed: trial.changed,
  warnings: trial.warnings,
});

/** Hands the undo over before COMMIT: what was announced and cannot be kept stops the change. */
async function keepUndo(
  application: Application,
  way: Pick<Way, "images" | "keys">,
  evidence: JsonObject,
): Promise<Prepared> {
  const { session, approvedPreview, redact, keep } = application;
  const notice = approvedPreview.undo ?? { kind: "complete", why: [] };
  const undo = undoOf(undoChanges({ ...way, maxCharacters: mostTogether(session) }), notice, redact);
  if (undo.kind === "none" && notice.kind !== "none") {
    const message = `The undo that was announced cannot be kept (${undo.why.join("; ")}). It was rolled back.`;
    return driftOutcome(application, { message, evidence });
  }
  if (await keep(undo)) return { evidence: { ...evidence, undo: undo.kind } };
  const message = "The undo could not be kept, so the change was rolled back.";
  return { outcome: notApplied(application, { why: "rolled-back", code: null, message, observation: evidence }) };
}

const driftOutcome = (application: Application, { message, evidence }: Drift): Prepared => ({
  outcome: notApplied(application, { why: "drifted", code: null, message, observation: evidence }),
});

/** Whether an index surely helps to find the rows: then they are read whole as they are locked. */
const isFew = ({ targets }: Aim, { matched: rowCount }: ChangePreview): boolean =>
  targets.every(({ info }) => info.rows <= MOST_KEYS || rowCount * 10 <= info.rows);

async function commit({ session, redact }: Application, evidence: JsonObject): Promise<Outcome> {
  try {
    await session.control("COMMIT");
    return { kind: "applied", evidence };
  } catch (error) {
    const trouble = troubleOf(error, redact);
    if (!trouble.sent) throw trouble; // it never left, so the server rolls back
    await rollBack(session);
    const message = `COMMIT was sent, but no answer came (${trouble.message}): it may or may not have been carried out.`;
    return { kind: "unknown", message, evidence: { ...evidence, trouble: trouble.message, code: trouble.code } };
  }
}

/** Handrail's own refusal. */
function ownRefusal({ message, code }: SqlTrouble, isAimed: boolean): Refusal {
  const sentence = message.replace(/\.$/u, "");
  if (!isAimed) return { why: "not-sent", code, message: `The statement was not sent: ${sentence}.`, observation: {} };
  // The change could be shown when it was approved, and now it could not.
  return { why: "drifted", code, message: `${sentence}. Nothing was changed.`, observation: { said: message } };
}

/**
 * No COMMIT has left: the server undoes the transaction, whether we asked it to or it lost sight of us. `isAimed`: whether it
 * came so far that its tables are known, and may have been sent.
 */
function undone(application: Application, trouble: SqlTrouble, isAimed: boolean): Outcome {
  const { message, code, kind, sent: isSent } = trouble;
  if (kind === "refused" && !isSent) return notApplied(application, ownRefusal(trouble, isAimed));
  if (kind === "refused") {
    const text = `The database refused: ${message}. Nothing was changed.`;
    return notApplied(application, { why: "refused", code, message: text, observation: { said: message } });
  }
  const text = `The connection to the database was lost before COMMIT (${message}). Nothing was changed.`;
  const reason = isAimed ? "rolled-back" : "not-sent";
  return notApplied(application, { why: reason, code, message: text, observation: { said: message } });
}

interface Refusal {
  readonly why: Why;
  readonly code: string | null;
  readonly message: string;
  /** What was seen, beside the connection and the server. */
  readonly observation: JsonObject;
}

function notApplied({ session, server }: Application, { observation, ...refusal }: Refusal): Outcome {
  const evidence = { connection_id: session.connectionId, server: server.fingerprint, ...observation };
  return { kind: "not-applied", ...refusal, evidence };
}
