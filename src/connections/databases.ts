/** The databases of a site: each has its own reader, its own writer and the locks of a run on its server. */
import type { Holder, LockHeld, LockPort, LockUnusable } from "../engine/lock-port.ts";
import type { ClockPort } from "../ports/clock.ts";
import { failure, type Failure } from "../ports/outcome.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { AdminPort } from "../ports/sql-admin.ts";
import type { SqlPort } from "../ports/sql.ts";
import { closeAll } from "./close-all.ts";
import { runLocks, type HostLocks, type RunLocks } from "./mysql/locks.ts";
import { adminPort } from "./mysql/admin/port.ts";
import { makeReader, type Reader } from "./mysql/reader.ts";
import { sqlPort } from "./mysql/sql-port.ts";
import { makeWriter, type Writer } from "./mysql/writer.ts";
import type { NamedDatabase } from "./site.ts";

export interface DatabaseOptions {
  readonly redact: (text: string) => string;
  readonly clock: ClockPort;
  /** The locks of this host, which one database of a site takes with its own; null for the others. */
  readonly host: HostLocks | null;
  readonly holder?: ((runId: string) => Holder) | undefined;
  readonly observe?: ((sql: string, ms: number) => void) | undefined;
}

/** One database of a site. Nothing is connected before it is asked. */
export interface Database {
  readonly name: string;
  readonly sql: SqlPort;
  readonly admin: AdminPort;
  readonly locks: RunLocks;
  readonly reader: Reader;
  readonly writer: Writer;
  close(): Promise<void>;
}

/** Makes the ports of one database. */
export function databaseOf(
  { name, mysql, onReplica: isReplicaMeant }: NamedDatabase,
  options: DatabaseOptions,
): Database {
  const { redact, clock, host, holder, observe } = options;
  const reader = makeReader({ site: mysql, redact });
  const writer = makeWriter({ site: mysql, redact, isReplicaMeant, ...(observe === undefined ? {} : { observe }) });
  const locks = runLocks({ writer, host, redact, holder });
  const sql = sqlPort({ reader, writer, locks, clock, redact });
  const admin = adminPort({ writer, locks, clock, redact });
  return {
    name,
    sql,
    admin,
    locks,
    reader,
    writer,
    close: () => closeAll([() => reader.close(), () => writer.close()]),
  };
}

type Acquired = Result<void, LockHeld | LockUnusable | Failure>;

/** Why nothing can be asked of a database where a site has none. */
export const noDatabase = (site: string): Failure =>
  failure("refused", `The site ${site} has no database; its configuration names none under mysql or connections.`);

/** The locks of this host alone: all that a site without a database has. */
function hostLocksOnly(host: HostLocks | null): LockPort {
  const lost = failure("refused", "The run's locks are lost: a lock file on this host was removed.");
  return {
    acquire: (targets, runId) => Promise.resolve(host?.acquire(targets, runId) ?? ok(undefined)),
    check: () => Promise.resolve(host?.held?.() === false ? err(lost) : ok(undefined)),
    release: () => Promise.resolve(host?.release()),
  };
}

/**
 * The locks of a run on every database that it uses, the first with this host's. All of them or none: what another
 * database refuses gives the first ones back.
 */
export class SiteLocks implements LockPort {
  readonly #first: LockPort;
  readonly #others: ReadonlyMap<string, LockPort>;

  constructor(databases: readonly Database[], host: HostLocks | null) {
    const [first, ...others] = databases;
    this.#first = first?.locks ?? hostLocksOnly(host);
    this.#others = new Map(others.map(({ name, locks }) => [name, locks]));
  }

  async acquire(...[targets, runId, names = []]: Parameters<LockPort["acquire"]>): Promise<Acquired> {
    const first = await this.#first.acquire(targets, runId);
    if (!first.ok) return first;
    for (const name of new Set(names)) {
      const next = (await this.#others.get(name)?.acquire(targets, runId)) ?? ok(undefined);
      if (next.ok) continue;
      await this.release();
      return next;
    }
    return first;
  }

  async check(): Promise<Result<void, Failure>> {
    for (const locks of this.#all()) {
      const held = await locks.check();
      if (!held.ok) return held;
    }
    return ok(undefined);
  }

  async release(): Promise<void> {
    await closeAll(this.#all().map((locks) => () => locks.release()));
  }

  #all(): LockPort[] {
    return [this.#first, ...this.#others.values()];
  }
}
