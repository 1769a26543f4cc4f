// A process that takes a target's lock, says so, and keeps it: DIR KEY.
import { acquireTargetLock } from "../../src/journal/target-lock.ts";

const [dir = "", key = ""] = process.argv.slice(2);
const holder = {
  login: "anna",
  host: "appliance",
  pid: process.pid,
  run_id: "run-9",
  since: "2025-01-02T03:04:05.678Z",
};
const lock = acquireTargetLock({ dir, key, holder });
process.stdout.write(lock.ok ? "locked\n" : "refused\n");
setInterval(() => lock, 1000);
