import { randomUUID } from "node:crypto";
import { goDatabaseError, type Database } from "../appliance/database.ts";
import { goMap } from "../appliance/gojson.ts";
import { messageOf } from "./context.ts";

/** What a new job is called and belongs to. */
export type NewJob = {
  type: string;
  operation: string;
  category?: string | null;
  external?: string | null;
  context?: string | null;
  metadata?: Record<string, unknown> | null;
};

/** Writes a job down as running and returns its id. */
export async function startJob(db: Database, job: NewJob): Promise<string> {
  const id = randomUUID();
  const { type, operation, external = null, metadata = null, context = null, category = null } = job;
  try {
    await db.change(
      "insert into job_tracking (id, job_type, operation, status, external_job_id, metadata, owner, context_id, " +
        "job_category, started_at, created_at, updated_at) values (?, ?, ?, 'running', ?, ?, 'system', ?, ?, now(), now(), now())",
      [id, type, operation, external, metadata ? goMap(metadata) : null, context, category],
    );
  } catch (problem) {
    throw new Error(`failed to create job record: ${goDatabaseError(problem)}`, { cause: problem });
  }
  return id;
}

/** Ends a job, whatever its row says by now: nothing guards a status that was set by hand. */
export async function endJob(
  db: Database,
  id: string,
  status: "completed" | "failed",
  error: string | null,
): Promise<void> {
  await db.change(
    "update job_tracking set status = ?, completed_at = now(), canceled_at = null, error_message = ?, updated_at = now() where id = ?",
    [status, error, id],
  );
}

/** Begins a step with the next number of its job. */
export async function startStep(db: Database, job: string, name: string): Promise<number> {
  try {
    const top = await db.row("select coalesce(max(seq), 0) as top from job_steps where job_id = ?", [job]);
    const seq = Number(top?.["top"] ?? 0) + 1;
    await db.change(
      "insert into job_steps (job_id, name, seq, status, started_at) values (?, ?, ?, 'running', now(6))",
      [job, name, seq],
    );
    return seq;
  } catch (problem) {
    throw new Error(`failed to start step: failed to create step record: ${goDatabaseError(problem)}`, {
      cause: problem,
    });
  }
}

/** Ends a step, again without a look at what the row says. */
export async function endStep(db: Database, job: string, seq: number, error: string | null): Promise<void> {
  await db.change(
    "update job_steps set status = ?, completed_at = now(6), error_message = ? where job_id = ? and seq = ?",
    [error === null ? "completed" : "failed", error, job, seq],
  );
}

/** Runs one step of a job and writes down how it ended. */
export async function step<T>(db: Database, job: string, name: string, work: () => Promise<T>): Promise<T> {
  const seq = await startStep(db, job, name);
  try {
    const result = await work();
    await endStep(db, job, seq, null);
    return result;
  } catch (problem) {
    await endStep(db, job, seq, messageOf(problem));
    throw problem;
  }
}
