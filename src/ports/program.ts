/** The door to programs of this machine that a site lets runbooks start: no shell, a fixed environment, a group of their own. */
import type { JsonObject } from "./json.ts";
import type { Failure, Outcome } from "./outcome.ts";
import type { Result } from "./result.ts";

/** A program that a site lets runbooks start. */
export interface AllowedProgram {
  readonly path: string;
  /** It only looks, as the site's owner says. */
  readonly isRead: boolean;
}

/** A program with its arguments; nothing of it is read by a shell. */
export interface ProgramCall {
  /** The whole path. */
  readonly path: string;
  readonly args: readonly string[];
}

/** A program's file, as it is now. */
export interface ProgramFile extends JsonObject {
  readonly path: string;
  /** Hex digest of its bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/** How a program ended, and what it printed: capped, its middle left out, secrets taken out. */
export interface ProgramEnd {
  /** null where a signal ended it. */
  readonly exit: number | null;
  readonly signal: string | null;
  /** Standard output. */
  readonly output: string;
  readonly errors: string;
  readonly truncated: boolean;
  /** Handrail ended it, since its time was over: no exit code is its own word then. Missing where it ended by itself. */
  readonly stopped?: true;
}

/** What is started: which file it has to be, and when its group is ended. */
export interface ProgramStart {
  readonly call: ProgramCall;
  readonly sha256: string;
  /** Of the attempt: in its environment, so that it is found again. */
  readonly attempt: string;
  /** Seconds of the site after which its whole group is ended: TERM, ten seconds, KILL. null: never. */
  readonly endS: number | null;
}

export interface ProgramPort {
  /** Looks at the file: whether it can be started, and which it is. Refused where others could change it. */
  look(path: string): Promise<Result<ProgramFile, Failure>>;
  /** Starts a program that only looks, and waits for its end; its group is ended after `seconds` of real time. */
  ask(call: ProgramCall, seconds: number): Promise<Result<ProgramEnd, Failure>>;
  /** Starts a program once, where its file is still the one that was approved. Gives its id, or the outcome without a start. */
  start(start: ProgramStart): Promise<Result<string, Outcome>>;
  /** The end of a program that was started here; null while it is there; `lost` where it was another's and is gone. */
  poll(id: string): Promise<Result<ProgramEnd | "lost" | null, Failure>>;
  /** The id of the program of an attempt, as the process table has it; null where it has none that may be seen. */
  find(attempt: string): Promise<Result<string | null, Failure>>;
}
