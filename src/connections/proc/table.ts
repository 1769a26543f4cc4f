/**
 * The process table as /proc shows it. A process may end between two reads: what is gone is left out. What is there and may
 * not be read (another user's process, hidepid, a hardened unit) is counted as hidden: it is no proof of anything.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Field 22 of `stat`: clock ticks since boot. */
  readonly startTicks: string;
  /** Fields 14 and 15: ticks spent in user and system mode. */
  readonly cpuTicks: number;
  readonly program: string;
  readonly argv: readonly string[];
  /** A thread of the kernel: it has no words and no open files. */
  readonly kernel: boolean;
}

export const TICKS_PER_SECOND = 100; // USER_HZ: fixed at 100 on every Linux architecture that Node supports.

export interface ProcessTable {
  readonly rows: ReadonlyMap<number, ProcessRow>;
  /** Pids that are there and could not be read. */
  readonly hidden: readonly number[];
}

/** What the kernel answers of something that has just ended; every other refusal hides something. */
const GONE = new Set(["ENOENT", "ESRCH"]);

type Looked<T> = { readonly value: T } | "gone" | "hidden";

/** Looks at a part of /proc: what it says, or that it is gone, or that it may not be seen. */
export function tryLook<T>(look: () => T): Looked<T> {
  try {
    return { value: look() };
  } catch (error) {
    return GONE.has((error as NodeJS.ErrnoException).code ?? "") ? "gone" : "hidden";
  }
}

/** Reads the whole table once, or gives null where there is no /proc of the Linux kind. */
export function processTable(root: string): ProcessTable | null {
  if (bootSeconds(root) === null) return null;
  const { rows, hidden } = readRows(root);
  // Every kernel has a process 1. A table without it leaves out whatever is not ours (hidepid).
  const isWhole = rows.has(1) || hidden.includes(1);
  return { rows, hidden: isWhole ? hidden : [...hidden, 1] };
}

function readRows(root: string): ProcessTable {
  const rows = new Map<number, ProcessRow>();
  const hidden: number[] = [];
  for (const pid of readdirSync(root)
    .filter((entry) => /^[1-9]\d*$/.test(entry))
    .map(Number)) {
    const row = readRow(root, pid);
    if (row === "hidden") hidden.push(pid);
    else if (row !== "gone") rows.set(pid, row.value);
  }
  return { rows, hidden };
}

/** Reads one process; of one that has ended and left only its number nothing is there. A line that cannot be read hides it. */
function readRow(root: string, pid: number): Looked<ProcessRow> {
  const stat = tryLook(() => readFileSync(join(root, String(pid), "stat"), "utf8"));
  const thread = threadIn(stat);
  if (thread !== null && isKernelThread(thread)) return { value: rowOf(pid, thread, []) };
  const command = tryLook(() => readFileSync(join(root, String(pid), "cmdline"), "utf8"));
  return stat === "gone" || command === "gone" ? "gone" : programRow(pid, thread, command);
}

/** The row of what runs a program: `thread` is null where its line cannot be read. */
function programRow(pid: number, thread: Thread | null, command: Exclude<Looked<string>, "gone">): Looked<ProcessRow> {
  if (thread === null || command === "hidden") return "hidden";
  return thread.dead ? "gone" : { value: rowOf(pid, thread, wordsOf(command.value)) };
}

const threadIn = (stat: Looked<string>): Thread | null => (typeof stat === "string" ? null : parseStat(stat.value));

type Thread = NonNullable<ReturnType<typeof parseStat>>;

const isKernelThread = ({ kernel, dead }: Thread): boolean => kernel && !dead;

function rowOf(pid: number, thread: Thread, argv: readonly string[]): ProcessRow {
  const { comm, parent, startTicks, cpuTicks } = thread;
  return { pid, parent, startTicks, cpuTicks, program: programOf(comm, argv), argv, kernel: isKernelThread(thread) };
}

/** The words of a command line, each of which ends in a NUL. */
function wordsOf(command: string): string[] {
  const argv = command.split("\0");
  if (argv.at(-1) === "") argv.pop();
  return argv;
}

/** PF_KTHREAD of include/linux/sched.h: the same on every Linux since 2.6. */
const KERNEL_THREAD = 0x0020_0000;

/** The states of what has ended, and only waits to be noticed by its parent. */
const DEAD: ReadonlySet<string | undefined> = new Set(["Z", "X"]);

/** The name in `stat` stands in parentheses and may hold spaces and parentheses itself: the last one ends it. */
export function parseStat(
  stat: string,
): { comm: string; parent: number; startTicks: string; cpuTicks: number; dead: boolean; kernel: boolean } | null {
  const open = stat.indexOf("(");
  const close = stat.lastIndexOf(")");
  if (open < 0 || close < open) return null;
  const rest = stat
    .slice(close + 1)
    .trim()
    .split(" ");
  const [state, parent, startTicks] = [rest[0], rest[1], rest[19]]; // fields 3, 4 and 22
  if (parent === undefined || startTicks === undefined) return null;
  const number = (index: number): number => Number(rest[index] ?? 0);
  return {
    comm: stat.slice(open + 1, close),
    parent: Number(parent),
    startTicks,
    cpuTicks: number(11) + number(12),
    dead: DEAD.has(state),
    kernel: (number(6) & KERNEL_THREAD) !== 0, // field 9
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
  const match = /^btime (\d+)$/m.exec(text(join(root, "stat")) ?? "");
  return match === null ? null : Number(match[1]);
}

/** Where a process's open files lead; [] when it has ended meanwhile, null where they may not be looked at. */
export function openFiles(root: string, pid: number): string[] | null {
  const folder = join(root, String(pid), "fd");
  const names = tryLook(() => readdirSync(folder));
  if (typeof names === "string") return names === "gone" ? [] : null;
  return linkTargets(names.value.map((name) => `${folder}/${name}`));
}

/** Where links lead, without those that are gone; null where they may not be followed. */
function linkTargets(links: readonly string[]): string[] | null {
  const files: string[] = [];
  for (const path of links) {
    const link = tryLook(() => readlinkSync(path));
    // One that may not be followed says all: the kernel would be asked in vain for each of hundreds.
    if (link === "hidden") return null;
    if (link !== "gone") files.push(link.value);
  }
  return files;
}

/** The text of a file, or null when it cannot be read. */
export function text(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** The ancestors of a process below init, eldest first: `sshd(123) > sudo(124)`. */
export function ancestors(table: ReadonlyMap<number, ProcessRow>, row: ProcessRow): string {
  const names: string[] = [];
  const visitedPids = new Set([row.pid]);
  for (
    let ancestor = table.get(row.parent);
    ancestor !== undefined && ancestor.pid > 1 && !visitedPids.has(ancestor.pid);
    ancestor = table.get(ancestor.parent)
  ) {
    visitedPids.add(ancestor.pid);
    names.unshift(`${ancestor.program}(${ancestor.pid})`);
  }
  return names.join(" > ");
}
