/** The SQL port: reads on the reading connection, changes on the run's one writer. */
import type { JsonObject } from "../../ports/json.ts";
import type { Outcome } from "../../ports/outcome.ts";
import type { ClockPort } from "../../ports/clock.ts";
import type { ChangePreview, KeepUndo, SqlChange, SqlPort, SqlTag } from "../../ports/sql.ts";
import { err, ok } from "../../ports/result.ts";
import { apply } from "./change/apply.ts";
import { applyBlind, orBlind } from "./change/blind.ts";
import { preview } from "./change/preview.ts";
import { fenceSeconds, fenceWait, goneFrom, judge } from "./change/settle.ts";
import { identify } from "./identity.ts";
import type { RunLocks } from "./locks.ts";
import { inDoubt, unsent } from "./outcomes.ts";
import type { Reader } from "./reader.ts";
import type { SqlSession } from "./session.ts";
import { failureOf, troubleOf } from "./trouble.ts";
import type { Writer } from "./writer.ts";

export interface SqlOptions {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly locks: RunLocks;
  readonly clock: ClockPort;
  readonly redact: (text: string) => string;
}

/** Makes the SQL port. */
export function sqlPort(options: SqlOptions): SqlPort {
  return new Sql(options);
}

/** From where a statement was sent. */
interface Origin extends JsonObject {
  readonly old_connection: string;
  readonly server: string;
}

/** What an intent says of it; null where it does not say all. */
const originOf = ({ connection_id: old, fingerprint }: JsonObject): Origin | null =>
  typeof old === "string" && typeof fingerprint === "string" ? { old_connection: old, server: fingerprint } : null;

class Sql implements SqlPort {
  readonly #options: SqlOptions;

  constructor(options: SqlOptions) {
    this.#options = options;
  }

  identity(): ReturnType<SqlPort["identity"]> {
    return this.#options.reader.ask((session) => identify(session), "Asking the database who it is");
  }

  read(...[query, columns]: Parameters<SqlPort["read"]>): ReturnType<SqlPort["read"]> {
    return this.#options.reader.read(query, columns);
  }

  async preview(change: SqlChange): ReturnType<SqlPort["preview"]> {
    const { writer, redact } = this.#options;
    try {
      const result = await writer.inAnyMode(async (session) => {
        const server = await writer.identity(session);
        return orBlind(change, server.fingerprint, () => preview({ session, server, change, redact }));
      });
      return ok(result);
    } catch (error) {
      return err(failureOf(error, "Previewing the change", redact));
    }
  }

  async beforeIntent(): ReturnType<SqlPort["beforeIntent"]> {
    const { writer, redact } = this.#options;
    try {
      return ok(
        await writer.inAnyMode(async (session) => {
          const { fingerprint } = await writer.identity(session);
          return { connection_id: session.connectionId, fingerprint };
        }),
      );
    } catch (error) {
      return err(failureOf(error, "Preparing the change", redact));
    }
  }

  async apply(
    change: SqlChange,
    approvedPreview: ChangePreview,
    tag: SqlTag,
    keep: KeepUndo = () => Promise.resolve(true),
  ): Promise<Outcome> {
    const { writer, redact } = this.#options;
    try {
      return await writer.inAnyMode(async (session) => {
        if (tag.connection_id !== undefined && session.connectionId !== tag.connection_id) {
          return unsent("The connection that the intent names is gone, so the statement was not sent.");
        }
        const server = await writer.identity(session);
        if (approvedPreview.blind !== undefined) return await applyBlind({ session, server, change, tag, redact });
        return await apply({ session, server, change, approvedPreview, tag, redact, keep });
      });
    } catch (error) {
      // Whatever throws this far did so before a transaction was begun.
      return unsent(`The statement was not sent: ${troubleOf(error, redact).message.replace(/\.$/u, "")}.`);
    }
  }

  async settle(change: SqlChange, approvedPreview: ChangePreview, intent: JsonObject): Promise<Outcome> {
    const { locks, writer, clock, redact } = this.#options;
    if (approvedPreview.blind !== undefined)
      return inDoubt("A statement without a preview leaves no trace to look for.", {});
    const evidence = originOf(intent);
    if (evidence === null) return inDoubt("The intent does not say on which connection the statement was sent.", {});
    const fence = await locks.fence(fenceSeconds(clock));
    if (!fence.ok) return inDoubt(fence.error.message, evidence);
    try {
      return await writer.alone((session) => this.#look(session, change, approvedPreview, evidence));
    } catch (error) {
      return inDoubt(`Looking at the rows failed: ${troubleOf(error, redact).message}.`, evidence);
    }
  }

  async #look(
    session: SqlSession,
    change: SqlChange,
    approvedPreview: ChangePreview,
    evidence: Origin,
  ): Promise<Outcome> {
    const { writer, clock } = this.#options;
    const server = await writer.identity(session);
    if (server.fingerprint !== evidence.server) {
      return inDoubt("This is another server than the one that the statement was sent to.", {
        ...evidence,
        now: server.fingerprint,
      });
    }
    if (!(await goneFrom(session, evidence.old_connection, fenceWait(clock)))) {
      return inDoubt(`Connection ${evidence.old_connection}, which sent the statement, is still there.`, evidence);
    }
    return judge({ session, change, server }, approvedPreview, evidence);
  }
}
