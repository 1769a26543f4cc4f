import { readFileSync } from "node:fs";

/** Whether a process runs: one that has ended and was not waited for is there and does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/u.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
