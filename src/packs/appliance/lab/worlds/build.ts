import type { LabConfig } from "../appliance/config.ts";
import { emptyCloud } from "../cloudstack/state.ts";
import { addDisk } from "./disks.ts";
import { put, type Draft } from "./draft.ts";
import { addFailover } from "./failovers.ts";
import { addHistory } from "./history.ts";
import { ago, cloudAgo, idsFor } from "./ids.ts";
import type { Loadable, Machine, Scene } from "./model.ts";

/** Turns a scene into rows and CloudStack objects. A null scene is the bare appliance. */
export function build(lab: LabConfig, scene: Scene | null): Loadable {
  const ids = idsFor(lab.dir);
  const draft: Draft = { ids, rows: {}, cloud: emptyCloud(ids.appliance, ids.zone), engines: [] };
  addConfig(draft, lab);
  if (scene) addScene(draft, scene);
  return { rows: draft.rows, cloud: draft.cloud, faults: scene?.faults ?? [], engines: draft.engines };
}

function addScene(draft: Draft, scene: Scene): void {
  const { machines, pastJobs, failedCleanups } = scene;
  for (const machine of machines) addMachine(draft, machine);
  // The newest failover of a machine is the one with the highest id: what is past comes first.
  addHistory(draft, machines);
  for (const machine of machines) addFailover(draft, machine);
  for (const past of pastJobs) addPastJob(draft, scene, past);
  for (const cleanup of failedCleanups) addFailedCleanup(draft, cleanup);
}

function addConfig(draft: Draft, lab: LabConfig): void {
  const { ids } = draft;
  put(draft, "ossea_configs", {
    id: 1,
    name: "production-ossea",
    api_url: `http://127.0.0.1:${lab.ports.cloudstack}/client/api`,
    api_key: lab.apiKey,
    secret_key: lab.secretKey,
    domain: "ROOT",
    zone: ids.zone,
    template_id: ids.any("template"),
    network_id: ids.any("network"),
    service_offering_id: ids.any("service offering"),
    disk_offering_id: ids.any("disk offering"),
    oma_vm_id: ids.appliance,
    created_at: ago(90_000),
    updated_at: ago(90_000),
    is_active: 1,
  });
  for (const [index, host] of ["vcsa-a.lab.local", "vcsa-b.lab.local"].entries())
    put(draft, "vmware_credentials", {
      id: index + 1,
      credential_name: `credentials-${host}`,
      vcenter_host: host,
      username: "administrator@vsphere.local",
      password_encrypted: "bm90IGEgcmVhbCBvbmU=",
      datacenter: "DatabanxDC",
    });
}

function addMachine(draft: Draft, machine: Machine): void {
  const { ids } = draft;
  const context = ids.context(machine);
  const source = { id: ids.vmware(machine), name: machine.name, path: `/DatabanxDC/vm/${machine.name}` };
  put(draft, "vm_replication_contexts", {
    context_id: context,
    vm_name: machine.name,
    vmware_vm_id: source.id,
    vm_path: source.path,
    vcenter_host: machine.vcenter,
    datacenter: "DatabanxDC",
    current_status: machine.status,
    total_jobs_run: 4,
    successful_jobs: 4,
    last_successful_job_id: ids.replication(machine),
    cpu_count: 2,
    memory_mb: 4096,
    os_type: machine.os === "windows" ? "windows2019srv_64Guest" : "ubuntu64Guest",
    power_state: "poweredOn",
    created_at: ago(42_000),
    updated_at: ago(50),
    first_job_at: ago(41_000),
    last_job_at: ago(700),
    last_status_change: ago(50),
    credential_id: machine.vcenter === "vcsa-a.lab.local" ? 1 : 2,
    ossea_config_id: 1,
  });
  addReplication(draft, machine, source);
  for (const [index, disk] of machine.disks.entries()) addDisk(draft, machine, disk, index);
  addNetworks(draft, machine);
}

function addReplication(draft: Draft, machine: Machine, source: { id: string; name: string; path: string }): void {
  const bytes = machine.disks.reduce((sum, disk) => sum + disk.sizeGb * 2 ** 30, 0);
  put(draft, "replication_jobs", {
    id: draft.ids.replication(machine),
    vm_context_id: draft.ids.context(machine),
    source_vm_id: source.id,
    source_vm_name: source.name,
    source_vm_path: source.path,
    v_center_host: machine.vcenter,
    datacenter: "DatabanxDC",
    replication_type: "incremental",
    status: "completed",
    progress_percent: 100,
    current_operation: "Completed",
    bytes_transferred: bytes,
    total_bytes: bytes,
    nbd_port: 10809,
    ossea_config_id: 1,
    created_at: ago(700),
    updated_at: ago(660),
    started_at: ago(699),
    completed_at: ago(660),
  });
}

function addNetworks(draft: Draft, machine: Machine): void {
  for (const test of [0, 1])
    put(draft, "network_mappings", {
      vm_id: draft.ids.vmware(machine),
      source_network_name: "VM Network",
      destination_network_id: draft.ids.any(test === 1 ? "test network" : "network"),
      destination_network_name: test === 1 ? "test-network" : "production-network",
      is_test_network: test,
      vm_context_id: draft.ids.context(machine),
      vmware_vm_id: draft.ids.vmware(machine),
      validation_status: "valid",
      mapping_type: test === 1 ? "test" : "live",
    });
}

function addPastJob(draft: Draft, scene: Scene, past: Scene["pastJobs"][number]): void {
  const machine = scene.machines.find((candidate) => candidate.key === past.machine);
  const disk = machine?.disks[past.disk];
  if (!machine || !disk) return;
  const instance = past.command.endsWith("Snapshot")
    ? { type: "Snapshot", id: draft.ids.snapshot(machine, disk) }
    : { type: "Volume", id: draft.ids.volume(machine, disk) };
  const { id } = instance;
  const jobid = draft.ids.any(`past job ${past.command} ${id} ${past.minutesAgo}`);
  draft.cloud.jobs[jobid] = {
    jobid,
    command: past.command,
    params: { id },
    created: cloudAgo(past.minutesAgo),
    completed: cloudAgo(past.minutesAgo),
    ...(past.failed === undefined
      ? { status: 1, result: { success: true } }
      : { status: 2, result: { errorcode: 530, errortext: past.failed } }),
    instance,
    due: 0,
    fails: null,
  };
}

/** A cleanup leaves no trace of whose it was, other than its steps and its words. */
function addFailedCleanup(draft: Draft, { machine, step, error, minutesAgo }: Scene["failedCleanups"][number]): void {
  const id = draft.ids.any(`cleanup ${machine} ${minutesAgo}`);
  const times = { started_at: ago(minutesAgo), created_at: ago(minutesAgo), updated_at: ago(minutesAgo - 1) };
  put(draft, "job_tracking", {
    id,
    job_type: "cleanup",
    operation: "failed-execution-cleanup",
    status: "failed",
    error_message: error,
    owner: "system",
    job_category: null,
    completed_at: ago(minutesAgo - 1),
    ...times,
  });
  const order = ["analyze-volume-state", "detach-attached-volumes", "cleanup-snapshots", "reattach-all-volumes"];
  for (const [index, name] of order.slice(0, order.indexOf(step) + 1).entries())
    put(draft, "job_steps", {
      job_id: id,
      name,
      seq: index + 1,
      status: name === step ? "failed" : "completed",
      started_at: ago(minutesAgo),
      completed_at: ago(minutesAgo - 1),
      error_message: name === step ? error : null,
    });
}
