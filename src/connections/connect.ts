/** Makes the connections of a site that every site has. Nothing is dialled here: each port connects when it is first asked. */
import { closeAll } from "./close-all.ts";
import type { Holder, LockPort } from "../engine/lock-port.ts";
import type { Bodies } from "../engine/bodies.ts";
import type { Reader } from "../engine/record.ts";
import type { Failure } from "../ports/outcome.ts";
import type { CorePorts, Ports } from "../ports/ports.ts";
import type { RowsNow } from "../ports/sql.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Secret } from "../text/secret.ts";
import { siteClock } from "./clock.ts";
import { databaseOf, noDatabase, SiteLocks, type Database } from "./databases.ts";
import { missingSql } from "../phases/connection.ts";
import { httpService } from "./http-port.ts";
import { rowsBeside } from "./mysql/beside.ts";
import type { HostLocks } from "./mysql/locks.ts";
import type { TextTable } from "./mysql/reader.ts";
import { serverOf, type Server } from "./mysql/server.ts";
import { programPort } from "./program/port.ts";
import { processPort, type ProcessOptions } from "./process.ts";
import { scriptPort } from "./script.ts";
import { bannersOf, databasesOf, programsOf, servicesOf, type CoreSite } from "./site.ts";

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
  readonly locks: LockPort;
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
  /** Follows one run; `complain` is told what could not be written. null where the site has no log of its own. */
  follow(complain: (text: string) => void): Follower | null;
}

/** What every site has, and its databases; the first is the one that a step means which names none. */
export interface Core {
  readonly connections: CoreConnections;
  readonly databases: readonly Database[];
}

/** The connections that every site has, without asking anything yet. */
export function coreOf(
  site: CoreSite,
  programs: Pick<ProcessOptions, "machine" | "elsewhere" | "services">,
  options: ConnectOptions,
): Core {
  const { redact, host = null, holder, observe } = options;
  const clock = siteClock(site.lab?.scale ?? 1);
  const databases = databasesOf(site).map((database, index) =>
    databaseOf(database, { redact, clock, host: index === 0 ? host : null, holder, observe }),
  );
  const [first] = databases;
  const sql = first?.sql ?? missingSql(noDatabase(site.name).message);
  const services = servicesOf(site).map((service) => httpService(service, redact));
  const locks = new SiteLocks(databases, host);
  const refuse = Promise.resolve(err(noDatabase(site.name)));
  const connections: CoreConnections = {
    sql,
    databases: Object.fromEntries(databases.map((database) => [database.name, database.sql])),
    admins: Object.fromEntries(databases.map((database) => [database.name, database.admin])),
    http: Object.fromEntries(services.map(({ port }) => [port.name, port])),
    clock,
    locks,
    script: scriptPort(redact),
    program: programPort({ clock, redact }),
    programs: Object.fromEntries(programsOf(site).map((list) => [list.name, list.programs])),
    process: processPort({ ...programs, own: site.lab !== null, redact, clock }),
    server: () => first?.reader.ask(serverOf, "Asking the database which server it is") ?? refuse,
    look: (statement, database) => first?.reader.look(statement, database) ?? refuse,
    rows: (table, keys) =>
      first?.reader.ask((session) => rowsBeside(session, table, keys, redact), "Reading rows from the database") ??
      refuse,
    banners: bannersOf(site),
    close: async () => {
      try {
        await locks.release();
      } finally {
        await closeAll([...databases, ...services].map((connection) => () => connection.close()));
      }
    },
  };
  return { connections, databases };
}

/** Proves that the first database of a site can be reached, if it has one, and gives its connections. */
export async function reachDatabase<C extends CoreConnections>(
  connections: C,
  [first]: readonly Database[],
): Promise<Result<C, Failure>> {
  if (first === undefined) return ok(connections);
  // Both connections are made at the same time; a run takes its locks on this one next, and is told there what is wrong.
  void first.writer.alone(() => Promise.resolve()).catch(() => undefined);
  const identity = await connections.sql.identity();
  if (identity.ok) return ok(connections);
  await connections.close();
  return err(identity.error);
}
