/**
 * The statements behind each entry. Every one is bound to a row that we own: rows of the appliance are never touched,
 * not even when an id should collide, and a repeated entry matches nothing.
 */
import { cut, jobId, OWNER, seconds, type JobLogEntry } from "./entry.ts";

export interface JobLogStatement {
  readonly sql: string;
  readonly values: readonly (string | null)[];
}

type Entry<K extends JobLogEntry["kind"]> = Extract<JobLogEntry, { kind: K }>;
type Phase = Entry<"phase-started" | "phase-ended">;

/** The statements of an entry, in order. */
export function statementsOf(entry: JobLogEntry): JobLogStatement[] {
  switch (entry.kind) {
    case "run-started":
      return [insertJob(entry)];
    case "phase-started":
      return [step(entry)];
    case "phase-ended":
      return [step(entry), stepEnded(entry)];
    case "log":
      return [insertLog(entry)];
    case "run-resumed":
      return [reopenJob(entry)];
    case "run-ended":
      return [stepsClosed(entry), closeJob(entry)];
    default:
      return entry satisfies never;
  }
}

function insertJob(entry: Entry<"run-started">): JobLogStatement {
  const { run_id, target, operation, wall_time } = entry;
  const metadata = JSON.stringify({ handrail_run: run_id, context_id: target.key, vm_name: target.label });
  return {
    sql: `INSERT INTO job_tracking
        (id, job_type, operation, status, external_job_id, metadata, started_at, percent_complete, owner, context_id, job_category)
      VALUES (?, 'cleanup', ?, 'running', ?, ?, FROM_UNIXTIME(?), 0, '${OWNER}', ?, 'system')
      ON DUPLICATE KEY UPDATE id = id`,
    values: [
      jobId(run_id, target.key),
      cut(operation, 100),
      cut(`handrail-${run_id}`, 64),
      metadata,
      seconds(wall_time),
      cut(target.key, 64),
    ],
  };
}

function reopenJob({ run_id, target }: Entry<"run-resumed">): JobLogStatement {
  return {
    sql: `UPDATE job_tracking SET status = 'running', completed_at = NULL, error_message = NULL
      WHERE id = ? AND owner = '${OWNER}' AND status = 'failed'`,
    values: [jobId(run_id, target.key)],
  };
}

/** Adds the step's row where there is none. A phase that was skipped begins and ends at once. */
function step(entry: Phase): JobLogStatement {
  const { run_id, target, seq, name, status, wall_time } = entry;
  const timeS = seconds(wall_time);
  return {
    sql: `INSERT INTO job_steps (job_id, name, seq, status, started_at, completed_at, error_message, metadata)
      SELECT id, ?, ?, ?, FROM_UNIXTIME(?), FROM_UNIXTIME(?), ?, ? FROM job_tracking WHERE id = ? AND owner = '${OWNER}'
      ON DUPLICATE KEY UPDATE job_steps.seq = job_steps.seq`,
    values: [
      cut(name, 200),
      String(seq),
      status,
      timeS,
      status === "running" ? null : timeS,
      problem(entry),
      JSON.stringify({ handrail_run: run_id }),
      jobId(run_id, target.key),
    ],
  };
}

const problem = ({ status, message }: Phase): string | null =>
  status === "failed" || status === "skipped" ? (message ?? null) : null;

function stepEnded(entry: Phase): JobLogStatement {
  const { run_id, target, seq, status, wall_time } = entry;
  return {
    sql: `UPDATE job_steps s JOIN job_tracking t ON t.id = s.job_id AND t.owner = '${OWNER}'
      SET s.status = ?, s.completed_at = FROM_UNIXTIME(?), s.error_message = ?
      WHERE s.job_id = ? AND s.seq = ? AND s.status = 'running'`,
    values: [status, seconds(wall_time), problem(entry), jobId(run_id, target.key), String(seq)],
  };
}

/**
 * `log_events` has no key of its own that we could set: the event's id stands in the attributes. It is looked for only where
 * an earlier session may have written it, since that goes through all of the run's lines.
 */
function insertLog(entry: Entry<"log">): JobLogStatement {
  const { run_id, target, event_id, level, message, wall_time, past: isPast } = entry;
  const id = jobId(run_id, target.key);
  const attrs = JSON.stringify({ handrail_event: event_id, handrail_run: run_id, job_id: id, vm_name: target.label });
  const sql = `INSERT INTO log_events (job_id, level, message, attrs, ts, external_job_id)
      SELECT t.id, ?, ?, ?, FROM_UNIXTIME(?), t.external_job_id FROM job_tracking t
      WHERE t.id = ? AND t.owner = '${OWNER}'`;
  const values = [level, cut(message, 16_000), attrs, seconds(wall_time), id];
  if (!isPast) return { sql, values };
  const unwritten = `NOT EXISTS
        (SELECT 1 FROM log_events e WHERE e.job_id = ? AND JSON_VALUE(e.attrs, '$.handrail_event') = ?)`;
  return { sql: `${sql} AND ${unwritten}`, values: [...values, id, event_id] };
}

/** A run that ends early leaves no step running behind it. */
function stepsClosed(entry: Entry<"run-ended">): JobLogStatement {
  const { run_id, target, status, wall_time } = entry;
  return {
    sql: `UPDATE job_steps s JOIN job_tracking t ON t.id = s.job_id AND t.owner = '${OWNER}' AND t.status = 'running'
      SET s.status = ?, s.completed_at = FROM_UNIXTIME(?) WHERE s.job_id = ? AND s.status = 'running'`,
    values: [status === "completed" ? "completed" : "failed", seconds(wall_time), jobId(run_id, target.key)],
  };
}

function closeJob(entry: Entry<"run-ended">): JobLogStatement {
  const { run_id, target, status, message, wall_time } = entry;
  const timeS = seconds(wall_time);
  return {
    sql: `UPDATE job_tracking SET status = ?, completed_at = FROM_UNIXTIME(?), canceled_at = FROM_UNIXTIME(?),
        error_message = ?, percent_complete = IF(? = 'completed', 100, percent_complete)
      WHERE id = ? AND owner = '${OWNER}' AND status = 'running'`,
    values: [
      status,
      timeS,
      status === "cancelled" ? timeS : null,
      status === "completed" ? null : message,
      status,
      jobId(run_id, target.key),
    ],
  };
}
