/** The port to CloudStack: lists, signed requests and async jobs. */
import type { Dispatched } from "../../../ports/dispatch.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { Failure } from "../../../ports/outcome.ts";
import type { Result } from "../../../ports/result.ts";

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
  /** One job by its id, which leads to it for a day after its end (`job.expire.minutes`). */
  job(id: string): Promise<Result<AsyncJob, Failure>>;
  /**
   * The account's async jobs (`listAsyncJobs`), for finding a job whose answer was lost: those that are pending, and before
   * CloudStack 4.12 those that have ended as well.
   */
  jobs(): Promise<Result<AsyncJob[], Failure>>;
}

/**
 * CloudStack's codes for what it checks before it begins anything: rights (401, 430), rate (429), parameters (431), command
 * (432). Every other code may come after the work, 530 ("internal error", "cancelled because of restart") above all.
 */
const CHECKED_FIRST: ReadonlySet<string> = new Set(["401", "429", "430", "431", "432"]);

/** Whether a code of CloudStack proves that nothing was begun. */
export const provesNothingBegan = (code: string): boolean => CHECKED_FIRST.has(code);
