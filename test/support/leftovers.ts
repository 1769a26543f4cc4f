/** What is left of something that lived in a folder: its processes, and what lies where it may leave nothing. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

function read(what: () => string): string {
  try {
    return what();
  } catch {
    return "";
  }
}

/** The processes whose command line, environment or working folder names `folder`, each with its command line. */
export function processesOf(folder: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/u.test(pid) || Number(pid) === process.pid) return [];
    const line = read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
    const environment = read(() => readFileSync(`/proc/${pid}/environ`, "utf8"));
    const cwd = read(() => readlinkSync(`/proc/${pid}/cwd`));
    // one that has ended and waits for its parent to hear of it has no command line
    return line !== "" && [line, environment, cwd].some((text) => text.includes(folder)) ? [`${pid} ${line}`] : [];
  });
}

/** The names in folders that have to be empty. */
export function namesIn(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  });
}

/** The children of a process. */
export function childrenOf(pid: number): number[] {
  return read(() => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"))
    .split(" ")
    .filter(Boolean)
    .map(Number);
}
