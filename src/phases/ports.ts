/**
 * The ports through which a phase reads and changes the outside world. `src/connections` implements them against the
 * real thing; nothing else may touch a socket, a process or a clock. Every method returns its refusals as values.
 * No method retries a change and none hides a lost answer: that is `unknown`.
 */
import type { JsonObject } from "./json.ts";
import type { Failure, Outcome } from "./outcome.ts";
import type { Result } from "./result.ts";

// ------------------------------------------------------------------ SQL ----

/** A value bound to a named placeholder. Numbers are refused on purpose: 1 would match the text '1abc'. */
export type SqlValue = string | null | readonly string[];

/** One statement with named placeholders (`:name`), and the values bound to them. */
export interface BoundSql {
  readonly sql: string;
  readonly values: Readonly<Record<string, SqlValue>>;
}

/** Column types a fact can have: integers become `int`, everything else stays `text`; `bool` is tinyint(1) or 0/1. */
export type ColumnType = "text" | "int" | "bool";

export interface RowSet {
  readonly rows: readonly JsonObject[];
}

/** Where a change may reach: the bound is checked against the rows really matched, before anyone is asked. */
export interface Touches {
  readonly table: string;
  readonly rows: { readonly exactly: number } | { readonly at_most: number };
  /**
   * Every matched row must have one of these values in this column: it belongs to the selected targets. null: the
   * change is not bound to targets, which raises its risk.
   */
  readonly within: { readonly column: string; readonly values: readonly string[] } | null;
}

export interface SqlChange extends BoundSql {
  readonly touches: Touches;
  /** Where one statement changes several tables: the contracts of the others. */
  readonly also?: readonly Touches[];
  /** May be carried out although it has no preview; only a person who typed a name can have approved that. */
  readonly blind?: boolean;
  /** For an undo: the keys of all rows that it is about. Those that do not match are conflicts. */
  readonly expects?: readonly (readonly string[])[];
}

/** One column of one row: texts as the server stores them, bytes as hexadecimal, null for NULL or no row. */
export interface CellDiff {
  readonly column: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The server, a clock or chance decides the value at commit: what is shown is only an example of it. */
  readonly at_commit?: true;
}

export interface RowDiff {
  readonly key: readonly string[];
  /** Where the change gives the row another key. */
  readonly new_key?: readonly string[];
  readonly cells: readonly CellDiff[];
}

/** One column over all rows of a change. */
export interface ColumnDiff {
  readonly column: string;
  readonly rows: number;
  readonly at_commit: boolean;
  /** How many different changes there are, and the commonest of them. */
  readonly different: number;
  readonly commonest: readonly {
    readonly before: string | null;
    readonly after: string | null;
    readonly rows: number;
  }[];
}

/** What a change does to the rows of one table. */
export interface TableDiff {
  readonly verb: "update" | "delete" | "insert";
  /** Rows that really change; the other matched ones stay as they are. */
  readonly changed: number;
  readonly unchanged: number;
  /** The first rows, only their changing columns. All rows are in `columns` and in the keys. */
  readonly rows: readonly RowDiff[];
  readonly columns: readonly ColumnDiff[];
  /** sha256 over every row before, and over every row after but for what is decided at commit. */
  readonly before: string;
  readonly after: string;
  /** For each key a mark of what the row looked like, so that a row that drifted can be named. */
  readonly marks: readonly string[];
}

/** Something that happens beside the rows shown: a trigger, a cascade. */
export interface SideEffect {
  readonly kind: "trigger" | "cascade" | "more rows" | "unknown";
  readonly says: string;
  readonly table: string;
  /** Rows that it reaches, where that could be counted. */
  readonly rows: number | null;
}

export interface UndoNotice {
  readonly kind: "complete" | "partial" | "none";
  readonly why: readonly string[];
}

/** Rows as they are now, every column as text: for showing beside a preview, never part of it. */
export interface RowsNow {
  readonly columns: readonly string[];
  /** One for each key that was asked for; null where no row has it. */
  readonly rows: readonly ((string | null)[] | null)[];
}

/** What a change would do to one table: the rows by their keys, and their columns before and after. */
export interface TablePreview {
  readonly table: string;
  readonly key_columns: readonly string[];
  /** One entry for each matched row: its key values as text, in the order of `key_columns`. */
  readonly keys: readonly (readonly string[])[];
  readonly matched: number;
  /** Missing in journals of before the rows were shown. */
  readonly diff?: TableDiff;
}

/** What a change would do, observed under locks and rolled back. The digest is what an approval is bound to. */
export interface ChangePreview extends TablePreview {
  /** sha256 of server, statement, values, keys and rows. */
  readonly digest: string;
  /** The other tables of a change to several. */
  readonly others?: readonly TablePreview[];
  readonly effects?: readonly SideEffect[];
  readonly undo?: UndoNotice;
  /** Why there is no preview; nothing else in it means anything then. */
  readonly blind?: string;
  /** Why this change asks for more than its kind does: each raises the risk to `destroy`. */
  readonly raises?: readonly string[];
  /** For an undo: rows that were changed since, and stay as they are. */
  readonly conflicts?: readonly (readonly string[])[];
}

/** How a change is taken back: statements that touch only rows which still are as the change left them, in order. */
export interface Undo extends UndoNotice {
  readonly changes: readonly SqlChange[];
  /** sha256 of `changes`: a journal that had to take a secret out of them no longer has this one. */
  readonly sha256: string;
}

/** Which attempt a change is: what the comment in front of it names, for the binary log and the process list. */
export interface SqlTag {
  readonly run: string;
  readonly step: string;
  readonly attempt: string;
  /** The connection that the intent names: on any other one the change could not be fenced, so it is not sent there. */
  readonly connection_id?: string;
}

export interface ServerIdentity {
  readonly hostname: string;
  readonly port: string;
  readonly version: string;
  readonly database: string;
  readonly user: string;
  /** sha256 of what names the server, shortened to 16 hex digits. */
  readonly fingerprint: string;
}

/** Takes the undo of a change before it is committed; true once it is kept for certain. */
export type KeepUndo = (undo: Undo) => Promise<boolean>;

export interface SqlPort {
  identity(): Promise<Result<ServerIdentity, Failure>>;
  /** Runs a statement known to be a pure read on the read-only connection; refuses anything else without sending it. */
  read(query: BoundSql, columns: Readonly<Record<string, ColumnType>>): Promise<Result<RowSet, Failure>>;
  /** Locks and counts the matching rows on the writer connection, then rolls back. */
  preview(change: SqlChange): Promise<Result<ChangePreview, Failure>>;
  /**
   * Locks again, compares with the approved rows, runs the statement once and compares what it did. `keep` is given
   * the undo while the transaction is still open; only when it answers true is it committed.
   */
  apply(change: SqlChange, approved: ChangePreview, tag: SqlTag, keep?: KeepUndo): Promise<Outcome>;
  /**
   * After a lost answer: takes the run's lock again (the fence), sees that the old connection is gone, and looks
   * whether the approved rows still match the statement (not applied) or no longer do (applied). Reads only.
   */
  settle(change: SqlChange, approved: ChangePreview, intent: JsonObject): Promise<Outcome>;
  /** What an intent has to remember to be settled later: the writer's connection id and the server's fingerprint. */
  beforeIntent(): Promise<Result<JsonObject, Failure>>;
}

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
  /** Seconds since 1970, whole. */
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
