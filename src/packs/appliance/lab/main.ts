// One process of a lab: `node main.ts ROLE FOLDER`. Each role is its own process so that each can be killed alone. The
// keeper is told its whole duty instead of a folder: it is there before the folder is.
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { readConfig } from "./appliance/config.ts";
import type { Duty } from "./keeper/duty.ts";

const [role = "", dir = ""] = process.argv.slice(2);

if (role === "keeper") {
  process.title = "lab-keeper";
  await (await import("./keeper/keep.ts")).keep(JSON.parse(dir) as Duty);
} else if (role === "daemon") {
  process.title = "volume-daemon";
  await (await import("./daemon/server.ts")).runDaemon(readConfig(dir));
  // After a crash nobody else knows its new number. One that found its port taken has none to tell.
  if (process.env["LAB_RESTART"] === "1")
    (await import("./appliance/pids.ts")).writePid(join(dir, "daemon.pid"), process.pid);
} else if (role === "cloudstack") {
  process.title = "cloudstack";
  await (await import("./cloudstack/server.ts")).runCloudStack(readConfig(dir));
} else if (role === "api") {
  process.title = "oma-api";
  await (await import("./api/server.ts")).runApi(readConfig(dir));
} else {
  process.stderr.write(`unknown role: ${role}\n`);
  process.exitCode = 64;
}

// Most of them are ended by a kill, after which Node keeps nothing of what it compiled.
flushCompileCache();
