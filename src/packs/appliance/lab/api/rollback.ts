import { countWork } from "../appliance/admin.ts";
import { goNow } from "../appliance/clock.ts";
import type { LabRow } from "../appliance/database.ts";
import { decodeGo, goMap, textField } from "../appliance/gojson.ts";
import type { LabAnswer, Call } from "../appliance/http.ts";
import { route, type Route } from "../appliance/route.ts";
import { activeConfig } from "../daemon/context.ts";
import { failoverError, reply } from "./answers.ts";
import { messageOf, type Api } from "./context.ts";
import { endJob, startJob, startStep, step } from "./joblog.ts";
import { operate, volumesOf } from "./volumes.ts";

/** Rollback of a failover, and two routes that can only fail. */
export function rollbackRoutes(api: Api): Route[] {
  return [
    route("POST /api/v1/failover/rollback", (call) => accept(api, call)),
    route("GET /api/v1/failover/rollback/decision/:type/:vm", (_call, { type = "", vm = "" }) =>
      reply(200, decision(type, vm)),
    ),
    route("DELETE /api/v1/failover/test/:job", (_call, { job }) =>
      failoverError(404, "Test failover job not found", `failover job not found: ${job}`),
    ),
    route("POST /api/v1/failover/cleanup/:vm", async (_call, { vm }) => {
      // it invents a job id, and a step cannot belong to a job that has no row
      const problem = await startStep(api.db, `test-cleanup-${vm}`, "failover-job-retrieval").then(() => "", messageOf);
      return failoverError(500, `Test failover cleanup failed: failover job retrieval failed: ${problem}`);
    }),
  ];
}

async function accept(api: Api, call: Call): Promise<LabAnswer> {
  let body: Record<string, unknown>;
  try {
    body = decodeGo(call.body, "RollbackRequest", ["context_id", "vm_name", "failover_type", "vmware_vm_id"]);
  } catch (problem) {
    return failoverError(400, `Invalid request format: ${messageOf(problem)}`);
  }
  const [context_id, vm_name, type] = [
    textField(body, "context_id"),
    textField(body, "vm_name"),
    textField(body, "failover_type"),
  ];
  if (context_id === "" || vm_name === "")
    return failoverError(400, "Missing required fields: context_id and vm_name are required");
  if (!["test", "live"].includes(type)) return failoverError(400, "Invalid failover_type: must be 'test' or 'live'");
  const { power_on_source = false, force_cleanup = false } = body;
  const external = `rollback-${type}-failover-${vm_name}-${Math.floor(Date.now() / 1000)}`;
  const options = { context_id, force_cleanup, power_on_source, vmware_vm_id: textField(body, "vmware_vm_id") };
  const metadata = {
    ...options,
    external_job_id: external,
    failover_type: type,
    operation: "unified-failover-rollback",
    vm_name_or_id: vm_name,
  };
  const plan = { context: context_id, vm: vm_name, type, external, metadata };
  void countWork(run(api, plan)).catch(() => undefined);
  return reply(200, {
    success: true,
    message: `Enhanced ${type} failover rollback initiated successfully`,
    job_id: external,
    data: { ...options, rollback_type: `${type}_rollback`, vm_name },
  });
}

type Plan = { context: string; vm: string; type: string; external: string; metadata: Record<string, unknown> };

async function run(api: Api, plan: Plan): Promise<void> {
  const { context, vm, type, external, metadata } = plan;
  const operation = `enhanced-${type}-failover-rollback`;
  const job = await startJob(api.db, { type: "cleanup", operation, category: "system", external, context, metadata });
  const startMs = Date.now();
  try {
    await steps(api, job, context, vm);
    await summarise(api, job, plan, startMs);
  } catch {
    // whatever went wrong, the job ends as completed: only its steps tell
  }
  await endJob(api.db, job, "completed", null);
}

