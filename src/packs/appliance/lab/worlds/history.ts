import { nextId, put, type Draft } from "./draft.ts";
import { ago, cloudAgo, unixAgo } from "./ids.ts";
import type { Machine } from "./model.ts";
import { virtioError } from "./model.ts";
import { newVolume } from "../cloudstack/effects.ts";

const day = 24 * 60;
const testSteps = [
  "validation",
  "volume-mode-switch-failover",
  "multi-volume-snapshot-creation",
  "virtio-driver-injection",
  "virtio-driver-injection",
  "vm-creation",
  "volume-attachment",
  "vm-startup-and-validation",
  "status-update",
];

type Past = { key: string; type: "test" | "live"; days: number; hasFailed?: boolean };

// Finished test failovers were rolled back since; failed ones were put right by hand, which leaves the row pending.
const past: Past[] = [
  { key: "pgtest1", type: "test", days: 9 },
  { key: "pgtest1", type: "test", days: 6 },
  { key: "pgtest2", type: "test", days: 6 },
  { key: "philb", type: "test", days: 12 },
  { key: "web", type: "test", days: 15 },
  { key: "quad", type: "test", days: 4 },
  { key: "app", type: "test", days: 11 },
  { key: "mail", type: "test", days: 8 },
  { key: "app", type: "test", days: 20, hasFailed: true },
  { key: "app", type: "test", days: 14, hasFailed: true },
  { key: "mail", type: "test", days: 18, hasFailed: true },
  { key: "pgtest1-b", type: "test", days: 17, hasFailed: true },
];

/** Adds what happened on this appliance in the weeks before: the noise that careless statements hit. */
export function addHistory(draft: Draft, machines: Machine[]): void {
  for (const entry of past) {
    const machine = machines.find((candidate) => candidate.key === entry.key);
    if (machine) addPast(draft, machine, entry);
  }
  addOldLive(draft);
  addOldCleanup(draft);
}

/** How JobLog has the end of a job or a step. */
const SUCCESS = { status: "completed", error: null };
const FAILURE = { status: "failed", error: virtioError };

function addPast(draft: Draft, machine: Machine, entry: Past): void {
  const { ids } = draft;
  const { type, days, hasFailed = false } = entry;
  const job = ids.any(`past ${machine.key} ${type} ${days}`);
  const age = days * day;
  const external = `unified-${type}-failover-${machine.name}-${unixAgo(age)}`;
  const end = ago(age - (hasFailed ? 12 : 21));
  const { status, error } = hasFailed ? FAILURE : SUCCESS;
  put(draft, "job_tracking", {
    id: job,
    job_type: "failover",
    operation: `unified-${type}-failover`,
    status,
    external_job_id: external,
    metadata: JSON.stringify({ context_id: ids.context(machine), vm_name: machine.name, failover_type: type }),
    error_message: error,
    started_at: ago(age),
    completed_at: end,
    created_at: ago(age),
    updated_at: end,
    owner: "system",
    context_id: ids.context(machine),
    job_category: "failover",
  });
  addPastSteps(draft, job, entry);
  addPastJob(draft, machine, entry, { job, end });
}

function addPastSteps(draft: Draft, job: string, { days, hasFailed = false }: Past): void {
  const age = days * day;
  const steps = hasFailed ? testSteps.slice(0, 5) : testSteps;
  for (const [index, name] of steps.entries()) {
    const { status, error } = hasFailed && index > 2 ? FAILURE : SUCCESS;
    put(draft, "job_steps", {
      job_id: job,
      name,
      seq: index + 1,
      status,
      started_at: ago(age - index),
      completed_at: ago(age - index - 2),
      error_message: error,
    });
  }
}

function addPastJob(
  draft: Draft,
  machine: Machine,
  { type, days, hasFailed = false }: Past,
  { job, end }: { job: string; end: string },
): void {
  const { ids } = draft;
  const age = days * day;
  put(draft, "failover_jobs", {
    id: nextId(draft, "failover_jobs", 61),
    vm_context_id: ids.context(machine),
    job_id: job,
    vm_id: ids.vmware(machine),
    replication_job_id: ids.replication(machine),
    job_type: type,
    status: hasFailed ? "pending" : "completed",
    source_vm_name: machine.name,
    source_vm_spec: JSON.stringify({ cpu_count: 2, memory_mb: 4096 }),
    // rolled back since: the machine it names is long gone
    destination_vm_id: hasFailed ? "" : ids.any(`past destination ${machine.key} ${days}`),
    created_at: ago(age),
    updated_at: hasFailed ? ago(age) : end,
    completed_at: hasFailed ? null : end,
  });
}

