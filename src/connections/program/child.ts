/** One program that was started here: its own process group, a fixed environment, both of its streams read to their end. */
import { readFileSync } from "node:fs";
import type { ProgramCall, ProgramEnd } from "../../ports/program.ts";
import { parseStat } from "../proc/table.ts";
import { Output } from "./output.ts";

/** Where programs look for others, in which tongue they speak; nothing else of ours is around them. */
const ENVIRONMENT = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };

/** Names the attempt in the environment of its program. */
export const ATTEMPT = "ATTEMPT_ID_OF_HANDRAIL";

/** What still comes out of a program that has ended, by its children: waited for so long, real milliseconds. */
const DRAIN_MS = 200;
/** Between TERM and KILL, real milliseconds. */
const GRACE_MS = 10_000;

export interface Child {
  /** pid and start time: together they name a process. */
  readonly id: string;
  /** null while it runs. */
  end(): ProgramEnd | null;
  readonly ended: Promise<ProgramEnd>;
  /** Ends its whole group: TERM, then KILL. */
  stop(): void;
}

/** Starts it. Throws what the system says where it cannot be started. */
export async function startChild(
  { path, args }: ProgramCall,
  attempt: string | null,
  redact: (text: string) => string,
): Promise<Child> {
  // Only a run that starts a program needs it.
  const { execa } = await import("execa");
  const child = execa(path, [...args], {
    cwd: "/",
    env: { ...ENVIRONMENT, ...(attempt === null ? {} : { [ATTEMPT]: attempt }) },
    extendEnv: false,
    stdin: "ignore",
    buffer: false,
    reject: false,
    cleanup: false,
    detached: true,
  });
  const [output, errors] = [new Output(child.stdout), new Output(child.stderr)];
  const { pid } = child;
  if (pid === undefined) throw (await child).cause ?? new Error("it could not be started");
  let known: ProgramEnd | null = null;
  let [hasEnded, isStopped] = [false, false];
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.nodeChildProcess.once("exit", (exit, signal) => {
      hasEnded = true;
      // A child of it may hold the streams open for as long as it lives.
      setTimeout(() => {
        known = { ...endOf({ exit, signal }, { output, errors }, redact), ...(isStopped ? { stopped: true } : {}) };
        child.stdout.destroy();
        child.stderr.destroy();
        resolve(known);
      }, DRAIN_MS);
    });
  });
  const stop = (): void => {
    isStopped ||= !hasEnded;
    stopGroup(pid);
  };
  return { id: `${pid}:${startOf(pid)}`, end: () => known, ended, stop };
}

function endOf(
  { exit, signal }: Pick<ProgramEnd, "exit" | "signal">,
  { output, errors }: { readonly output: Output; readonly errors: Output },
  redact: (text: string) => string,
): ProgramEnd {
  const truncated = output.isTruncated || errors.isTruncated;
  return { exit, signal, output: redact(output.text), errors: redact(errors.text), truncated };
}

/** The start time of a process in ticks, '' where it has ended already. */
export function startOf(pid: number): string {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    return stat?.startTicks ?? "";
  } catch {
    return "";
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is there any more.
  }
}

/** Its leader may have ended while others of its group have not: KILL goes to the group in any case. */
function stopGroup(pid: number): void {
  signalGroup(pid, "SIGTERM");
  setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS).unref();
}
