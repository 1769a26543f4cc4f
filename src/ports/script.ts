/** The port to shell texts that only look. */
import type { Failure } from "./outcome.ts";
import type { Result } from "./result.ts";

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
