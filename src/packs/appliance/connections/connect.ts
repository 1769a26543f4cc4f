/** Makes every connection of a site. Nothing is dialled here: each port connects when it is first asked. */
import { closeAll } from "../../../connections/close-all.ts";
import { isLoopback } from "../../../connections/base-url.ts";
import { coreOf, reachDatabase, type ConnectOptions, type Connections } from "../../../connections/connect.ts";
import { httpClient, type HttpClient } from "../../../connections/http.ts";
import { makeWriter } from "../../../connections/mysql/writer.ts";
import type { Database } from "../../../connections/databases.ts";
import type { ProcessOptions } from "../../../connections/process.ts";
import type { ClockPort } from "../../../ports/clock.ts";
import type { Failure } from "../../../ports/outcome.ts";
import type { Result } from "../../../ports/result.ts";
import { followJobLog } from "../follow-joblog.ts";
import { bannersOf, type ApplianceSite } from "../site.ts";
import { cloudStackPort } from "./cloudstack.ts";
import { applianceEndpoint, fixedEndpoint, type EndpointSource } from "./cloudstack/endpoint.ts";
import { share } from "./share.ts";
import { jobLogPort } from "./joblog.ts";
import type { JobLogPort } from "./joblog/entry.ts";
import { volumePort } from "./volume-daemon.ts";

/** The world of one site of the appliance, for one run. */
export interface ApplianceConnections extends Connections {
  readonly jobLog: JobLogPort;
}

/** Makes the ports of a site and proves that its database can be reached. */
export function connect(site: ApplianceSite, options: ConnectOptions): Promise<Result<ApplianceConnections, Failure>> {
  const { connections, databases } = make(site, options);
  return reachDatabase(connections, databases);
}

/** The ports alone, without asking anything yet: for screens that show what does not answer. */
export const portsOf = (site: ApplianceSite, options: ConnectOptions): ApplianceConnections =>
  make(site, options).connections;

interface Made {
  readonly connections: ApplianceConnections;
  readonly databases: readonly Database[];
}

function make(site: ApplianceSite, options: ConnectOptions): Made {
  const { redact, keep = () => undefined } = options;
  const { connections: core, databases } = coreOf(site, programsOf(site), options);
  const { clock, process, sql } = core;
  const follower = makeWriter({ site: site.mysql, redact });
  const verifyTls = !("from" in site.cloudstack) && site.cloudstack.tls === "verify";
  const http: Record<"daemon" | "cloud", HttpClient> = {
    daemon: httpClient({ redact }),
    cloud: httpClient({ redact, verifyTls }),
  };
  const endpoint: EndpointSource =
    "from" in site.cloudstack ? applianceEndpoint(sql, keep) : fixedEndpoint(endpointOf(site.cloudstack));
  const tickMs = tickOf(clock);
  const cloudstack = cloudStackPort({ endpoint, http: http.cloud, redact, tickMs });
  const { url } = site.volume_daemon;
  const jobLog = jobLogPort(follower, redact);
  const connections: ApplianceConnections = {
    ...core,
    cloudstack,
    volume: volumePort({ url, http: http.daemon, cloudstack, process, clock, redact, tickMs }),
    share,
    jobLog,
    follow: (complain) => followJobLog(jobLog, complain),
    banners: bannersOf(site),
    close: () =>
      closeAll([() => http.daemon.close(), () => http.cloud.close(), () => core.close(), () => follower.close()]),
  };
  return { connections, databases };
}

/** A tenth of a second of the site's time, and never less than what a service answers comfortably. */
const tickOf = ({ scale }: ClockPort): number => Math.max(20, 100 / scale);

const endpointOf = (config: Exclude<ApplianceSite["cloudstack"], { from: "appliance" }>) => ({
  url: config.url,
  apiKey: config.api_key,
  secretKey: config.secret_key,
});

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return Number(port === "" ? (protocol === "https:" ? 443 : 80) : port);
}

/** The daemon's program on every appliance. */
const DAEMON = "volume-daemon";

/** Where the processes of an appliance are, and its two programs: an engine is gone with the API, an operation with the daemon. */
function programsOf({
  oma_api: api,
  volume_daemon: daemon,
}: ApplianceSite): Pick<ProcessOptions, "machine" | "elsewhere" | "services"> {
  const { hostname } = new URL(api.url);
  const isDaemonHere = isLoopback(new URL(daemon.url).hostname);
  return {
    machine: "the appliance",
    elsewhere: isLoopback(hostname) ? null : `The appliance's API is on ${hostname}`,
    services: {
      api: {
        title: "the OMA API",
        elsewhere: null,
        port: portOf(api.url),
        pidFile: api.pid_file,
        names: api.process_names,
        identity: "listener",
      },
      daemon: {
        title: "the Volume Daemon",
        elsewhere: isDaemonHere ? null : "The appliance's API is on the host of the Volume Daemon",
        port: portOf(daemon.url),
        names: [DAEMON],
        identity: "program",
      },
    },
  };
}
