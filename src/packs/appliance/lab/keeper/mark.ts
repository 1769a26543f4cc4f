/**
 * Whose a process is, by a word in its environment: every process inherits it, nothing of somebody else has it, and it is
 * there from the first instruction on, unlike a pid file. Several words stand between blanks, one for each keeper.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isSame, readPid, startTime, type ProcessIdentity } from "../appliance/pids.ts";

/** The variable that holds the words. */
export const MARK = "HANDRAIL_KEPT";

/** `env` with one word more. */
export function withMark(env: NodeJS.ProcessEnv, mark: string): NodeJS.ProcessEnv {
  return { ...env, [MARK]: [env[MARK], mark].filter(Boolean).join(" ") };
}

/** The processes that bear `mark`, each with its start time. Only Linux tells: elsewhere there are none. */
export function markedProcesses(mark: string): ProcessIdentity[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const start = Number.isInteger(pid) ? startTime(pid) : null;
    return start !== null && wordsOf(pid, MARK)?.split(" ").includes(mark) === true ? [{ pid, started: start }] : [];
  });
}

/** What the environment that a process was started with says of `variable`; null where nobody may know. */
export function wordsOf(pid: number, variable: string): string | null {
  try {
    const words = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return words.find((word) => word.startsWith(`${variable}=`))?.slice(variable.length + 1) ?? "";
  } catch {
    return null;
  }
}

/** The processes that the pid files in a lab's folder name and that still are the ones they name. */
export function recordedProcesses(folder: string): ProcessIdentity[] {
  return [folder, join(folder, "run")].flatMap((place) =>
    filesIn(place)
      .filter((name) => name.endsWith(".pid"))
      .flatMap((name) => readPid(join(place, name)) ?? [])
      .filter(isSame),
  );
}

/** The names in a folder; none where there is no folder. */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
