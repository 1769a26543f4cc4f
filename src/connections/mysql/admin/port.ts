/** The port to administrative acts, over the run's one writing connection. */
import type { AdminAct, AdminFacts, AdminPort } from "../../../ports/sql-admin.ts";
import { canonical, type JsonObject } from "../../../ports/json.ts";
import type { Failure, Outcome } from "../../../ports/outcome.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import type { ClockPort } from "../../../ports/clock.ts";
import type { SqlTag } from "../../../ports/sql.ts";
import type { SqlSession } from "../session.ts";
import { tagOf } from "../tag.ts";
import { inDoubt, troubleOutcome, unsent } from "../outcomes.ts";
import { failureOf, isRefusal, troubleOf } from "../trouble.ts";
import type { Writer } from "../writer.ts";
import type { RunLocks } from "../locks.ts";
import { fenceSeconds, fenceWait, goneFrom } from "../change/settle.ts";
import { statementOf } from "./statement.ts";
import { NO_THREAD, survey } from "./survey.ts";

interface AdminOptions {
  readonly writer: Writer;
  readonly locks: RunLocks;
  readonly clock: ClockPort;
  readonly redact: (text: string) => string;
}

/** Makes the port. */
export const adminPort = (options: AdminOptions): AdminPort => new Admin(options);

class Admin implements AdminPort {
  readonly #options: AdminOptions;

  constructor(options: AdminOptions) {
    this.#options = options;
  }

  survey(act: AdminAct): Promise<Result<AdminFacts, Failure>> {
    return this.#asked("Looking at the server", (session) => survey(session, act));
  }

  beforeIntent(): Promise<Result<JsonObject, Failure>> {
    const { writer } = this.#options;
    return this.#asked("Preparing the act", async (session) => {
      const { fingerprint } = await writer.identity(session);
      return { connection_id: session.connectionId, fingerprint };
    });
  }

  async carryOut(act: AdminAct, approved: AdminFacts, tag: SqlTag): Promise<Outcome> {
    const { writer, redact } = this.#options;
    try {
      return await writer.alone(async (session) => {
        if (tag.connection_id !== undefined && session.connectionId !== tag.connection_id)
          return unsent("The connection that the intent names is gone, so nothing was sent.");
        const { same } = await survey(session, act);
        if (canonical(same) !== canonical(approved.same)) return drifted(same);
        const outcome = await this.#send(session, act, tag);
        return outcome.kind === "applied" && act.op === "purge_binary_logs"
          ? await purged(session, act, { outcome, approved }).catch((error: unknown) => unseen(error, redact))
          : outcome;
      });
    } catch (error) {
      // Whatever throws this far did so before the statement was sent.
      return unsent(`Nothing was sent: ${troubleOf(error, redact).message.replace(/\.$/u, "")}.`);
    }
  }

  async settle(act: AdminAct, approved: AdminFacts, intent: JsonObject): Promise<Outcome> {
    const { writer, locks, clock, redact } = this.#options;
    const { connection_id: old, fingerprint } = intent;
    if (typeof old !== "string") return inDoubt("The intent does not say on which connection it was sent.", {});
    const fence = await locks.fence(fenceSeconds(clock));
    if (!fence.ok) return inDoubt(fence.error.message, intent);
    try {
      return await writer.alone(async (session) => {
        const server = await writer.identity(session);
        if (server.fingerprint !== fingerprint)
          return inDoubt("This is another server than the one that it was sent to.", { now: server.fingerprint });
        if (!(await goneFrom(session, old, fenceWait(clock))))
          return inDoubt(`Connection ${old}, which sent it, is still there.`, intent);
        return await look(session, act, approved);
      });
    } catch (error) {
      return inDoubt(`Looking at the server failed: ${troubleOf(error, redact).message}.`, {});
    }
  }

  async #send(session: SqlSession, act: AdminAct, tag: SqlTag): Promise<Outcome> {
    const { redact } = this.#options;
    const statement = statementOf(act, session.dialect);
    const evidence = { connection_id: session.connectionId, statement };
    try {
      await session.control(tagOf(tag, statement) + statement);
      return { kind: "applied", evidence };
    } catch (error) {
      return troubleOutcome(troubleOf(error, redact), evidence);
    }
  }

  async #asked<T>(purpose: string, work: (session: SqlSession) => Promise<T>): Promise<Result<T, Failure>> {
    const { writer, redact } = this.#options;
    try {
      return ok(await writer.alone(work));
    } catch (error) {
      return err(failureOf(error, purpose, redact));
    }
  }
}

/** Variables that do something when they are set and show nothing of it, as a button that is pushed. */
const PUSHES =
  /^(wsrep_provider_options|innodb_buffer_pool_evict|innodb_monitor_\w+|rocksdb_(compact|create|delete|cancel)_\w+|\w+_(now|abort))$/u;

/** Whether what a variable holds tells nothing of whether it was set. */
const isPush = (variable: string): boolean => PUSHES.test(variable);

/** The end of an act that a look shows. What the server may still be at, or what leaves nothing to see, is not known. */
async function look(session: SqlSession, act: AdminAct, approved: AdminFacts): Promise<Outcome> {
  if (act.op === "flush") return inDoubt("A flush leaves nothing to look for.", {});
  if (approved.done !== false)
    return inDoubt("It was so, or about to be, before it was sent: what is there now tells nothing of that.", {});
  try {
    const { done: isDone, same } = await survey(session, act);
    if (isDone === true) return { kind: "applied", evidence: { looked: same } };
    // These act before they answer, and the connection that sent them is gone: what is as it was, was not touched.
    // A connection that is still there and was not told to end is a witness, too.
    const isWhole =
      (act.op === "set_global" && !isPush(act.variable)) ||
      act.op === "purge_binary_logs" ||
      (act.op === "kill" && isDone === false);
    if (!isWhole || canonical(same) !== canonical(approved.same))
      return inDoubt("What is there now does not tell whether it was carried out.", same);
    return { kind: "not-applied", why: "not-sent", code: null, message: "the server is as it was", evidence: same };
  } catch (error) {
    if (act.op === "kill" && isRefusal(error) && error.code === NO_THREAD)
      return { kind: "applied", evidence: { gone: act.thread } };
    throw error;
  }
}

/** It was sent and answered; only the look behind it failed. */
const unseen = (error: unknown, redact: (text: string) => string): Outcome =>
  inDoubt(`The server answered; looking at what it did failed: ${troubleOf(error, redact).message}.`, {});

/** A server answers a purge with success, too, where it purged nothing: a log that is in use, and all behind it, stay. */
async function purged(
  session: SqlSession,
  act: AdminAct,
  { outcome, approved }: { readonly outcome: Extract<Outcome, { kind: "applied" }>; readonly approved: AdminFacts },
): Promise<Outcome> {
  const { done: isDone, same, seen } = await survey(session, act);
  if (isDone === true) return outcome;
  const message = `the server answered, but not all of them are gone: one is in use, and ${seen[0] ?? ""}`;
  return canonical(same) === canonical(approved.same)
    ? { kind: "not-applied", why: "refused", code: null, message: `None was purged: ${message}.`, evidence: same }
    : { ...outcome, flaw: message };
}

const drifted = (evidence: JsonObject): Outcome => ({
  kind: "not-applied",
  why: "drifted",
  code: null,
  message: "What it would meet is not what was approved; nothing was sent.",
  evidence,
});
