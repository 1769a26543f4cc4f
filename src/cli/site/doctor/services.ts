/** The daemons and programs of an appliance. */
import { portsOf } from "../../../connections/connect.ts";
import type { Site } from "../../../connections/site.ts";
import type { Failure } from "../../../phases/outcome.ts";
import type { Ports, ProcessIdentity } from "../../../phases/ports.ts";
import type { Result } from "../../../phases/result.ts";
import type { Keyring } from "../../session/keyring.ts";
import { about, type Finding } from "./finding.ts";

/** Asks each of them once. */
export const services = (site: Site, keyring: Keyring): Promise<Finding[]> =>
  withPorts(site, keyring, async (ports) => Promise.all([daemon(site, ports), cloud(ports), processes(ports)]));

/** Lends the ports of a site, and closes what they opened. */
export async function withPorts<T>(site: Site, keyring: Keyring, use: (ports: Ports) => Promise<T>): Promise<T> {
  const redactor = keyring.redactor("message");
  const ports = portsOf(site, { redact: (text) => redactor.redact(text), keep: keyring.add });
  try {
    return await use(ports);
  } finally {
    await ports.close();
  }
}

/** Whether the Volume Daemon answers. */
export const daemon = async (site: Site, { volume }: Ports): Promise<Finding> =>
  told(
    "volume daemon",
    await volume.health(),
    () => site.volume_daemon.url,
    "see whether it runs, and `volume_daemon: { url }` of the site",
  );

/** Whether CloudStack answers with the keys that it is asked with. */
export const cloud = async ({ cloudstack }: Ports): Promise<Finding> =>
  told(
    "CloudStack",
    await cloudstack.list("listZones", {}),
    (zones) => `it answers, with ${zones.length} zone(s)`,
    "see its address and keys: `cloudstack` of the site, or the appliance's own table of them",
  );

/** Whether the engine is alive is told by the process table alone: an account that does not see it can only wait. */
export async function processes({ process }: Ports): Promise<Finding> {
  const [api, own] = await Promise.all([process.api(), process.daemon()]);
  return processFinding(api, own);
}

function told<T>(check: string, answer: Result<T, Failure>, says: (value: T) => string, mend: string): Finding {
  return answer.ok ? about(check).ok(says(answer.value)) : about(check).broken(answer.error.message, mend);
}

type Looks = Result<readonly (ProcessIdentity & { readonly program?: string })[], Failure>;

function processFinding(api: Looks, daemon: Looks): Finding {
  const found = about("processes");
  const failed = [api, daemon].find((answer) => !answer.ok);
  if (failed !== undefined && !failed.ok)
    return found.broken(failed.error.message, "run Handrail on the appliance itself, as root");
  const missing = [
    ["API", api, "start it, or name its program in `oma_api: { process_names }`"],
    ["Volume Daemon", daemon, "see whether it runs on this machine; another one's processes are not seen from here"],
  ] as const;
  for (const [name, looks, mend] of missing)
    if (looks.ok && looks.value.length === 0) return found.mind(`no process of the ${name} is seen here`, mend);
  return found.ok(`the API is ${named(api, "process")}, the Volume Daemon ${named(daemon, "process")}`);
}

const named = (looks: Looks, otherwise: string): string =>
  looks.ok ? looks.value.map(({ pid, program = otherwise }) => `${program} ${pid}`).join(" and ") : "";
