import { goTime } from "../appliance/clock.ts";
import type { LabRow } from "../appliance/database.ts";
import { decodeGo, textField } from "../appliance/gojson.ts";
import { json, type LabAnswer, type Call } from "../appliance/http.ts";
import { route, type Route } from "../appliance/route.ts";
import type { Daemon } from "./context.ts";

/** Snapshot tracking on mappings: an abandoned scheme whose routes are still there. */
export function snapshotRoutes(daemon: Daemon): Route[] {
  return [
    route("POST /api/v1/snapshots/track", (call) => track(daemon, call)),
    route("GET /api/v1/snapshots/vm/:context", async (_call, { context }) => {
      const rows = await daemon.db.rows("select * from device_mappings where vm_context_id = ? order by created_at", [
        context,
      ]);
      return json(200, {
        vm_context_id: context,
        snapshots: rows.length === 0 ? null : rows.map(show),
        count: rows.length,
      });
    }),
    route("DELETE /api/v1/snapshots/vm/:context", async (_call, { context }) => {
      const snapshots_cleared = await daemon.db.change(
        "update device_mappings set ossea_snapshot_id = null, snapshot_created_at = null, snapshot_status = 'none' " +
          "where vm_context_id = ? and ossea_snapshot_id is not null",
        [context],
      );
      return json(200, {
        message: "VM volume snapshots cleared successfully",
        vm_context_id: context,
        snapshots_cleared,
      });
    }),
    route("PUT /api/v1/snapshots/:volume", async (call, { volume }) => {
      const body = decodeGo(call.body, "UpdateSnapshotRequest", ["snapshot_id", "snapshot_status"]);
      await daemon.db.change(
        "update device_mappings set ossea_snapshot_id = coalesce(?, ossea_snapshot_id), " +
          "snapshot_status = coalesce(?, snapshot_status) where volume_uuid = ?",
        [body["snapshot_id"] ?? null, body["snapshot_status"] ?? null, volume],
      );
      return json(200, { message: "Volume snapshot updated successfully", volume_uuid: volume });
    }),
  ];
}

async function track({ db }: Daemon, call: Call): Promise<LabAnswer> {
  const body = decodeGo(call.body, "TrackSnapshotRequest", ["volume_uuid", "vm_context_id", "snapshot_id"]);
  const names = { volume_uuid: "VolumeUUID", vm_context_id: "VMContextID", snapshot_id: "SnapshotID" };
  const absent = Object.entries(names)
    .filter(([field]) => !body[field])
    .map(([, name]) => name);
  if (absent.length > 0) return json(400, { error: absent.map(requiredTag).join("\n") });
  const { volume_uuid, vm_context_id, snapshot_id } = body;
  const count = await db.change(
    "update device_mappings set ossea_snapshot_id = ?, snapshot_created_at = utc_timestamp(), snapshot_status = 'ready' " +
      "where volume_uuid = ?",
    [snapshot_id, volume_uuid],
  );
  if (count > 0)
    return json(200, { message: "Volume snapshot tracked successfully", snapshot_id, vm_context_id, volume_uuid });
  const volume = textField(body, "volume_uuid");
  const text = `failed to find device mapping for volume ${volume}: no device mapping found for volume UUID ${volume}`;
  return json(500, { error: text });
}

function requiredTag(name: string): string {
  return `Key: 'TrackSnapshotRequest.${name}' Error:Field validation for '${name}' failed on the 'required' tag`;
}

function show(row: LabRow): Record<string, unknown> {
  const { volume_uuid, vm_context_id, device_path, operation_mode, snapshot_status } = row;
  const time = row["snapshot_created_at"];
  return {
    volume_uuid,
    vm_context_id,
    device_path,
    operation_mode,
    ...(row["ossea_snapshot_id"] === null ? {} : { snapshot_id: row["ossea_snapshot_id"] }),
    ...(time === null || time === undefined ? {} : { snapshot_created_at: goTime(String(time)) }),
    snapshot_status,
  };
}
