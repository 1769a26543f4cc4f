/** The port to the processes of this machine. */
import type { Failure, Outcome } from "./outcome.ts";
import type { Result } from "./result.ts";

/** A process by its identity: pid and start time together, since pids are used again. */
export interface ProcessLook {
  readonly pid: number;
  /** Start time in clock ticks since boot, as /proc gives it: with the pid it names the process. */
  readonly start_ticks: string;
  /** Seconds since 1970, rounded down: it may have started up to a second later, and its clock may be off by one. */
  readonly started: number;
  readonly program: string;
  readonly args: string;
  /** The device of the question that its arguments or open files name. */
  readonly device: string;
  readonly parents: string;
  /** Processor time used so far, milliseconds: read twice, it tells work from waiting. */
  readonly cpu_ms: number;
}

/** What a process must be, all of it, to be signalled. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start_ticks: string;
  readonly device: string;
}

export interface ProcessPort {
  /** Processes that name one of these devices in their arguments or hold it open. */
  holders(devices: readonly string[]): Promise<Result<ProcessLook[], Failure>>;
  /** The process of one of the site's own programs, or none: what is older than it nobody works at any more. */
  service(name: string): Promise<Result<ProcessLook[], Failure>>;
  /**
   * Ends one process: TERM, ten seconds of the site's time, KILL; before each signal it is looked at again, and nothing
   * is signalled unless pid, start time and device are all still the same.
   */
  end(identity: ProcessIdentity): Promise<Outcome>;
}
