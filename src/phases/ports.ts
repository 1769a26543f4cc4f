/**
 * The ports through which a phase reads and changes the outside world. `src/connections` implements them against the
 * real thing; nothing else may touch a socket, a process or a clock. Every method returns its refusals as values.
 * No method retries a change and none hides a lost answer: that is `unknown`.
 */
import type { JsonObject } from "./json.ts";
import type { Failure, Outcome } from "./outcome.ts";
import type { Result } from "./result.ts";
import type { Undo, SqlPort } from "./sql-port.ts";

// -------------------------------------------------------- Volume Daemon ----

/** Where one volume is, as the daemon and CloudStack each say, and whether they agree. */
export interface VolumeLook {
  readonly volume_id: string;
  /** `mapped`, or `not mapped` only when the daemon says so in those words and its database is healthy. */
  readonly daemon: "mapped" | "not mapped";
  readonly daemon_vm: string;
  readonly mode: string;
  readonly device_path: string;
  /** `attached`, `detached`, or `missing` when CloudStack does not know the volume. */
  readonly cloudstack: "attached" | "detached" | "missing";
  readonly cloudstack_vm: string;
  /** `appliance`, `detached`, `elsewhere` (both agree on another VM), `disagree`, `missing`. */
  readonly where: "appliance" | "detached" | "elsewhere" | "disagree" | "missing";
}

export interface VolumeOperation {
  readonly id: string;
  readonly type: string;
  readonly status: "pending" | "executing" | "completed" | "failed" | "cancelled";
  readonly volume_id: string;
  readonly vm_id: string;
  /** The daemon's error text without secrets; '' when none. */
  readonly error: string;
  /** The CloudStack error code inside that text ('431', '530'), or ''. */
  readonly code: string;
  /**
   * Why nothing will come of it any more although its row says `pending` or `executing`; '' while that is not proved.
   * Only the list of a volume's operations finds it out.
   */
  readonly abandoned: string;
  /** When it was asked for and when it ended, whole seconds since 1970, rounded down; null where the daemon does not say. */
  readonly created: number | null;
  readonly completed: number | null;
}

export interface VolumeRequest {
  readonly op: "attach" | "attach_root" | "detach";
  readonly volume: string;
  readonly vm: string;
}

/** What came of handing a change over: it was accepted under an id, or it ended at once. */
export type Dispatched =
  | { readonly kind: "accepted"; readonly id: string }
  | { readonly kind: "ended"; readonly outcome: Outcome };

/** A change that was carried out in a transaction which is still open. Whoever holds it commits it or gives it up. */
export interface Held {
  readonly kind: "held";
  readonly undo: Undo;
  /** Decides, once: true commits. Gives what came of it. */
  decide(commit: boolean): Promise<Outcome>;
}

export interface VolumePort {
  /** Proves that the daemon answers and its `database_health` is healthy. Anything else is `unreachable`. */
  health(): Promise<Result<JsonObject, Failure>>;
  look(volumes: readonly string[], appliance: string): Promise<Result<VolumeLook[], Failure>>;
  /** The daemon's operations on one volume, newest first. */
  operations(volume: string): Promise<Result<VolumeOperation[], Failure>>;
  /** One POST, never repeated. A lost answer is `unknown`. */
  submit(request: VolumeRequest): Promise<Dispatched>;
  operation(id: string): Promise<Result<VolumeOperation, Failure>>;
}

// ----------------------------------------------------------- CloudStack ----

export interface AsyncJob {
  readonly id: string;
  readonly command: string;
  readonly status: "pending" | "done" | "failed";
  readonly instance: string;
  readonly code: string;
  readonly error: string;
  /** When it began and when it ended, seconds since 1970 by our clock, right to two; null where that is not known. */
  readonly created: number | null;
  readonly completed: number | null;
}

export interface CloudStackPort {
  /** A list command; the rows of the answer as they came, '' for absent fields that were asked for. */
  list(command: string, params: Readonly<Record<string, string>>): Promise<Result<JsonObject[], Failure>>;
  /** One signed request, never repeated. */
  submit(command: string, params: Readonly<Record<string, string>>): Promise<Dispatched>;
  job(id: string): Promise<Result<AsyncJob, Failure>>;
  /** The account's async jobs (`listAsyncJobs`), for finding a job whose answer was lost. */
  jobs(): Promise<Result<AsyncJob[], Failure>>;
}

// -------------------------------------------------------------- Process ----

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
  /** The OMA API's own process, or none: an engine older than it is gone. */
  api(): Promise<Result<ProcessLook[], Failure>>;
  /** The Volume Daemon's own process, or none: an operation older than it is abandoned. */
  daemon(): Promise<Result<ProcessLook[], Failure>>;
  /**
   * Ends one process: TERM, ten seconds of the site's time, KILL; before each signal it is looked at again, and nothing
   * is signalled unless pid, start time and device are all still the same.
   */
  end(identity: ProcessIdentity): Promise<Outcome>;
}

// --------------------------------------------------------------- Script ----

/** What a script printed, both streams in order; capped, its middle left out and said so. */
export interface ScriptOutput {
  readonly exit: number | null;
  readonly output: string;
  readonly truncated: boolean;
}

export interface ScriptPort {
  /** Runs a fixed shell text that only looks; nothing is pasted into it. Ends it after `seconds` of real time. */
  run(script: string, seconds: number): Promise<Result<ScriptOutput, Failure>>;
}

// ---------------------------------------------------------------- Clock ----

/** Time as a port: a lab's time scale divides every wait. */
export interface ClockPort {
  /** Real monotonic milliseconds since boot. */
  monoMs(): number;
  /** Waits `seconds` of the site's time; ends early, returning false, when the signal fires. */
  sleep(seconds: number, signal?: AbortSignal): Promise<boolean>;
  /** Seconds of the site's time that passed since a `monoMs()` reading. */
  since(monoMs: number): number;
  readonly scale: number;
}

/** Every port that a phase may use. */
export interface Ports {
  readonly sql: SqlPort;
  readonly volume: VolumePort;
  readonly cloudstack: CloudStackPort;
  readonly process: ProcessPort;
  readonly script: ScriptPort;
  readonly clock: ClockPort;
}
