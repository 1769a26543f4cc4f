/** The daemons and programs of an appliance. */
import { portsOf } from "../../connections/connect.ts";
import type { Site } from "../../connections/site.ts";
import type { Failure } from "../../phases/outcome.ts";
import type { Result } from "../../phases/result.ts";
import type { Keyring } from "../keyring.ts";
import { about, type Finding } from "./finding.ts";

/** Asks each of them once. */
export async function services(site: Site, keyring: Keyring): Promise<Finding[]> {
  const redactor = keyring.redactor("message");
  const ports = portsOf(site, { redact: (text) => redactor.redact(text), keep: keyring.add });
  try {
    const [daemon, cloud, api, own] = await Promise.all([
      ports.volume.health(),
      ports.cloudstack.list("listZones", {}),
      ports.process.api(),
      ports.process.daemon(),
    ]);
    return [
      told(
        "volume daemon",
        daemon,
        () => site.volume_daemon.url,
        "see whether it runs, and `volume_daemon: { url }` of the site",
      ),
      told(
        "CloudStack",
        cloud,
        (zones) => `it answers, with ${zones.length} zone(s)`,
        "see its address and keys: `cloudstack` of the site, or the appliance's own table of them",
      ),
      processes(api, own),
    ];
  } finally {
    await ports.close();
  }
}

function told<T>(check: string, answer: Result<T, Failure>, says: (value: T) => string, mend: string): Finding {
  return answer.ok ? about(check).ok(says(answer.value)) : about(check).broken(answer.error.message, mend);
}

type Looks = Result<readonly unknown[], Failure>;

/** Whether the engine is alive is told by the process table alone: an account that does not see it can only wait. */
function processes(api: Looks, daemon: Looks): Finding {
  const found = about("processes");
  const failed = [api, daemon].find((answer) => !answer.ok);
  if (failed !== undefined && !failed.ok)
    return found.broken(failed.error.message, "run Handrail on the appliance itself, as root");
  if (api.ok && api.value.length === 0)
    return found.mind(
      "no process of the API is running here",
      "start it, or name its program in `oma_api: { process_names }`",
    );
  return found.ok("the API's and the daemon's are seen");
}