/** A machine that moved for good, a month ago. */
function addOldLive(draft: Draft): void {
  const { ids } = draft;
  const [name, vm, volume, job] = [
    "archive-01",
    ids.any("archive vm"),
    ids.any("archive volume"),
    ids.any("archive job"),
  ];
  const context = `ctx-${name}-20250801-090000`;
  const age = 32 * day;
  addOldLiveContext(draft, context, name, age);
  put(draft, "job_tracking", {
    id: job,
    job_type: "failover",
    operation: "unified-live-failover",
    status: "completed",
    external_job_id: `unified-live-failover-${name}-${unixAgo(age)}`,
    started_at: ago(age),
    completed_at: ago(age - 40),
    created_at: ago(age),
    updated_at: ago(age - 40),
    owner: "system",
    context_id: context,
    job_category: "failover",
  });
  put(draft, "failover_jobs", {
    id: nextId(draft, "failover_jobs", 61),
    vm_context_id: context,
    job_id: job,
    vm_id: ids.any("archive vmware"),
    job_type: "live",
    status: "completed",
    source_vm_name: name,
    destination_vm_id: vm,
    created_at: ago(age),
    updated_at: ago(age - 40),
    completed_at: ago(age - 40),
  });
  addOldLiveVolume(draft, context, { name, vm, volume }, age);
}

function addOldLiveContext(draft: Draft, context: string, name: string, age: number): void {
  put(draft, "vm_replication_contexts", {
    context_id: context,
    vm_name: name,
    vmware_vm_id: draft.ids.any("archive vmware"),
    vm_path: `/DatabanxDC/vm/${name}`,
    vcenter_host: "vcsa-a.lab.local",
    datacenter: "DatabanxDC",
    current_status: "failed_over_live",
    power_state: "poweredOff",
    created_at: ago(50 * day),
    updated_at: ago(age - 40),
    last_status_change: ago(age - 40),
    credential_id: 1,
    ossea_config_id: 1,
  });
}

function addOldLiveVolume(
  draft: Draft,
  context: string,
  { name, vm, volume }: Record<"name" | "vm" | "volume", string>,
  age: number,
): void {
  const { ids, cloud } = draft;
  const path = `remote-vm-root-${vm}`;
  put(draft, "ossea_volumes", {
    id: 9_301,
    vm_context_id: context,
    volume_id: volume,
    volume_name: `migration-${name}-disk-2000`,
    size_gb: 25,
    ossea_config_id: 1,
    volume_type: "DATADISK",
    device_path: path,
    status: "attached",
    created_at: ago(50 * day),
    updated_at: ago(age),
  });
  put(draft, "device_mappings", {
    id: ids.any("archive mapping"),
    vm_context_id: context,
    volume_uuid: volume,
    vm_id: vm,
    operation_mode: "failover",
    cloudstack_device_id: 0,
    requires_device_correlation: 0,
    device_path: path,
    cloudstack_state: "attached",
    linux_state: "n/a",
    size: 0,
    last_sync: ago(age - 35),
    created_at: ago(age - 35),
    updated_at: ago(age - 35),
  });
  const time = cloudAgo(age);
  cloud.vms[vm] = { id: vm, name, state: "Running", created: time, cpunumber: 4, memory: 8192 };
  cloud.volumes[volume] = {
    ...newVolume(volume, `migration-${name}-disk-2000`, "ROOT", 25),
    vm,
    deviceid: 0,
    created: time,
  };
}

/** A cleanup that went well once. */
function addOldCleanup(draft: Draft): void {
  const id = draft.ids.any("old cleanup");
  const age = 16 * day;
  put(draft, "job_tracking", {
    id,
    job_type: "cleanup",
    operation: "failed-execution-cleanup",
    status: "completed",
    owner: "system",
    job_category: null,
    started_at: ago(age),
    completed_at: ago(age - 1),
    created_at: ago(age),
    updated_at: ago(age - 1),
  });
  const names = [
    "analyze-volume-state",
    "detach-attached-volumes",
    "cleanup-snapshots",
    "reattach-all-volumes",
    "reset-vm-state",
  ];
  for (const [index, name] of names.entries()) {
    const times = { started_at: ago(age), completed_at: ago(age - 1) };
    put(draft, "job_steps", { job_id: id, name, seq: index + 1, status: "completed", ...times });
  }
}
