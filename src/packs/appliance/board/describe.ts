/** What the rows of context, job and JobLog together say of a VM: how it stands, what to do about it, and why. */
import { clean } from "../../../engine/words.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { Advice, BoardTarget, Reading } from "../../../ui/sources.ts";

/** A row that the runbook selects, with the age and the failing step of its job. */
export interface BoardRow extends Pick<BoardTarget, "key" | "label" | "stuck" | "seconds" | "step"> {
  readonly row: JsonObject;
}

const cell = ({ row }: BoardRow, column: string): string => clean(String(row[column] ?? ""));

/** The keys of the runbooks that the appliance's rows call for. */
const CLEANUP = "c";
const RECOVER = "r";

/** A failover that has not to be ended here, or none. */
type Calm = "in failover" | "busy" | "live failover" | "well";

const CALM: Readonly<Record<Calm, Pick<Reading, "glyph" | "tone" | "rank" | "advice">>> = {
  "in failover": {
    glyph: "waiting",
    tone: "waiting",
    rank: 0,
    advice: {
      suggestion: "Look first",
      why: "it is in a failover that is not called stuck; a cleanup finds out whether a rollback left something of it",
      key: "enter",
    },
  },
  busy: {
    glyph: "running",
    tone: "running",
    rank: 1,
    advice: { suggestion: "Wait", why: "it is being replicated", key: null },
  },
  "live failover": {
    glyph: "skipped",
    tone: "refused",
    rank: 2,
    advice: {
      suggestion: "Nothing here",
      why: "a live failover is ended with the appliance's rollback, not with this",
      key: null,
    },
  },
  well: {
    glyph: "ok",
    tone: "ok",
    rank: 3,
    advice: { suggestion: "Nothing to do", why: "no failover is open", key: null },
  },
};

const CALM_STATUS: ReadonlyMap<string, Calm> = new Map([
  ["replicating", "busy"],
  ["initial_sync", "busy"],
  ["discovered", "busy"],
  ["ready_for_failover", "well"],
  ["failed_over_live", "live failover"],
  ["cleanup_required", "in failover"],
]);

const calmOf = (status: string): Calm => CALM_STATUS.get(status) ?? (status.includes("fail") ? "in failover" : "well");

/** Whether JobLog has the engine's own word that it ended; a mark made by hand is not that. */
const isEngineOver = (row: BoardRow): boolean => ["failed", "cancelled"].includes(cell(row, "tracking_status"));

function stuckAdvice(row: BoardRow): Advice {
  const step = row.step === null ? "" : ` at ${clean(row.step.name)}`;
  if (isEngineOver(row))
    return {
      suggestion: "Cleanup Failed Job",
      why: `the test failover ended${step} and left volumes, snapshots and rows behind`,
      key: CLEANUP,
    };
  const tracking = cell(row, "tracking_status") || "nothing";
  return {
    suggestion: "Recover",
    why: `JobLog says ${tracking}${step}: the failover engine may still be alive and waiting`,
    key: RECOVER,
  };
}

/** What context, job and JobLog say. A job that waits while JobLog has failed is the odd one. */
function sourcesOf(row: BoardRow): Reading["sources"] {
  const job = cell(row, "job_status");
  const tracking = cell(row, "tracking_status");
  const isOver = ["failed", "cancelled", "completed"].includes(tracking);
  const isOpen = job !== "" && !["failed", "completed", "cleanup"].includes(job);
  return [
    { name: "context", says: cell(row, "current_status"), odd: false },
    { name: "job row", says: job === "" ? "none open" : job, odd: isOpen && isOver },
    { name: "JobLog", says: tracking === "" ? "nothing" : tracking, odd: false },
  ];
}

const STUCK = { status: "stuck", glyph: "bad", tone: "danger", rank: 0, idle: false } as const;

function standingOf(row: BoardRow): Pick<Reading, "status" | "glyph" | "tone" | "rank" | "idle" | "advice"> {
  if (row.stuck) return { ...STUCK, advice: stuckAdvice(row) };
  const calm = calmOf(cell(row, "current_status"));
  return { ...CALM[calm], status: calm, idle: calm === "well" };
}

/** A live failover whose job is still open: nothing here recovers it, and it is not well. One that finished is. */
const asideOf = (row: BoardRow): string | null =>
  !row.stuck && cell(row, "job_type") === "live" ? "in an unfinished live failover" : null;

/**
 * A failover that is not called stuck may have left something: one that finished is in use, or the appliance's rollback of
 * it failed half-way. The cleanup itself looks which, before anything else.
 */
const mayBeLeft = ({ row }: BoardRow): boolean => row["current_status"] === "failed_over_test";

/** A row of the board, read. */
export function describe(row: BoardRow): BoardTarget {
  const type = cell(row, "job_type");
  return {
    key: row.key,
    label: row.label,
    stuck: row.stuck,
    seconds: row.seconds,
    step: row.step,
    place: String(row.row["vcenter_host"] ?? ""),
    reading: {
      ...standingOf(row),
      state: String(row.row["current_status"] ?? "not stuck"),
      operation: type === "" ? "" : `${type} failover`,
      sources: sourcesOf(row),
      begins: mayBeLeft(row) ? [CLEANUP] : [],
      aside: asideOf(row),
    },
  };
}
