/** The daemons and programs of an appliance. */
import { connect } from "node:net";
import { isProgram } from "../../connections/process.ts";
import type { Failure } from "../../ports/outcome.ts";
import type { Ports } from "../../ports/ports.ts";
import type { ProcessIdentity } from "../../ports/process.ts";
import type { Result } from "../../ports/result.ts";
import { countText } from "../../engine/words.ts";
import { about, type Finding } from "../finding.ts";
import type { ApplianceSite } from "./site.ts";

/** Asks each of them once. */
export const services = async (site: ApplianceSite, ports: Ports): Promise<Finding[]> =>
  (await Promise.all([daemon(site, ports).then(single), cloud(ports).then(single), processes(site, ports)])).flat();

const single = (finding: Finding): Finding[] => [finding];

/** Whether the Volume Daemon answers. */
export const daemon = async (site: ApplianceSite, { volume }: Ports): Promise<Finding> =>
  findingOf(
    "volume daemon",
    await volume.health(),
    () => site.volume_daemon.url,
    "see whether it runs, and `volume_daemon: { url }` of the site",
  );

/** Whether CloudStack answers with the keys that it is asked with. */
export const cloud = async ({ cloudstack }: Ports): Promise<Finding> =>
  findingOf(
    "CloudStack",
    await cloudstack.list("listZones", {}),
    (zones) => `it answers, with ${zones.length} zone(s)`,
    "see its address and keys: `cloudstack` of the site, or the appliance's own table of them",
  );

/** Whether the engine is alive is told by the process table alone: an account that does not see it can only wait. */
export async function processes(site: ApplianceSite, { process }: Ports): Promise<Finding[]> {
  const [api, own, holders, trouble] = await Promise.all([
    process.service("api"),
    process.service("daemon"),
    // As every recovery asks it: of a disk that nobody has.
    process.holders([NO_DISK]),
    connectTrouble(site.oma_api.url),
  ]);
  return [apiFinding(site.oma_api, api, trouble), processFinding(api, own), disksFinding(site, holders)];
}

/** Whether it can be said of a disk that no process has it: without that a recovery detaches nothing. */
const disksFinding = ({ lab }: ApplianceSite, holders: Looks): Finding =>
  holders.ok
    ? about(DISKS).ok(
        lab === null
          ? "every process may be looked into, so it can be said who holds a disk"
          : "of a lab only its own processes count, and these may be looked into",
      )
    : about(DISKS).broken(holders.error.message, "do that; until then every recovery of this site waits");

/** The check that no setting mends. */
export const DISKS = "disks";

const NO_DISK = "/dev/disk/by-id/none-of-this-name";

/** Where nobody listens, the process is taken by its program's name alone: that may be another one. */
function apiFinding(settings: ApiSettings, api: Looks, trouble: string | null): Finding {
  const { url, process_names: names } = settings;
  const finding = about("API");
  const processes = processesIn(api);
  const count = processes.length;
  if (trouble !== null)
    return finding.broken(
      `nothing answers at ${url} (${trouble})${namesakes(count)}`,
      "start it, or correct `oma_api: { url }` of the site",
    );
  if (count > 1)
    return finding.mind(
      `${count} processes may be it: ${looksText(api, "process")}`,
      "name its pid file in `oma_api: { pid_file }`",
    );
  const program = processes[0]?.program;
  return program === undefined || names.some((name) => isProgram(program, name))
    ? finding.ok(`something listens at ${url}`)
    : strangerFinding(settings, program, looksText(api, "process"));
}

type ApiSettings = ApplianceSite["oma_api"];

const namesakes = (count: number): string =>
  count > 0 ? `; ${countText(count, "process", "processes")} of its name ${count === 1 ? "runs" : "run"}` : "";

/** Another program than the API stands where that is looked for. */
function strangerFinding({ url, process_names: names, pid_file: pidFile }: ApiSettings, program: string, look: string) {
  const finding = about("API");
  return pidFile === undefined
    ? finding.mind(
        `${program} listens at ${url}, which is none of ${names.join(", ")}`,
        "correct `oma_api: { url }` of the site, or name that program in `oma_api: { process_names }`",
      )
    : finding.mind(
        `the pid file ${pidFile} names ${look}, which is none of ${names.join(", ")}`,
        "correct `oma_api: { pid_file }` of the site, or name that program in `oma_api: { process_names }`",
      );
}

/** How long a connection on this machine or network may take, in milliseconds. */
const CONNECT_MS = 5000;

/** Why nothing can be connected to at a URL; null where something listens. */
function connectTrouble(url: string): Promise<string | null> {
  const { hostname, port, protocol } = new URL(url);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/gu, ""),
    port: Number(port || (protocol === "https:" ? 443 : 80)),
    timeout: CONNECT_MS,
  });
  return new Promise((resolve) => {
    const end = (trouble: string | null): void => {
      socket.destroy();
      resolve(trouble);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

function findingOf<T>(check: string, answer: Result<T, Failure>, says: (value: T) => string, mend: string): Finding {
  return answer.ok ? about(check).ok(says(answer.value)) : about(check).broken(answer.error.message, mend);
}

type Looks = Result<readonly Process[], Failure>;

function processFinding(api: Looks, daemon: Looks): Finding {
  const finding = about("processes");
  const [failure] = [api, daemon].flatMap((answer) => (answer.ok ? [] : [answer.error]));
  if (failure !== undefined) return finding.broken(failure.message, "run Handrail on the appliance itself, as root");
  const missing = [
    ["API", api, "start it, or name its program in `oma_api: { process_names }`"],
    ["Volume Daemon", daemon, "see whether it runs on this machine; another one's processes are not seen from here"],
  ] as const;
  for (const [name, looks, mend] of missing)
    if (processesIn(looks).length === 0) return finding.mind(`no process of the ${name} is seen here`, mend);
  return finding.ok(`the API is ${looksText(api, "process")}, the Volume Daemon ${looksText(daemon, "process")}`);
}

type Process = ProcessIdentity & { readonly program?: string };

const processesIn = (looks: Looks): readonly Process[] => (looks.ok ? looks.value : []);

const looksText = (looks: Looks, fallback: string): string =>
  processesIn(looks)
    .map(({ pid, program = fallback }) => `${program} (pid ${pid})`)
    .join(" and ");
