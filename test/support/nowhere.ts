/** A site where nothing listens: its board says so, which is all that is needed of a screen. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes its configuration and password into a folder; gives the path of the configuration. */
export function nowhereIn(folder: string): string {
  const config = join(folder, "config.yaml");
  writeFileSync(join(folder, "password"), "none", { mode: 0o600 });
  const text = `sites:
  nowhere:
    mysql: { host: 127.0.0.1, port: 1, user: nobody, password: { file: ${folder}/password }, database: none }
    volume_daemon: { url: "http://127.0.0.1:1" }
    cloudstack: { from: appliance }
    oma_api: { url: "http://127.0.0.1:1" }
`;
  writeFileSync(config, text, { mode: 0o600 });
  return config;
}
