/** The lab as a site of the configuration, where anybody's process may hold a disk. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Incident } from "./incident.ts";

/** Writes that configuration and gives its file. */
export function configuredSite(incident: Incident): string {
  const { mysql, volume_daemon, cloudstack, oma_api } = incident.lab.site;
  const file = join(incident.root, "config.yaml");
  const password = join(incident.root, "password");
  writeFileSync(password, mysql.password, { mode: 0o600 });
  const appliance = { mysql: { ...mysql, password: { file: password } }, volume_daemon, cloudstack, oma_api };
  writeFileSync(file, JSON.stringify({ sites: { appliance } }), { mode: 0o600 });
  return file;
}
