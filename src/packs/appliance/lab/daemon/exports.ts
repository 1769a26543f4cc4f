import { goNow, goTime } from "../appliance/clock.ts";
import type { LabRow } from "../appliance/database.ts";
import { json } from "../appliance/http.ts";
import { route, type Route } from "../appliance/route.ts";
import type { Daemon } from "./context.ts";

/** The reading half of the NBD export routes. */
export function exportRoutes({ db }: Daemon): Route[] {
  return [
    route("GET /api/v1/exports", async () => {
      const rows = await db.rows("select * from nbd_exports order by id");
      return json(200, { exports: rows.map(show), count: rows.length });
    }),
    route("GET /api/v1/exports/orphaned/count", () => json(200, { orphaned_exports_count: 0, timestamp: goNow() })),
    route("GET /api/v1/exports/:volume", async (_call, { volume = "" }) => {
      const row = await db.row("select * from nbd_exports where volume_id = ?", [volume]);
      if (row) return json(200, show(row));
      return json(404, { error: `failed to get NBD export: NBD export not found for volume: ${volume}` });
    }),
  ];
}

function show(row: LabRow): Record<string, unknown> {
  const { volume_id, export_name, device_path, port, status } = row;
  const times = { created_at: goTime(String(row["created_at"])), updated_at: goTime(String(row["updated_at"])) };
  const metadata = { config_path: row["config_path"] ?? "", job_id: row["job_id"] ?? "" };
  return { id: "0", volume_id, export_name, device_path, port, status, ...times, metadata };
}
