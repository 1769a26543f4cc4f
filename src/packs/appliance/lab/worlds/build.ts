import type { LabConfig } from "../appliance/config.ts";
import { deviceName, emptyCloud, type Volume } from "../cloudstack/state.ts";
import { put, type Draft } from "./draft.ts";
import { addFailover } from "./failovers.ts";
import { addHistory } from "./history.ts";
import { ago, cloudAgo, idsFor, unixAgo } from "./ids.ts";
import type { Disk, Loadable, Machine, Scene } from "./model.ts";

/** Turns a scene into rows and CloudStack objects. A null scene is the bare appliance. */
export function build(lab: LabConfig, scene: Scene | null): Loadable {
  const ids = idsFor(lab.dir);
  const draft: Draft = { ids, rows: {}, cloud: emptyCloud(ids.appliance, ids.zone), engines: [] };
  addConfig(draft, lab);
  if (scene) {
    for (const machine of scene.machines) addMachine(draft, machine);
    // The newest failover of a machine is the one with the highest id: what is past comes first.
    addHistory(draft, scene.machines);
    for (const machine of scene.machines) if (machine.failover) addFailover(draft, machine, machine.failover);
    for (const past of scene.pastJobs) addPastJob(draft, scene, past);
    for (const cleanup of scene.failedCleanups) addFailedCleanup(draft, cleanup);
  }
  return { rows: draft.rows, cloud: draft.cloud, faults: scene?.faults ?? [], engines: draft.engines };
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

function addDisk(draft: Draft, machine: Machine, disk: Disk, index: number): void {
  const { ids } = draft;
  const volume = ids.volume(machine, disk);
  const id = (draft.rows["ossea_volumes"]?.length ?? 0) + 101;
  const devicePath = mappedPath(draft, machine, disk);
  const isTracked = disk.snapshot?.tracked === true;
  put(draft, "ossea_volumes", {
    id,
    vm_context_id: ids.context(machine),
    volume_id: volume,
    volume_name: `migration-${machine.name.replaceAll(" ", "-")}-${disk.id}`,
    size_gb: disk.sizeGb,
    ossea_config_id: 1,
    volume_type: "DATADISK",
    device_path: devicePath,
    status: devicePath === null ? "detached" : "attached",
    created_at: ago(41_000),
    updated_at: ago(700),
    snapshot_id: isTracked ? ids.snapshot(machine, disk) : disk.snapshot ? "" : null,
    snapshot_created_at: isTracked ? ago(snapshotAge(machine)) : null,
    snapshot_status: isTracked ? "ready" : "none",
  });
  put(draft, "vm_disks", {
    id: id + 400,
    vm_context_id: ids.context(machine),
    job_id: ids.replication(machine),
    disk_id: disk.id,
    vm_dk_path: `[datastore1] ${machine.name}/${machine.name}${index === 0 ? "" : `_${index}`}.vmdk`,
    size_gb: disk.sizeGb,
    datastore: "datastore1",
    unit_number: index,
    label: `Hard disk ${index + 1}`,
    capacity_bytes: disk.sizeGb * 2 ** 30,
    ossea_volume_id: id,
    sync_status: "completed",
    sync_progress_percent: 100,
    created_at: ago(41_000),
    updated_at: ago(660),
    ...(index === 0 ? { cpu_count: 2, memory_mb: 4096, os_type: machine.os, display_name: machine.name } : {}),
  });
  if (devicePath !== null) addMapping(draft, machine, disk, devicePath, id);
  addCloudVolume(draft, machine, disk, index);
}

function mappedPath({ ids }: Draft, machine: Machine, disk: Disk): string | null {
  if (disk.mapping === "none") return null;
  if (disk.place === "test-vm" && disk.mapping === "right") return `remote-vm-${ids.destination(machine)}`;
  return disk.place === "nowhere" && disk.mapping === "right"
    ? null
    : `/dev/disk/by-id/${deviceName(ids.volume(machine, disk))}`;
}

function addMapping(draft: Draft, machine: Machine, disk: Disk, path: string, id: number): void {
  const { ids } = draft;
  const local = path.startsWith("/dev/");
  const volume = ids.volume(machine, disk);
  put(draft, "device_mappings", {
    id: ids.any(`mapping ${volume}`),
    vm_context_id: ids.context(machine),
    volume_uuid: volume,
    vm_id: local ? ids.appliance : ids.destination(machine),
    operation_mode: disk.mode,
    requires_device_correlation: local ? 1 : 0,
    device_path: path,
    cloudstack_state: "attached",
    linux_state: local ? "detected" : "n/a",
    size: local ? disk.sizeGb * 2 ** 30 : 0,
    last_sync: ago(720),
    created_at: ago(720),
    updated_at: ago(720),
  });
  if (!local) return;
  const name = `migration-vol-${volume}`;
  const config_path = `/etc/nbd-server/conf.d/${name}.conf`;
  const owner = { vm_context_id: ids.context(machine), volume_id: volume, device_mapping_uuid: volume };
  const times = { created_at: ago(720), updated_at: ago(720) };
  const place = { export_name: name, port: 10809, device_path: path, config_path, status: "active" };
  put(draft, "nbd_exports", { id, ...owner, ...place, ...times });
}

function addCloudVolume(draft: Draft, machine: Machine, disk: Disk, index: number): void {
  const { ids, cloud } = draft;
  const id = ids.volume(machine, disk);
  const holders = { appliance: ids.appliance, "test-vm": ids.destination(machine), nowhere: null };
  const isChanged = disk.snapshot !== null && !disk.reverted;
  const volume: Volume = {
    id,
    name: `migration-${machine.name.replaceAll(" ", "-")}-${disk.id}`,
    type: "DATADISK",
    size: disk.sizeGb * 2 ** 30,
    vm: holders[disk.place],
    deviceid: disk.place === "nowhere" ? null : index + 1,
    created: cloudAgo(41_000),
    content: isChanged ? "changed by the failover" : "as replicated",
  };
  cloud.volumes[id] = volume;
  if (!disk.snapshot?.exists) return;
  const snapshot = ids.snapshot(machine, disk);
  const name = `multi-test-failover-${disk.id}-${unixAgo(snapshotAge(machine))}`;
  const time = cloudAgo(snapshotAge(machine));
  const { state } = disk.snapshot;
  cloud.snapshots[snapshot] = {
    id: snapshot,
    name,
    volumeid: id,
    created: time,
    content: "as replicated",
    ...(state === undefined ? {} : { state }),
  };
}

/** Snapshots are made two minutes after a failover starts. */
function snapshotAge(machine: Machine): number {
  return (machine.failover?.minutesAgo ?? 45) - 2;
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
  const ofSnapshot = past.command.endsWith("Snapshot");
  const id = ofSnapshot ? draft.ids.snapshot(machine, disk) : draft.ids.volume(machine, disk);
  const jobid = draft.ids.any(`past job ${past.command} ${id} ${past.minutesAgo}`);
  draft.cloud.jobs[jobid] = {
    jobid,
    command: past.command,
    params: { id },
    created: cloudAgo(past.minutesAgo),
    completed: cloudAgo(past.minutesAgo),
    status: past.failed === undefined ? 1 : 2,
    result: past.failed === undefined ? { success: true } : { errorcode: 530, errortext: past.failed },
    instance: { type: ofSnapshot ? "Snapshot" : "Volume", id },
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