async function steps(api: Api, job: string, context: string, vm: string): Promise<void> {
  const { db, lab } = api;
  const failover = await step(db, job, "failover-job-retrieval", () => newestFailover(api, vm));
  const machine = String(failover["destination_vm_id"]);
  const cloud = await api.sdk();
  const pathOf = (volume: string, verb: string) => `/api/v1/volumes/${volume}/${verb}`;
  await step(db, job, "test-vm-shutdown", async () => {
    await cloud.call("listVirtualMachines", { id: machine });
    await cloud.run("stopVirtualMachine", { id: machine });
  });
  const volumes = await step(db, job, "volume-detachment", async () => {
    const ids = await volumesOf(lab, machine);
    for (const volume of ids) await operate(lab, pathOf(volume, "detach"), null, { seconds: 180 });
    return ids;
  });
  await step(db, job, "multi-volume-snapshot-cleanup", () => snapshots(api, context));
  await step(db, job, "volume-mode-switch-oma", async () => {
    await db.change("update device_mappings set operation_mode = 'oma' where vm_context_id = ?", [context]);
  });
  await step(db, job, "volume-reattachment-to-oma", async () => {
    const appliance = String((await activeConfig(db))?.["oma_vm_id"] ?? "");
    for (const volume of volumes) await operate(lab, pathOf(volume, "attach"), { vm_id: appliance }, { seconds: 180 });
  });
  await step(db, job, "test-vm-deletion", () => cloud.run("destroyVirtualMachine", { id: machine, expunge: "true" }));
  await step(db, job, "failover-job-status-update", () =>
    db.change("update failover_jobs set status = 'completed', completed_at = now() where id = ?", [failover["id"]]),
  );
  await step(db, job, "vm-context-status-update", () =>
    db.change("update vm_replication_contexts set current_status = 'ready_for_failover' where context_id = ?", [
      context,
    ]),
  );
}

async function newestFailover({ db }: Api, vm: string): Promise<LabRow> {
  const row = await db.row(
    "select * from failover_jobs where job_id = ? or vm_id = ? or source_vm_name = ? order by id desc limit 1",
    [vm, vm, vm],
  );
  if (!row) throw new Error(`no failover job found for VM ${vm}: record not found`);
  if (!row["destination_vm_id"]) throw new Error(`no destination VM recorded for VM ${vm}`);
  return row;
}

/** A revert that fails is only logged, and the snapshot is deleted all the same. */
async function snapshots(api: Api, context: string): Promise<void> {
  const rows = await api.db.rows(
    "select * from ossea_volumes where vm_context_id = ? and snapshot_id <> '' and snapshot_created_at is not null",
    [context],
  );
  if (rows.length === 0) return;
  const cloud = await api.sdk();
  let count = 0;
  for (const row of rows) {
    const id = String(row["snapshot_id"]);
    await cloud.run("revertSnapshot", { id }).catch(() => undefined);
    count += await cloud.run("deleteSnapshot", { id }).then(
      () => 1,
      () => 0,
    );
  }
  if (count > 0)
    await api.db.change(
      "update ossea_volumes set snapshot_id = null, snapshot_created_at = null, snapshot_status = 'none' where vm_context_id = ?",
      [context],
    );
}

async function summarise(api: Api, job: string, { context, external }: Plan, startMs: number): Promise<void> {
  const summary = {
    duration_seconds: Math.round((Date.now() - startMs) / 1000),
    external_job_id: external,
    job_id: job,
    operation_type: "rollback",
    progress: 100,
    status: "completed",
    steps_completed: 9,
    steps_total: 9,
    timestamp: goNow(),
  };
  await api.db.change("update vm_replication_contexts set last_operation_summary = ? where context_id = ?", [
    goMap(summary),
    context,
  ]);
}

function decision(type: string, vm: string): Record<string, unknown> {
  const ask = (decision_id: string, question: string, options: string[]) => ({
    decision_id,
    question,
    options,
    default_value: options[0],
    required: true,
  });
  if (type === "test") {
    const question = `Proceed with test failover cleanup for VM '${vm}'? This will remove the test VM and restore normal operations.`;
    return ask("test-cleanup-confirmation", question, ["Yes, proceed with cleanup", "Cancel"]);
  }
  if (type !== "live") return ask("generic-rollback", `Proceed with rollback for VM '${vm}'?`, ["Yes", "No"]);
  const question = `The source VM '${vm}' was powered off during live failover. Would you like to power it back on during rollback?`;
  return ask("live-rollback-power-on", question, ["Yes, power on source VM", "No, leave powered off"]);
}
