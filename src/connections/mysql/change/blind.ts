/** Statements without a preview: only what a person typed and approved by a typed name comes this far. */
import { canonical } from "../../../ports/json.ts";
import type { Outcome } from "../../../ports/outcome.ts";
import type { ChangePreview, SqlChange } from "../../../ports/sql.ts";
import { lexMode } from "../../../sql/token.ts";
import { sha256 } from "../identity.ts";
import type { Application } from "./apply.ts";
import { commitEach, forgetMode } from "../commit-mode.ts";
import { tagOf } from "../tag.ts";
import { troubleOutcome } from "../outcomes.ts";
import { SqlTrouble, troubleOf } from "../trouble.ts";
import { ready } from "./aim.ts";

/** The preview, or where there can be none and the change may go without it: why. */
export async function orBlind(
  change: SqlChange,
  fingerprint: string,
  preview: () => Promise<ChangePreview>,
): Promise<ChangePreview> {
  try {
    return await preview();
  } catch (error) {
    if (change.blind !== true || !isUnpreviewable(error)) throw error;
    const digest = sha256(canonical({ server: fingerprint, sql: change.sql, values: change.values }));
    return {
      table: change.touches.table,
      key_columns: [],
      keys: [],
      matched: 0,
      digest,
      blind: error.message.replace(/\.$/u, ""),
      raises: ["it cannot be previewed"],
      undo: { kind: "none", why: ["it could not be previewed"] },
    };
  }
}

const CANNOT: ReadonlySet<string | null> = new Set(["no-preview", "no-table"]);

const isUnpreviewable = (error: unknown): error is SqlTrouble => error instanceof SqlTrouble && CANNOT.has(error.code);

type BlindApplication = Pick<Application, "session" | "server" | "change" | "tag" | "redact">;

/** Sends the statement once, outside any transaction of ours. */
export async function applyBlind({ session, server, change, tag, redact }: BlindApplication): Promise<Outcome> {
  const origin = { connection_id: session.connectionId, server: server.fingerprint };
  const { rows } = await session.run("SELECT @@sql_mode");
  const { sql, values } = ready(change, lexMode(String(rows[0]?.[0])));
  await commitEach(session);
  try {
    const {
      matched: matchedCount,
      changed: changedCount,
      warnings,
    } = await session.run(tagOf(tag, change.sql) + sql, values);
    return { kind: "applied", evidence: { ...origin, matched: matchedCount, changed: changedCount, warnings } };
  } catch (error) {
    const trouble = troubleOf(error, redact);
    return troubleOutcome(trouble, { ...origin, said: trouble.message });
  } finally {
    forgetMode(session);
    session.forget();
  }
}
