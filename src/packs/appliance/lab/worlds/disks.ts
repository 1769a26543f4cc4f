import { deviceName, type Volume } from "../cloudstack/state.ts";
import { nextId, put, type Draft } from "./draft.ts";
import { ago, cloudAgo, unixAgo } from "./ids.ts";
import type { Disk, DiskSnapshot, Machine } from "./model.ts";

/** Adds the rows of a disk of a machine, and its volume and snapshot in CloudStack. */
export function addDisk(draft: Draft, machine: Machine, disk: Disk, index: number): void {
  const id = nextId(draft, "ossea_volumes", 101);
  const path = mappedPath(draft, machine, disk);
  addVolume(draft, machine, disk, { id, path });
  addVmDisk(draft, machine, disk, { id, index });
  if (path !== null) addMapping(draft, machine, disk, { id, path });
  addCloudVolume(draft, machine, disk, index);
}

/** What the database says of the snapshot of a volume. */
function snapshotColumns({ ids }: Draft, machine: Machine, disk: Disk) {
  return disk.snapshot?.tracked === true
    ? {
        snapshot_id: ids.snapshot(machine, disk),
        snapshot_created_at: ago(snapshotAge(machine)),
        snapshot_status: "ready",
      }
    : { snapshot_id: disk.snapshot ? "" : null, snapshot_created_at: null, snapshot_status: "none" };
}

function addVolume(draft: Draft, machine: Machine, disk: Disk, { id, path }: { id: number; path: string | null }) {
  const { ids } = draft;
  put(draft, "ossea_volumes", {
    id,
    vm_context_id: ids.context(machine),
    volume_id: ids.volume(machine, disk),
    volume_name: `migration-${machine.name.replaceAll(" ", "-")}-${disk.id}`,
    size_gb: disk.sizeGb,
    ossea_config_id: 1,
    volume_type: "DATADISK",
    device_path: path,
    status: path === null ? "detached" : "attached",
    created_at: ago(41_000),
    updated_at: ago(700),
    ...snapshotColumns(draft, machine, disk),
  });
}

function addVmDisk(draft: Draft, machine: Machine, disk: Disk, { id, index }: { id: number; index: number }): void {
  const { ids } = draft;
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
}

function mappedPath({ ids }: Draft, machine: Machine, disk: Disk): string | null {
  if (disk.mapping === "none") return null;
  const place = disk.mapping === "stale" ? "appliance" : disk.place;
  if (place === "test-vm") return `remote-vm-${ids.destination(machine)}`;
  return place === "nowhere" ? null : `/dev/disk/by-id/${deviceName(ids.volume(machine, disk))}`;
}

/** Where a mapping has its volume: on the appliance, which sees its device, or on the machine of a failover. */
function placeOf({ ids }: Draft, machine: Machine, disk: Disk, path: string) {
  return path.startsWith("/dev/")
    ? { vm: ids.appliance, correlated: 1, state: "detected", sizeBytes: disk.sizeGb * 2 ** 30 }
    : { vm: ids.destination(machine), correlated: 0, state: "n/a", sizeBytes: 0 };
}

function addMapping(draft: Draft, machine: Machine, disk: Disk, { id, path }: { id: number; path: string }): void {
  const { ids } = draft;
  const place = placeOf(draft, machine, disk, path);
  const volume = ids.volume(machine, disk);
  put(draft, "device_mappings", {
    id: ids.any(`mapping ${volume}`),
    vm_context_id: ids.context(machine),
    volume_uuid: volume,
    vm_id: place.vm,
    operation_mode: disk.mode,
    requires_device_correlation: place.correlated,
    device_path: path,
    cloudstack_state: "attached",
    linux_state: place.state,
    size: place.sizeBytes,
    last_sync: ago(720),
    created_at: ago(720),
    updated_at: ago(720),
  });
  if (path.startsWith("/dev/")) addExport(draft, machine, disk, { id, path });
}

function addExport(draft: Draft, machine: Machine, disk: Disk, { id, path }: { id: number; path: string }): void {
  const { ids } = draft;
  const volume = ids.volume(machine, disk);
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
  if (disk.snapshot?.exists) addCloudSnapshot(draft, machine, disk, disk.snapshot);
}

function addCloudSnapshot({ ids, cloud }: Draft, machine: Machine, disk: Disk, { state }: DiskSnapshot): void {
  const snapshot = ids.snapshot(machine, disk);
  const name = `multi-test-failover-${disk.id}-${unixAgo(snapshotAge(machine))}`;
  const time = cloudAgo(snapshotAge(machine));
  cloud.snapshots[snapshot] = {
    id: snapshot,
    name,
    volumeid: ids.volume(machine, disk),
    created: time,
    content: "as replicated",
    ...(state === undefined ? {} : { state }),
  };
}

/** Snapshots are made two minutes after a failover starts. */
function snapshotAge(machine: Machine): number {
  return (machine.failover?.minutesAgo ?? 45) - 2;
}
