/** Makes every connection of a site. Nothing is dialled here: each port connects when it is first asked. */
import type { Holder } from "../engine/lock-port.ts";
import type { Failure } from "../ports/outcome.ts";
import type { ClockPort } from "../ports/clock.ts";
import type { Ports } from "../ports/ports.ts";
import type { RowsNow } from "../ports/sql.ts";
import { err, ok, type Result } from "../ports/result.ts";
import type { Secret } from "../text/secret.ts";
import { isLoopback } from "./base-url.ts";
import { siteClock } from "./clock.ts";
import { cloudStackPort } from "./cloudstack.ts";
import { applianceEndpoint, fixedEndpoint, type EndpointSource } from "./cloudstack/endpoint.ts";
import { httpClient, type HttpClient } from "./http.ts";
import { jobLogPort } from "./joblog.ts";
import type { JobLogPort } from "./joblog/entry.ts";
import { rowsBeside } from "./mysql/beside.ts";
import { runLocks, type HostLocks, type RunLocks } from "./mysql/locks.ts";
import { makeReader, type TextTable } from "./mysql/reader.ts";
import { serverOf, type Server } from "./mysql/server.ts";
import { sqlPort } from "./mysql/sql-port.ts";
import { makeWriter, type Writer } from "./mysql/writer.ts";
import { processPort } from "./process.ts";
import { scriptPort } from "./script.ts";
import { bannersOf, type Site } from "./site.ts";
import { volumePort } from "./volume-daemon.ts";

export interface ConnectOptions {
  /** Takes secrets out of every message. */
  readonly redact: (text: string) => string;
  /** Is told each secret that is only learnt later: CloudStack's keys, where the appliance holds them. */
  readonly keep?: (secret: Secret) => void;
  /** The locks of this host; without them only the server's are taken. */
  readonly host?: HostLocks;
  /** Who holds the locks of a run, as other hosts are told when they are refused. */
  readonly holder?: (runId: string) => Holder;
  /** Hears of every statement on the run's writing connection how long its answer took, in milliseconds. */
  readonly observe?: (sql: string, ms: number) => void;
}

/** The world of one site, for one run. */
export interface Connections extends Ports {
  readonly locks: RunLocks;
  readonly jobLog: JobLogPort;
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

/** Makes the ports of a site and proves that its database can be reached. */
export async function connect(site: Site, options: ConnectOptions): Promise<Result<Connections, Failure>> {
  const { connections, writer } = make(site, options);
  // Both connections are made at the same time; a run takes its locks on this one next, and is told there what is wrong.
  void writer.alone(() => Promise.resolve()).catch(() => undefined);
  const identity = await connections.sql.identity();
  if (identity.ok) return ok(connections);
  await connections.close();
  return err(identity.error);
}

/** The ports alone, without asking anything yet: for screens that show what does not answer. */
export const portsOf = (site: Site, options: ConnectOptions): Connections => make(site, options).connections;

function make(site: Site, options: ConnectOptions): { readonly connections: Connections; readonly writer: Writer } {
  const { redact, keep = () => undefined, host = null, holder, observe } = options;
  const clock = siteClock(site.lab?.scale ?? 1);
  const reader = makeReader({ site: site.mysql, redact });
  const writer = makeWriter({ site: site.mysql, redact, ...(observe === undefined ? {} : { observe }) });
  const follower = makeWriter({ site: site.mysql, redact });
  const locks = runLocks({ writer, host, redact, holder });
  const sql = sqlPort({ reader, writer, locks, clock, redact });
  const verifyTls = !("from" in site.cloudstack) && site.cloudstack.tls === "verify";
  const http: Record<"daemon" | "cloud", HttpClient> = {
    daemon: httpClient({ redact }),
    cloud: httpClient({ redact, verifyTls }),
  };
  const endpoint: EndpointSource =
    "from" in site.cloudstack ? applianceEndpoint(sql, keep) : fixedEndpoint(endpointOf(site.cloudstack));
  const cloudstack = cloudStackPort({ endpoint, http: http.cloud, redact });
  const process = processPort({ ...processOptions(site, redact), clock });
  const connections: Connections = {
    sql,
    clock,
    cloudstack,
    locks,
    volume: volumePort({
      url: site.volume_daemon.url,
      http: http.daemon,
      cloudstack,
      process,
      clock,
      redact,
      tickMs: tickOf(clock),
    }),
    script: scriptPort(redact),
    process,
    jobLog: jobLogPort(follower, redact),
    server: () => reader.ask(serverOf, "Asking the database which server it is"),
    look: (sql, database) => reader.look(sql, database),
    rows: (table, keys) =>
      reader.ask((session) => rowsBeside(session, table, keys, redact), "Reading rows from the database"),
    banners: bannersOf(site),
    close: async () => {
      http.daemon.close();
      http.cloud.close();
      await locks.release();
      await Promise.all([reader.close(), writer.close(), follower.close()]);
    },
  };
  return { connections, writer };
}

/** A tenth of a second of the site's time, and never less than what a daemon answers comfortably. */
const tickOf = ({ scale }: ClockPort): number => Math.max(20, 100 / scale);

const endpointOf = (config: Exclude<Site["cloudstack"], { from: "appliance" }>) => ({
  url: config.url,
  apiKey: config.api_key,
  secretKey: config.secret_key,
});

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return Number(port === "" ? (protocol === "https:" ? 443 : 80) : port);
}

function processOptions({ oma_api: api, volume_daemon: daemon, lab }: Site, redact: (text: string) => string) {
  const { hostname } = new URL(api.url);
  return {
    elsewhere: isLoopback(hostname) ? null : hostname,
    port: portOf(api.url),
    daemonPort: isLoopback(new URL(daemon.url).hostname) ? portOf(daemon.url) : null,
    pidFile: api.pid_file,
    names: api.process_names,
    own: lab !== null,
    redact,
  };
}
