import { goNow, goTimeOrNull } from "../appliance/clock.ts";
import type { LabRow } from "../appliance/database.ts";
import type { LabAnswer, Call } from "../appliance/http.ts";
import { route, type Route } from "../appliance/route.ts";
import { reply } from "./answers.ts";
import type { Api } from "./context.ts";

/** What a legacy row's status is worth in per cent. */
const legacyProgress: Record<string, number> = {
  validating: 10,
  snapshotting: 25,
  creating_vm: 50,
  switching_volume: 75,
  powering_on: 90,
  completed: 100,
  cleanup: 100,
};

/** Job status, job list, and three reads that only pretend to look. */
export function statusRoutes(api: Api): Route[] {
  return [
    route("GET /api/v1/failover/:id/status", (_call, { id = "" }) => status(api, id).catch(() => notFound(id))),
    route("GET /api/v1/failover/jobs", (call) => jobs(api, call)),
    route("GET /api/v1/failover/:id/readiness", () => ({
      status: 200,
      headers: { "access-control-allow-origin": "*" },
      body: "",
    })),
    route("GET /api/v1/vms/:id/failover-readiness", (_call, { id }) => reply(200, readiness(id ?? ""))),
    route("GET /api/v1/vms/:id/volume-status", (_call, { id }) => reply(200, volumeStatus(id ?? ""))),
    route("GET /api/v1/vms/:id/active-jobs", (_call, { id }) => {
      const note = "Full active job checking pending replication job repository integration";
      const empty = { active_jobs: [], has_active_jobs: false, jobs_count: 0 };
      return reply(200, {
        ...empty,
        integration_note: note,
        message: "Active jobs check completed",
        success: true,
        vm_id: id,
      });
    }),
  ];
}

function notFound(id: string): LabAnswer {
  const empty = { job_id: "", status: "", progress: 0, start_time: "0001-01-01T00:00:00Z", duration: 0 };
  const error = `failover job not found: ${id}`;
  return reply(404, { success: false, message: "Failover job not found", ...empty, error });
}

async function status(api: Api, id: string): Promise<LabAnswer> {
  const row =
    (await api.db.row("select * from job_tracking where id = ? or external_job_id = ? limit 1", [id, id])) ??
    (await api.db.row("select * from job_tracking where context_id = ? order by created_at desc limit 1", [id]));
  if (row) return trackingStatus(api, row);
  const legacy = await api.db.row("select * from failover_jobs where job_id = ?", [id]);
  return legacy ? reply(200, legacyStatus(legacy)) : notFound(id);
}

async function trackingStatus(api: Api, row: LabRow): Promise<LabAnswer> {
  const steps = await api.db.rows("select status from job_steps where job_id = ?", [row["id"]]);
  const count = (status: string) => steps.filter((step) => step["status"] === status).length;
  const progress = steps.length === 0 ? 0 : (count("completed") / steps.length) * 100;
  return reply(200, {
    success: true,
    message: `Retrieved status for ${row["job_type"]} job via direct JobLog lookup`,
    job_id: row["id"],
    status: row["status"],
    progress,
    start_time: goTimeOrNull(String(row["started_at"])),
    duration: nanoseconds(row["started_at"], row["completed_at"]),
    job_details: {
      completed_steps: count("completed"),
      error_message: row["error_message"],
      failed_steps: count("failed"),
      job_type: row["job_type"],
      metadata: row["metadata"] === null ? null : (JSON.parse(String(row["metadata"])) as unknown),
      operation: row["operation"],
      running_steps: count("running"),
      step_completion: progress,
      total_steps: steps.length,
      tracking_source: "direct_joblog_uuid",
    },
  });
}

function nanoseconds(from: LabRow[string] | undefined, to: LabRow[string] | undefined): number {
  const end = to === null || to === undefined ? Date.now() : Date.parse(`${to}Z`);
  return Math.max(0, (end - Date.parse(`${from}Z`)) * 1_000_000);
}

function blankIfNull(cell: LabRow[string] | undefined): string | number {
  return cell ?? "";
}

function legacyStatus(row: LabRow): Record<string, unknown> {
  return {
    success: true,
    message: `Retrieved status for ${row["job_type"]} failover job via legacy tracking`,
    job_id: row["job_id"],
    status: row["status"],
    progress: legacyProgress[String(row["status"])] ?? 0,
    start_time: goTimeOrNull(String(row["created_at"])),
    duration: nanoseconds(row["created_at"], row["completed_at"]),
    job_details: {
      completed_at: goTimeOrNull(row["completed_at"] === null ? null : String(row["completed_at"])),
      custom_config: {},
      destination_vm_id: blankIfNull(row["destination_vm_id"]),
      error_message: blankIfNull(row["error_message"]),
      job_type: row["job_type"],
      snapshot_id: blankIfNull(row["ossea_snapshot_id"]),
      started_at: goTimeOrNull(String(row["started_at"] ?? row["created_at"])),
      tracking_source: "legacy_failover_jobs",
      vm_id: row["vm_id"],
      vm_name: row["source_vm_name"],
    },
  };
}

async function jobs({ db }: Api, call: Call): Promise<LabAnswer> {
  const filters = Object.fromEntries(["status", "type", "vm_id"].map((name) => [name, call.query.get(name) ?? ""]));
  const rows = filters["vm_id"]
    ? await db.rows("select * from failover_jobs where vm_id = ? order by id", [filters["vm_id"]])
    : [];
  const matches = rows.filter(
    (row) =>
      (!filters["status"] || row["status"] === filters["status"]) &&
      (!filters["type"] || row["job_type"] === filters["type"]),
  );
  const views = matches.map((row) => {
    const { job_details: details, progress, duration, job_id, status: state } = legacyStatus(row);
    const { custom_config: _a, tracking_source: _b, ...rest } = details as Record<string, unknown>;
    return { ...rest, created_at: goTimeOrNull(String(row["created_at"])), progress, duration, job_id, status: state };
  });
  return reply(200, {
    filters,
    jobs: views,
    message: `Retrieved ${views.length} failover jobs`,
    success: true,
    total: views.length,
  });
}

function readiness(id: string): Record<string, unknown> {
  const required_actions = [
    "Verify network mappings are configured",
    "Ensure VM sync is up to date",
    "Confirm OSSEA resources are available",
  ];
  const validation_details = {
    integration_note: "Mock validation - full engine integration required",
    network_mappings: "pending",
    ossea_resources: "unknown",
    sync_status: "warning",
    vm_existence: "pass",
    volume_state: "pass",
  };
  const validation_warnings = [
    "Full validation engine integration pending",
    "Network mapping verification in progress",
  ];
  const score = { readiness_score: 85, required_actions, validated_at: goNow() };
  const result = {
    is_valid: true,
    validation_errors: [],
    validation_warnings,
    validation_details,
    estimated_duration: "",
  };
  const head = { success: true, message: "VM readiness check completed for live failover", is_ready: true };
  return { ...head, vm_id: id, vm_name: `VM-${id}`, ...score, validation_result: { ...result, ...score } };
}

function volumeStatus(id: string): Record<string, unknown> {
  const volume_status = {
    total_volumes: 0,
    ready_volumes: 0,
    volume_issues: ["No VM disk synchronization history found - VM may need initial sync"],
    has_ossea_volumes: false,
    volume_integrity_checked: true,
    all_volumes_ready: true,
  };
  return { success: true, message: "VM volume status retrieved successfully", vm_id: id, volume_status };
}
