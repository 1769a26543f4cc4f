// One process of a lab: `node main.ts ROLE FOLDER`. Each role is its own process so that each can be killed alone.
import { readConfig } from "./appliance/config.ts";

const [role = "", dir = ""] = process.argv.slice(2);
const lab = readConfig(dir);

if (role === "daemon") {
  process.title = "volume-daemon";
  await (await import("./daemon/server.ts")).runDaemon(lab);
} else if (role === "cloudstack") {
  process.title = "cloudstack";
  await (await import("./cloudstack/server.ts")).runCloudStack(lab);
} else if (role === "api") {
  process.title = "oma-api";
  await (await import("./api/server.ts")).runApi(lab);
} else {
  process.stderr.write(`unknown role: ${role}\n`);
  process.exitCode = 64;
}
