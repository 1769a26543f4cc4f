/** The process table as /proc shows it. A process may end between two reads: whatever cannot be read is left out. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";

export interface Row {
  readonly pid: number;
  readonly parent: number;
  /** Field 22 of `stat`: clock ticks since boot. */
  readonly startTicks: string;
  /** Fields 14 and 15: ticks spent in user and system mode. */
  readonly cpuTicks: number;
  readonly program: string;
  readonly argv: readonly string[];
}

export const TICKS_PER_SECOND = 100; // USER_HZ: fixed at 100 on every Linux architecture that Node supports.

/** Reads the whole table once, or gives null where there is no /proc of the Linux kind. */
export function processTable(root: string): Map<number, Row> | null {
  if (bootSeconds(root) === null) return null;
  const table = new Map<number, Row>();
  for (const name of readdirSync(root)) {
    const row = /^[1-9]\d*$/.test(name) ? readRow(root, Number(name)) : null;
    if (row !== null) table.set(row.pid, row);
  }
  return table;
}

/** Reads one process, or null when it is gone. */
function readRow(root: string, pid: number): Row | null {
  const stat = text(join(root, String(pid), "stat"));
  const command = text(join(root, String(pid), "cmdline"));
  const read = stat === null ? null : parseStat(stat);
  if (read === null || read.dead || command === null) return null;
  const argv = command.split("\0");
  if (argv.at(-1) === "") argv.pop();
  return {
    pid,
    parent: read.parent,
    startTicks: read.startTicks,
    cpuTicks: read.cpuTicks,
    program: programOf(read.comm, argv),
    argv,
  };
}

/** The name in `stat` stands in parentheses and may hold spaces and parentheses itself: the last one ends it. */
export function parseStat(
  stat: string,
): { comm: string; parent: number; startTicks: string; cpuTicks: number; dead: boolean } | null {
  const open = stat.indexOf("(");
  const close = stat.lastIndexOf(")");
  if (open < 0 || close < open) return null;
  const rest = stat
    .slice(close + 1)
    .trim()
    .split(/\s+/);
  const [state, parent, startTicks] = [rest[0], rest[1], rest[19]]; // fields 3, 4 and 22
  if (parent === undefined || startTicks === undefined) return null;
  const dead = state === "Z" || state === "X"; // ended, and only waiting to be noticed by its parent
  return {
    comm: stat.slice(open + 1, close),
    parent: Number(parent),
    startTicks,
    cpuTicks: Number(rest[11] ?? 0) + Number(rest[12] ?? 0),
    dead,
  };
}

/** The kernel cuts names at 15 characters. A script's name is found behind its interpreter. */
function programOf(comm: string, argv: readonly string[]): string {
  for (const word of argv.slice(0, 3)) {
    const name = basename(word);
    if (name !== "" && name.startsWith(comm)) return name;
  }
  return comm;
}

/** The second since 1970 at which a process started, from boot time and ticks. */
export function startedAt(root: string, startTicks: string): number {
  return (bootSeconds(root) ?? 0) + Math.floor(Number(startTicks) / TICKS_PER_SECOND);
}

function bootSeconds(root: string): number | null {
  const found = /^btime (\d+)$/m.exec(text(join(root, "stat")) ?? "");
  return found === null ? null : Number(found[1]);
}

/** Where a process's open files lead. Empty without the right to look: that proves nothing. */
export function openFiles(root: string, pid: number): string[] {
  const folder = join(root, String(pid), "fd");
  try {
    return readdirSync(folder).flatMap((name) => link(join(folder, name)));
  } catch {
    return [];
  }
}

function link(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

/** The text of a file, or null when it cannot be read. */
export function text(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** The ancestors of a process below init, eldest first: `oma-api(123) > sudo(124)`. */
export function ancestors(table: ReadonlyMap<number, Row>, row: Row): string {
  const names: string[] = [];
  const seen = new Set([row.pid]);
  for (let at = table.get(row.parent); at !== undefined && at.pid > 1 && !seen.has(at.pid); at = table.get(at.parent)) {
    seen.add(at.pid);
    names.unshift(`${at.program}(${at.pid})`);
  }
  return names.join(" > ");
}
