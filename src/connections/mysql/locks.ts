/** The run's locks: this host's first, then the server's on the writer connection. All of them or none. */
import type { Holder, LockHeld, LockPort, LockUnusable } from "../../engine/lock-port.ts";
import { failure, type Failure } from "../../ports/outcome.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { clientOf, readHolder, spell, unspell } from "./holder.ts";
import { sha256 } from "./identity.ts";
import type { SqlSession } from "./session.ts";
import { failureOf } from "./trouble.ts";
import type { Writer } from "./writer.ts";

interface LockTarget {
  readonly key: string;
  readonly label: string;
}

/** The locks of this host, which somebody else keeps: one open file per target that dies with the process. */
export interface HostLocks {
  acquire(targets: readonly LockTarget[], runId: string): Result<void, LockHeld | LockUnusable>;
  /** Whether they are still the locks that others see; where it cannot be told, it is not asked. */
  held?(): boolean;
  release(): void;
}

/** The server part can be taken again after the connection was lost: that is the fence before settling. */
export interface RunLocks extends LockPort {
  /** Proves that the run's locks are held now; takes them again, waiting up to `seconds`, where they were lost. */
  fence(seconds: number): Promise<Result<void, Failure>>;
}

export interface LockOptions {
  readonly writer: Writer;
  readonly host: HostLocks | null;
  readonly redact: (text: string) => string;
  /** Who holds the locks of a run, as others are told; without it nobody is. */
  readonly holder?: ((runId: string) => Holder) | undefined;
}

interface ServerLock extends LockTarget {
  readonly name: string;
}

/** Seconds; the connection's own statement limit is 30. */
const LONGEST_WAIT = 25;
const ASKED = "Locking the targets on the database server";

/** Makes the lock port over the writer connection. */
export function runLocks(options: LockOptions): RunLocks {
  return new Locks(options);
}

/** 64 characters at most, and the server ignores case: so the key is hashed. */
export const lockName = (fingerprint: string, key: string): string =>
  `handrail:${sha256(`${fingerprint}\0${key}`).slice(0, 40)}`;

class Locks implements RunLocks {
  readonly #options: LockOptions;
  #held: readonly ServerLock[] = [];
  #holder: Holder | null = null;

  constructor(options: LockOptions) {
    this.#options = options;
  }

  async acquire(
    targets: readonly LockTarget[],
    runId: string,
  ): Promise<Result<void, LockHeld | LockUnusable | Failure>> {
    if (this.#held.length > 0) await this.release();
    const { host } = this.#options;
    this.#holder = this.#options.holder?.(runId) ?? null;
    const onHost = host?.acquire(targets, runId);
    if (onHost?.ok === false) return onHost;
    const onServer = await this.#onServer(targets, 0);
    if (!onServer.ok) host?.release();
    return onServer;
  }

  async #onServer(targets: readonly LockTarget[], seconds: number): Promise<Result<void, LockHeld | Failure>> {
    const attempt = await this.#valued((session) => this.#takeAll(session, targets, seconds));
    return attempt.ok ? attempt.value : attempt;
  }

  async check(): Promise<Result<void, Failure>> {
    if (this.#held.length === 0) return ok(undefined);
    if (this.#options.host?.held?.() === false) {
      return err(failure("refused", "The run's locks are lost: a lock file on this host was removed."));
    }
    const ownership = await this.#valued((session) => this.#ours(session), "inAnyMode");
    if (!ownership.ok)
      return err({ ...ownership.error, message: `The run's locks are lost. ${ownership.error.message}` });
    return ownership.value
      ? ok(undefined)
      : err(failure("refused", "The run's locks are lost: the server gave them to another connection."));
  }

  async fence(seconds: number): Promise<Result<void, Failure>> {
    const { writer } = this.#options;
    if (this.#held.length === 0) {
      return err(
        failure(
          "refused",
          "This process does not hold the run's locks, so it cannot tell what the other one still does.",
        ),
      );
    }
    const proof = await this.check();
    if (proof.ok) return proof;
    writer.pin(false);
    await writer.renew();
    // Where it fails they are still the run's: a later try may succeed.
    const onServer = await this.#onServer(this.#held, Math.min(seconds, LONGEST_WAIT));
    if (onServer.ok) return onServer;
    if (onServer.error.kind !== "held") return err(onServer.error);
    return err(failure("refused", "Another connection still holds the run's locks on the database server."));
  }

  async release(): Promise<void> {
    const names = this.#held;
    const { writer, host } = this.#options;
    if (names.length > 0) {
      const holder = this.#holder;
      await this.#valued(async (session) => {
        await drop(session, names);
        if (holder !== null) await unspell(session, holder);
      }, "inAnyMode");
      this.#held = [];
      writer.pin(false);
    }
    host?.release();
  }

  async #takeAll(
    session: SqlSession,
    targets: readonly LockTarget[],
    seconds: number,
  ): Promise<Result<void, LockHeld>> {
    const { writer } = this.#options;
    const { fingerprint } = await writer.identity(session);
    const locks = targets.map((target) => ({ ...target, name: lockName(fingerprint, target.key) }));
    const own = this.#holder;
    if (own !== null) await spell(session, own);
    for (const [index, lock] of locks.entries()) {
      const { rows } = await session.run("SELECT GET_LOCK(?, ?)", [lock.name, String(seconds)]);
      if (String(rows[0]?.[0]) === "1") continue;
      await drop(session, locks.slice(0, index));
      if (own !== null) await unspell(session, own);
      return err({ kind: "held", target: lock.label, where: "server", ...(await whoHolds(session, lock.name)) });
    }
    this.#held = locks;
    writer.pin(locks.length > 0);
    return ok(undefined);
  }

  async #ours(session: SqlSession): Promise<boolean> {
    const conditions = this.#held.map(() => "IS_USED_LOCK(?) <=> CONNECTION_ID()");
    const { rows } = await session.run(
      `SELECT ${conditions.join(" AND ")}`,
      this.#held.map((lock) => lock.name),
    );
    return String(rows[0]?.[0]) === "1";
  }

  async #valued<T>(
    work: (session: SqlSession) => Promise<T>,
    how: "alone" | "inAnyMode" = "alone",
  ): Promise<Result<T, Failure>> {
    try {
      return ok(await this.#options.writer[how](work));
    } catch (error) {
      return err(failureOf(error, ASKED, this.#options.redact));
    }
  }
}

/** The holder of a lock by its connection. A lock that was let go meanwhile has none: then nothing is known of it. */
async function whoHolds(session: SqlSession, name: string): Promise<Pick<LockHeld, "holder" | "connection">> {
  const { rows } = await session.run("SELECT IS_USED_LOCK(?)", [name]);
  const id = rows[0]?.[0] ?? null;
  if (id === null) return { holder: null, connection: null };
  const connection = String(id);
  const holder = await readHolder(session, connection);
  return { holder, connection: { id: connection, client: await clientOf(session, connection) } };
}

async function drop(session: SqlSession, locks: readonly ServerLock[]): Promise<void> {
  for (const lock of locks) await session.run("SELECT RELEASE_LOCK(?)", [lock.name]);
}
