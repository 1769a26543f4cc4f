/** What the appliance's own JobLog is told about a run, and how it is named there. */
import type { Failure } from "../../../../ports/outcome.ts";
import type { Result } from "../../../../ports/result.ts";
import { sha256 } from "../../../../connections/mysql/identity.ts";

interface JobTarget {
  /** The VM context's id. */
  readonly key: string;
  readonly label: string;
}

interface About {
  readonly run_id: string;
  readonly target: JobTarget;
  /** RFC 3339, as in the journal. */
  readonly wall_time: string;
}

export type JobLogEntry =
  | (About & { readonly kind: "run-started"; readonly operation: string })
  | (About & {
      readonly kind: "phase-started" | "phase-ended";
      readonly seq: number;
      readonly name: string;
      readonly status: "running" | "completed" | "failed" | "skipped";
      readonly message?: string;
    })
  | (About & {
      readonly kind: "log";
      readonly event_id: string;
      /** Read from the journal: an earlier session may have written it already. */
      readonly past: boolean;
      readonly level: "DEBUG" | "INFO" | "WARN" | "ERROR";
      readonly message: string;
    })
  /** It was left as failed, and is taken up again. */
  | (About & { readonly kind: "run-resumed" })
  | (About & {
      readonly kind: "run-ended";
      readonly status: "completed" | "failed" | "cancelled";
      readonly message: string;
    });

export interface JobLogPort {
  /** Writes one entry. The same entry again changes nothing, so a follower may start over at any place. */
  mirror(entry: JobLogEntry): Promise<Result<void, Failure>>;
}

export const OWNER = "handrail";

/** The id of a run's row for one target: always the same UUID (version 8: made by ourselves). */
export function jobId(runId: string, targetKey: string): string {
  const hex = sha256(`handrail joblog\0${runId}\0${targetKey}`);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** Cuts to a column's width, counted in characters as the server does. */
export const cut = (text: string, width: number): string => Array.from(text).slice(0, width).join("");

/** Seconds since 1970 with microseconds: the server turns them into its own zone's wall time. */
export const seconds = (wallTime: string): string => (Date.parse(wallTime) / 1_000).toFixed(6);
