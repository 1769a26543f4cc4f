import { readFileSync } from "node:fs";
import { startTime, type ProcessIdentity } from "../appliance/pids.ts";
import { wordsOf } from "./mark.ts";

const EVENT = "npm_lifecycle_event";

/**
 * The processes above this one that a person takes for the same thing, so that it ends when any of them ends: the shell
 * of `bin/handrail` that puts the terminal back, and everything up to the `npm` that a script was run with. None where
 * it was started otherwise, and none where there is no `/proc` to ask.
 */
export function lineage(env: NodeJS.ProcessEnv = process.env, first: number = process.ppid): ProcessIdentity[] {
  const ancestors: ProcessIdentity[] = [];
  const script = env[EVENT];
  if (script === undefined) return env["HANDRAIL_LAUNCHER"] === String(first) ? identityOf(first) : [];
  for (let pid = first; pid > 1; pid = parentOf(pid)) {
    ancestors.push(...identityOf(pid));
    // npm gives its script the name of it, and was started without it itself
    if (wordsOf(pid, EVENT) !== script) return ancestors;
  }
  return [];
}

function identityOf(pid: number): ProcessIdentity[] {
  const start = startTime(pid);
  return start === null ? [] : [{ pid, started: start }];
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}
