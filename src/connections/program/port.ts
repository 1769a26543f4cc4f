/** The port to programs of this machine. */
import { createHash } from "node:crypto";
import { accessSync, constants, readdirSync, readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ClockPort } from "../../ports/clock.ts";
import { failure, type Failure, type Outcome } from "../../ports/outcome.ts";
import type { ProgramCall, ProgramEnd, ProgramFile, ProgramPort, ProgramStart } from "../../ports/program.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { distrustOf } from "../../files/trust.ts";
import { fileTrouble } from "../../files/trouble.ts";
import { ATTEMPT, startChild, startOf, type Child } from "./child.ts";

interface ProgramOptions {
  readonly clock: ClockPort;
  readonly redact: (text: string) => string;
}

/** Makes the port. */
export const programPort = (options: ProgramOptions): ProgramPort => new Programs(options);

class Programs implements ProgramPort {
  readonly #options: ProgramOptions;
  readonly #children = new Map<string, Child>();

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  async look(path: string): Promise<Result<ProgramFile, Failure>> {
    try {
      const trouble = troubleOf(path);
      if (trouble !== null) return err(failure("refused", `${path} is not started: ${trouble}. Nothing was done.`));
      const bytes = await readFile(path);
      return ok({ path, sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length });
    } catch (error) {
      return err(failure("refused", `${path} cannot be started: ${fileTrouble(error)}. Nothing was done.`));
    }
  }

  async ask(call: ProgramCall, seconds: number): Promise<Result<ProgramEnd, Failure>> {
    const look = await this.look(call.path);
    if (!look.ok) return look;
    try {
      const child = await startChild(call, null, this.#options.redact);
      const timer = setTimeout(() => child.stop(), seconds * 1000);
      const end = await child.ended.finally(() => clearTimeout(timer));
      if (end.stopped === true)
        return err(failure("garbled", `${call.path} was ended by Handrail: it had no end after ${seconds} s.`));
      return end.signal === null
        ? ok(end)
        : err(failure("garbled", `${call.path} was ended by ${end.signal}, within ${seconds} s after its start.`));
    } catch (error) {
      return err(failure("refused", `${call.path} cannot be started: ${fileTrouble(error)}`));
    }
  }

  async start({ call, sha256, attempt, endS }: ProgramStart): Promise<Result<string, Outcome>> {
    const look = await this.look(call.path);
    if (!look.ok) return err(unsent("not-sent", look.error.message));
    if (look.value.sha256 !== sha256)
      return err(unsent("drifted", `${call.path} is another file than the one that was approved; it was not started.`));
    const { clock, redact } = this.#options;
    try {
      const child = await startChild(call, attempt, redact);
      this.#children.set(child.id, child);
      if (endS !== null) void stopLate(child, endS, clock);
      return ok(child.id);
    } catch (error) {
      return err(unsent("not-sent", `${call.path} cannot be started: ${fileTrouble(error)}.`));
    }
  }

  poll(id: string): Promise<Result<ProgramEnd | "lost" | null, Failure>> {
    const child = this.#children.get(id);
    if (child !== undefined) return Promise.resolve(ok(child.end()));
    return Promise.resolve(ok(isThere(id) ? null : "lost"));
  }

  find(attempt: string): Promise<Result<string | null, Failure>> {
    try {
      const pid = readdirSync("/proc").find((name) => /^\d+$/u.test(name) && isOf(Number(name), attempt));
      return Promise.resolve(ok(pid === undefined ? null : `${pid}:${startOf(Number(pid))}`));
    } catch (error) {
      return Promise.resolve(err(failure("unreachable", `the process table cannot be read: ${fileTrouble(error)}`)));
    }
  }
}

function troubleOf(path: string): string | null {
  if (!statSync(path).isFile()) return "it is no file";
  accessSync(path, constants.X_OK);
  return distrustOf(path);
}

async function stopLate(child: Child, endS: number, clock: ClockPort): Promise<void> {
  await Promise.race([clock.sleep(endS), child.ended]);
  if (child.end() === null) child.stop();
}

function isThere(id: string): boolean {
  const [pid = "", ticks = ""] = id.split(":");
  return ticks !== "" && startOf(Number(pid)) === ticks;
}

/** Whether a process is the leader of an attempt's group: its children have the same words around them. */
function isOf(pid: number, attempt: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${ATTEMPT}=${attempt}`) && isLeader(pid);
  } catch {
    // It has ended, or belongs to somebody else: then it is none of ours.
    return false;
  }
}

/** Field 5 of `stat` is its group: a leader's own id. */
function isLeader(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2] === String(pid);
}

const unsent = (why: "not-sent" | "drifted", message: string): Outcome => ({
  kind: "not-applied",
  why,
  code: null,
  message,
  evidence: {},
});
