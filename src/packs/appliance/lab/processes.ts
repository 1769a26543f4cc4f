import { spawn } from "node:child_process";
import { existsSync, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { adminCall } from "./appliance/admin-client.ts";
import { roles, type LabConfig, type Role } from "./appliance/config.ts";
import { PortTaken } from "./appliance/ports.ts";
import { keptEnv } from "./keeper/start.ts";
import { bareEnv, labProgram } from "./program.ts";
import { endProcess, isAlive, isSame, readPid, writePid } from "./appliance/pids.ts";

/** Starts one process of the lab and returns once it serves. */
export async function startRole(lab: LabConfig, role: Role): Promise<void> {
  const identity = readPid(rolePidFile(lab.dir, role));
  if (identity && isSame(identity)) return;
  const log = openSync(join(lab.dir, `${role}.log`), "a");
  const logStart = fstatSync(log).size;
  const child = spawn(process.execPath, [labProgram(), role, lab.dir], {
    cwd: lab.dir,
    detached: true,
    stdio: ["ignore", log, log],
    env: keptEnv(lab.dir, bareEnv(process.env)),
  });
  child.unref();
  if (!child.pid) throw new Error(`could not start the lab's ${role}`);
  writePid(rolePidFile(lab.dir, role), child.pid);
  await untilServing(lab, role, child.pid, logStart);
}

/** Ends one process of the lab. */
export async function stopRole(
  lab: Pick<LabConfig, "dir">,
  role: Role,
  signal: NodeJS.Signals = "SIGTERM",
): Promise<void> {
  await endProcess(rolePidFile(lab.dir, role), signal);
}

/** Whether each process of the lab runs. */
export function roleStates(dir: string): Record<Role, boolean> {
  const entries = roles.map((role) => {
    const identity = readPid(rolePidFile(dir, role));
    return [role, identity !== null && isSame(identity)];
  });
  return Object.fromEntries(entries) as Record<Role, boolean>;
}

/** The pid file of a process; the API's is named in the site file. */
export function rolePidFile(dir: string, role: Role): string {
  return join(dir, `${role}.pid`);
}

/** Ends the children of this lab's engine: the inmost first, so that each parent sees its child go. */
export async function stopChildren(dir: string): Promise<void> {
  const folder = join(dir, "run");
  if (!existsSync(folder)) return;
  for (const kind of ["qemu", "v2v", "script"])
    await Promise.all(
      readdirSync(folder)
        .filter((name) => name.endsWith(`-${kind}.pid`))
        .map((name) => endProcess(join(folder, name), kind === "qemu" ? "SIGKILL" : "SIGTERM")),
    );
}

async function untilServing(lab: LabConfig, role: Role, pid: number, logStart: number): Promise<void> {
  const deadline = Date.now() + 300_000;
  for (;;) {
    const lives = isAlive(pid);
    try {
      await adminCall(lab, role, "GET /lab/alive");
      return;
    } catch (problem) {
      if (!lives || Date.now() > deadline) throw failure(lab, role, logStart, problem);
      await sleep(15);
    }
  }
}

function failure(lab: LabConfig, role: Role, logStart: number, cause: unknown): Error {
  const output = readFileSync(join(lab.dir, `${role}.log`))
    .subarray(logStart)
    .toString();
  const last = output.split("\n").slice(-15).join("\n");
  if (output.includes("EADDRINUSE")) return new PortTaken(`the lab's ${role} found its port taken:\n${last}`);
  return new Error(`the lab's ${role} did not come up:\n${last}`, { cause });
}
