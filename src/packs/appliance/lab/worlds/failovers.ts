import { newVolume } from "../cloudstack/effects.ts";
import { nextId, put, type Draft } from "./draft.ts";
import { ago, cloudAgo, unixAgo } from "./ids.ts";
import type { Failover, Machine } from "./model.ts";

/** Adds the rows of a failover the machine is still in, if any, and the machine it may have made in CloudStack. */
export function addFailover(draft: Draft, machine: Machine): void {
  const { ids } = draft;
  const { failover } = machine;
  if (failover === null) return;
  const job = ids.job(machine);
  addTracking(draft, machine, failover, job);
  put(draft, "failover_jobs", {
    id: nextId(draft, "failover_jobs", 61),
    vm_context_id: ids.context(machine),
    job_id: job,
    vm_id: ids.vmware(machine),
    replication_job_id: ids.replication(machine),
    job_type: failover.type,
    status: failover.job,
    source_vm_name: machine.name,
    source_vm_spec: JSON.stringify({ cpu_count: 2, memory_mb: 4096 }),
    destination_vm_id: failover.destination?.recorded ? ids.destination(machine) : "",
    created_at: ago(failover.minutesAgo),
    updated_at: ago(failover.minutesAgo + 1),
  });
  addDestination(draft, machine, failover);
  if (failover.engine !== null) draft.engines.push({ job, kind: failover.engine });
  if (failover.error !== null) noteFailure(draft, machine, failover);
}

function noteFailure(draft: Draft, machine: Machine, failover: Failover): void {
  const id = draft.ids.context(machine);
  const row = draft.rows["vm_replication_contexts"]?.find((context) => context["context_id"] === id);
  if (row) row["last_operation_summary"] = summary(draft, machine, failover);
}

function addTracking(draft: Draft, machine: Machine, failover: Failover, job: string): void {
  const { ids } = draft;
  const external = externalId(machine, failover);
  const startAge = failover.minutesAgo;
  const endAge = Math.max(0, startAge - 22);
  const isDone = failover.tracking !== "running";
  put(draft, "job_tracking", {
    id: job,
    job_type: "failover",
    operation: `unified-${failover.type}-failover`,
    status: failover.tracking,
    external_job_id: external,
    metadata: JSON.stringify({
      context_id: ids.context(machine),
      vmware_vm_id: ids.vmware(machine),
      vm_name: machine.name,
      failover_type: failover.type,
      failover_job_id: external,
      external_job_id: external,
    }),
    error_message: failover.error,
    started_at: ago(startAge),
    completed_at: isDone ? ago(endAge) : null,
    created_at: ago(startAge),
    // A minute ago at the latest: the column has whole seconds, and a nudge in the world's first second must be seen.
    updated_at: ago(Math.max(1, isDone ? endAge : startAge)),
    owner: "system",
    context_id: ids.context(machine),
    job_category: "failover",
  });
  addSteps(draft, failover, job, endAge);
}

function addSteps(draft: Draft, failover: Failover, job: string, endAge: number): void {
  const startAge = failover.minutesAgo;
  for (const [index, [name, status]] of failover.steps.entries())
    put(draft, "job_steps", {
      job_id: job,
      name,
      seq: index + 1,
      status,
      started_at: ago(startAge - index),
      completed_at: status === "running" ? null : ago(index < 3 ? startAge - index - 1 : endAge),
      error_message: status === "failed" ? failover.error : null,
    });
}

/** The id the API hands out for a failover. */
export function externalId(machine: Machine, failover: Failover): string {
  return `unified-${failover.type}-failover-${machine.name}-${unixAgo(failover.minutesAgo)}`;
}

function addDestination(draft: Draft, machine: Machine, failover: Failover): void {
  if (failover.destination === null || failover.destination.destroyed === true) return;
  const { ids, cloud } = draft;
  const id = ids.destination(machine);
  const time = cloudAgo(failover.minutesAgo - 25);
  const name = `${machine.name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-")}-${failover.type}-${unixAgo(failover.minutesAgo)}`;
  cloud.vms[id] = { id, name, state: "Stopped", created: time, cpunumber: 2, memory: 4096 };
  const root = ids.any(`root ${machine.key}`);
  cloud.volumes[root] = { ...newVolume(root, `ROOT-${name}`, "ROOT", 40), vm: id, deviceid: 0, created: time };
}

function summary(draft: Draft, machine: Machine, failover: Failover): string {
  const count = failover.steps.filter(([, state]) => state === "completed").length;
  const failedStep = failover.steps.find(([, state]) => state === "failed")?.[0] ?? "";
  return JSON.stringify({
    job_id: draft.ids.job(machine),
    external_job_id: externalId(machine, failover),
    operation_type: `${failover.type}_failover`,
    status: "failed",
    progress: Math.round((count / 8) * 100),
    timestamp: `${ago(failover.minutesAgo - 22).replace(" ", "T")}Z`,
    steps_completed: count,
    steps_total: 8,
    duration_seconds: 22 * 60,
    failed_step: failedStep === "virtio-driver-injection" ? "Driver preparation" : failedStep,
    failed_step_internal: failedStep,
    error_message: failover.error,
    error_category: failedStep === "virtio-driver-injection" ? "compatibility" : "platform",
    error_severity: "error",
    actionable_steps: ["Run the failed execution cleanup, then try again"],
  });
}
