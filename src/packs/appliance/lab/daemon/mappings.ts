import { existsSync } from "node:fs";
import { join } from "node:path";
import { pause, sqlNow } from "../appliance/clock.ts";
import { goDatabaseError, type LabRow } from "../appliance/database.ts";
import { deviceFolder, deviceName } from "../cloudstack/state.ts";
import { activeConfig, type Daemon } from "./context.ts";

/** The mapping row of a volume, or null. */
export function mappingOf({ db }: Daemon, volume: string): Promise<LabRow | null> {
  return db.row("select * from device_mappings where volume_uuid = ?", [volume]);
}

/** Writes the mapping of a volume that CloudStack has just attached and says its device path. */
export async function createMapping(daemon: Daemon, volume: string, vm: string, root: boolean): Promise<string> {
  const place = (await isAppliance(daemon, vm)) ? LOCAL : REMOTE;
  const path = place === LOCAL ? await resolveDevice(daemon, volume) : `remote-vm-${root ? "root-" : ""}${vm}`;
  const row = [volume, await contextOf(daemon, volume), vm, place.mode, root ? 0 : null, place.correlated];
  await insertMapping(daemon, [...row, path, place.state, place.sizeBytes, sqlNow(), sqlNow(), sqlNow()]);
  return path;
}

/** What a mapping says of a volume on the appliance, and of one on another machine. */
const LOCAL = { mode: "oma", correlated: 1, state: "detected", sizeBytes: 2 ** 30 };
const REMOTE = { mode: "failover", correlated: 0, state: "n/a", sizeBytes: 0 };

async function contextOf({ db }: Daemon, volume: string): Promise<LabRow[string]> {
  const owner = await db.row("select vm_context_id from ossea_volumes where volume_id = ?", [volume]);
  return owner?.["vm_context_id"] ?? null;
}

async function isAppliance({ db }: Daemon, vm: string): Promise<boolean> {
  const config = await activeConfig(db);
  return vm !== "" && config?.["oma_vm_id"] === vm;
}

async function insertMapping({ db }: Daemon, row: unknown[]): Promise<void> {
  try {
    await db.change(
      "insert into device_mappings (volume_uuid, vm_context_id, vm_id, operation_mode, cloudstack_device_id, " +
        "requires_device_correlation, device_path, cloudstack_state, linux_state, size, last_sync, created_at, " +
        "updated_at) values (?, ?, ?, ?, ?, ?, ?, 'attached', ?, ?, ?, ?, ?)",
      row,
    );
  } catch (problem) {
    const text = goDatabaseError(problem);
    throw new Error(`mapping creation failed: failed to create device mapping: failed to create mapping: ${text}`, {
      cause: problem,
    });
  }
}

async function resolveDevice({ lab }: Daemon, volume: string): Promise<string> {
  const path = `/dev/disk/by-id/${deviceName(volume)}`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (existsSync(join(deviceFolder(lab.dir), deviceName(volume)))) return path;
    await pause(100, lab.scale);
  }
  throw new Error(
    `by-id device resolution failed: failed to resolve device for volume ${volume}: timeout waiting for by-id symlink: ` +
      `${path} (waited 10s, 100 attempts)`,
  );
}

/** Tells the other tables that a volume has been attached, and exports it when it is on the appliance. */
export async function noteAttached({ db }: Daemon, volume: string, path: string): Promise<void> {
  await db.change("update ossea_volumes set device_path = ?, status = 'attached' where volume_id = ?", [path, volume]);
  if (!path.startsWith("/dev/")) return;
  const name = `migration-vol-${volume}`;
  await db.change(
    "insert into nbd_exports (vm_context_id, volume_id, device_mapping_uuid, export_name, port, device_path, " +
      "config_path, status, created_at, updated_at) select vm_context_id, volume_uuid, volume_uuid, ?, 10809, " +
      "device_path, ?, 'active', utc_timestamp(3), utc_timestamp(3) from device_mappings where volume_uuid = ?",
    [name, `/etc/nbd-server/conf.d/${name}.conf`, volume],
  );
}

/** Forgets where a volume was. The export row goes with the mapping. */
export async function noteDetached({ db }: Daemon, volume: string): Promise<void> {
  await db.change("delete from device_mappings where volume_uuid = ?", [volume]);
  await db.change("update ossea_volumes set device_path = null, status = 'detached' where volume_id = ?", [volume]);
}
