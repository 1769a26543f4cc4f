/** Makes the connections of a site that every site has. Nothing is dialled here: each port connects when it is first asked. */
import { closeAll } from "./close-all.ts";
import type { Holder } from "../engine/lock-port.ts";
import type { Bodies } from "../engine/bodies.ts";
import type { Reader } from "../engine/record.ts";
import type { Failure } from "../ports/outcome.ts";
import type { CorePorts, Ports } from "../ports/ports.ts";
import type { RowsNow } from "../ports/sql.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Secret } from "../text/secret.ts";
import { siteClock } from "./clock.ts";
import { rowsBeside } from "./mysql/beside.ts";
import { runLocks, type HostLocks, type RunLocks } from "./mysql/locks.ts";
import { makeReader, type TextTable } from "./mysql/reader.ts";
import { serverOf, type Server } from "./mysql/server.ts";
import { sqlPort } from "./mysql/sql-port.ts";
import { makeWriter, type Writer } from "./mysql/writer.ts";
import { processPort, type ProcessOptions } from "./process.ts";
import { scriptPort } from "./script.ts";
import { bannersOf, type CoreSite } from "./site.ts";

export interface ConnectOptions {
  /** Takes secrets out of every message. */
  readonly redact: (text: string) => string;
  /** Is told each secret that is only learnt later. */
  readonly keep?: (secret: Secret) => void;
  /** The locks of this host; without them only the server's are taken. */
  readonly host?: HostLocks;
  /** Who holds the locks of a run, as other hosts are told when they are refused. */
  readonly holder?: (runId: string) => Holder;
  /** Hears of every statement on the run's writing connection how long its answer took, in milliseconds. */
  readonly observe?: (sql: string, ms: number) => void;
}

/** Writes the progress of a run into a log that the site has of its own. It never holds the recovery up. */
export interface Follower {
  readonly reader: Reader;
  /** Waits until everything is written, at most ten seconds; says how far it is behind otherwise. */
  drain(): Promise<void>;
  /** Writes no more, and says how far it is behind: for a run whose journal cannot be written any more. */
  leave(): void;
  /** What of the run is in that log by now, as far as the server confirmed it. */
  written(): Bodies["joblog.written"];
}

interface Own {
  readonly locks: RunLocks;
  /** Which kind of database server the site has. */
  server(): Promise<Result<Server, Failure>>;
  /** A read for a person to look at: every value as text. `database` is where its names are looked for. */
  look(sql: string, database?: string): Promise<Result<TextTable, Failure>>;
  /** Whole rows as they are now, for a person to see beside a preview. */
  rows(table: string, keys: readonly (readonly string[])[]): Promise<Result<RowsNow, Failure>>;
  /** What the operator must keep seeing. */
  readonly banners: readonly string[];
  close(): Promise<void>;
}

/** What every site has. */
export type CoreConnections = CorePorts & Own;

/** The world of one site, for one run. */
export interface Connections extends Ports, Own {
  /** Follows one run; `complain` is told what could not be written. */
  follow(complain: (text: string) => void): Follower;
}

/** What every site has, and the connection that carries the locks of a run. */
export interface Core {
  readonly connections: CoreConnections;
  readonly writer: Writer;
}

/** The connections that every site has, without asking anything yet. */
export function coreOf(
  site: CoreSite,
  programs: Pick<ProcessOptions, "machine" | "elsewhere" | "services">,
  options: ConnectOptions,
): Core {
  const { redact, host = null, holder, observe } = options;
  const clock = siteClock(site.lab?.scale ?? 1);
  const reader = makeReader({ site: site.mysql, redact });
  const writer = makeWriter({ site: site.mysql, redact, ...(observe === undefined ? {} : { observe }) });
  const locks = runLocks({ writer, host, redact, holder });
  const connections: CoreConnections = {
    sql: sqlPort({ reader, writer, locks, clock, redact }),
    clock,
    locks,
    script: scriptPort(redact),
    process: processPort({ ...programs, own: site.lab !== null, redact, clock }),
    server: () => reader.ask(serverOf, "Asking the database which server it is"),
    look: (sql, database) => reader.look(sql, database),
    rows: (table, keys) =>
      reader.ask((session) => rowsBeside(session, table, keys, redact), "Reading rows from the database"),
    banners: bannersOf(site),
    close: async () => {
      try {
        await locks.release();
      } finally {
        await closeAll([() => reader.close(), () => writer.close()]);
      }
    },
  };
  return { connections, writer };
}

/** Proves that the database of a site can be reached, and gives its connections. */
export async function reachDatabase<C extends CoreConnections>(
  connections: C,
  writer: Writer,
): Promise<Result<C, Failure>> {
  // Both connections are made at the same time; a run takes its locks on this one next, and is told there what is wrong.
  void writer.alone(() => Promise.resolve()).catch(() => undefined);
  const identity = await connections.sql.identity();
  if (identity.ok) return ok(connections);
  await connections.close();
  return err(identity.error);
}
