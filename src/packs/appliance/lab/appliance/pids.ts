import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process as a pid file names it: the start time tells a reused pid from the process that was meant. */
export type ProcessIdentity = { pid: number; started: string };

/** When the process started, in the kernel's ticks since boot; null when there is no such process (or a dead one). */
export function startTime(pid: number): string | null {
  if (process.platform === "linux") return kernelTime(pid);
  return signalReaches(pid) ? "alive" : null;
}

function kernelTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the command name may hold spaces and brackets; fields are counted after the last one
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** Whether a process with this pid runs. */
export function isAlive(pid: number): boolean {
  return startTime(pid) !== null;
}

/** Whether the very process a pid file names still runs. */
export function isSame(identity: ProcessIdentity): boolean {
  return startTime(identity.pid) === identity.started;
}

/** Writes `file` for a running process: the pid on the first line (as daemons do), its start time on the second. */
export function writePid(file: string, pid: number): void {
  writeFileSync(file, `${pid}\n${startTime(pid) ?? ""}\n`);
}

/** What `file` names, or null when there is none. */
export function readPid(file: string): ProcessIdentity | null {
  if (!existsSync(file)) return null;
  const [pid = "", start = ""] = readFileSync(file, "utf8").split("\n");
  return Number(pid) > 1 ? { pid: Number(pid), started: start } : null;
}

/** Ends the process of a pid file, kindly at first, and removes the file. */
export async function endProcess(file: string, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  const identity = readPid(file);
  if (identity && isSame(identity)) await terminate(identity, signal);
  rmSync(file, { force: true });
}

/** Ends one process: `signal`, and after five seconds SIGKILL. */
export async function terminate(identity: ProcessIdentity, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  send(identity.pid, signal);
  const deadline = Date.now() + 5000;
  while (isSame(identity)) {
    if (Date.now() > deadline) send(identity.pid, "SIGKILL");
    await sleep(10);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself
  }
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
