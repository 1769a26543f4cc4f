import { goTimeOrNull } from "../appliance/clock.ts";
import type { LabRow } from "../appliance/database.ts";
import { route, type Route } from "../appliance/route.ts";
import type { LabAnswer } from "../appliance/http.ts";
import { reply, timedError } from "./answers.ts";
import type { Api } from "./context.ts";

const times = ["created_at", "updated_at", "first_job_at", "last_job_at", "last_status_change", "next_scheduled_at"];

/** Reads of the virtual machines' contexts. */
export function contextRoutes({ db }: Api): Route[] {
  const contextBy = async (column: string, value: string | undefined, missing: string): Promise<LabAnswer> => {
    const row = await db.row(`select * from vm_replication_contexts where ${column} = ? order by context_id limit 1`, [
      value,
    ]);
    if (!row) return timedError(404, `VM context not found for${missing}: ${value}`);
    const context = row["context_id"];
    const jobs = await db.rows(
      "select id, status, replication_type, progress_percent, created_at from replication_jobs where vm_context_id = ? " +
        "order by created_at desc limit 10",
      [context],
    );
    const disks = await db.rows("select * from vm_disks where vm_context_id = ? order by id", [context]);
    return reply(200, {
      context: show(row),
      job_history: jobs,
      disks: disks.length === 0 ? null : disks,
      cbt_history: [],
    });
  };
  return [
    route("GET /api/v1/vm-contexts", async () => {
      try {
        const rows = await db.rows("select * from vm_replication_contexts order by vm_name");
        const vm_contexts = rows.map((row) => ({ ...show(row), groups: [], group_count: 0 }));
        return reply(200, { vm_contexts, count: rows.length });
      } catch {
        return timedError(500, "Failed to retrieve VM contexts");
      }
    }),
    route("GET /api/v1/vm-contexts/:name", (_call, { name }) => contextBy("vm_name", name, "")),
    route("GET /api/v1/vm-contexts/by-id/:id", (_call, { id }) => contextBy("context_id", id, " context_id")),
    route("GET /api/v1/vm-contexts/:id/disks", async (_call, { id }) => {
      const disks = await db.rows("select * from vm_disks where vm_context_id = ? order by id", [id]);
      return reply(200, { count: disks.length, disks });
    }),
    route("GET /api/v1/vm-contexts/:id/recent-jobs", async (_call, { id }) => {
      const rows = await db.rows("select * from job_tracking where context_id = ? order by created_at desc limit 20", [
        id,
      ]);
      return reply(200, { context_id: id, jobs: rows.length === 0 ? null : rows.map(recent), count: rows.length });
    }),
  ];
}

function show(row: LabRow): Record<string, unknown> {
  const view: Record<string, unknown> = { ...row };
  for (const name of times) view[name] = goTimeOrNull(row[name] === null ? null : String(row[name]));
  for (const name of ["auto_added", "scheduler_enabled"]) view[name] = row[name] === 1;
  const summary = row["last_operation_summary"];
  view["last_operation_summary"] = summary === null ? null : (JSON.parse(String(summary)) as unknown);
  return view;
}

const kinds: Record<string, string> = {
  "unified-test-failover": "test_failover",
  "unified-live-failover": "live_failover",
  "enhanced-test-failover-rollback": "rollback",
  "enhanced-live-failover-rollback": "rollback",
};

function recent(row: LabRow): Record<string, unknown> {
  const { id: job_id, external_job_id, status, error_message } = row;
  const operation = String(row["operation"]);
  return {
    job_id,
    external_job_id,
    job_type: kinds[operation] ?? "unknown",
    status,
    progress: row["percent_complete"] ?? 0,
    started_at: goTimeOrNull(row["started_at"] === null ? null : String(row["started_at"])),
    completed_at: goTimeOrNull(row["completed_at"] === null ? null : String(row["completed_at"])),
    display_name: operation,
    error_message,
    data_source: "job_tracking",
  };
}
