import { serveWithAdmin } from "../appliance/admin.ts";
import { goNow, goTime } from "../appliance/clock.ts";
import type { LabConfig } from "../appliance/config.ts";
import { goDatabaseError, openDatabase, type LabRow } from "../appliance/database.ts";
import { openFaults } from "../appliance/faults.ts";
import { BadJson, decodeGo, textField } from "../appliance/gojson.ts";
import { json, text, type LabAnswer, type Call } from "../appliance/http.ts";
import { match, route, type Route } from "../appliance/route.ts";
import type { Daemon } from "./context.ts";
import { accept, showOperation, type Json, type OperationRequest } from "./operations.ts";
import { exportRoutes } from "./exports.ts";
import { snapshotRoutes } from "./snapshots.ts";
import { attach, cleanup, create, detach, remove } from "./work.ts";

/** Runs the lab's Volume Daemon until the process ends. */
export async function runDaemon(lab: LabConfig): Promise<void> {
  const faults = openFaults(lab.dir, "daemon");
  const daemon: Daemon = { lab, faults, db: openDatabase(lab, "volume-daemon") };
  const routes = [...readRoutes(daemon), ...workRoutes(daemon), ...snapshotRoutes(daemon), ...exportRoutes(daemon)];
  await serveWithAdmin(
    { lab, role: "daemon", faults },
    (call) => answer(routes, call),
    () => json(404, { error: "no such route" }),
  );
}

async function answer(routes: Route[], call: Call): Promise<LabAnswer> {
  const hit = match(routes, call);
  const shorter = shorterPath(routes, call);
  if (shorter !== null) return redirect(shorter);
  if (hit === null || hit === "path") return text(404, "404 page not found", "text/plain");
  try {
    return await hit.route.handle(call, hit.params);
  } catch (problem) {
    return errorAnswer(problem);
  }
}

/** The path without the slash at its end; null where it has none, or where only other methods have a route there. */
function shorterPath(routes: Route[], call: Call): string | null {
  if (call.path === "/" || !call.path.endsWith("/")) return null;
  const path = call.path.slice(0, -1);
  return match(routes, { ...call, path }) === "path" ? null : path;
}

function errorAnswer(problem: unknown): LabAnswer {
  return problem instanceof BadJson
    ? json(400, { error: problem.message })
    : json(500, { error: goDatabaseError(problem) });
}

function redirect(location: string): LabAnswer {
  const headers = { "content-type": "text/html; charset=utf-8", location };
  return { status: 301, headers, body: `<a href="${location}">Moved Permanently</a>.\n\n` };
}

function readRoutes(daemon: Daemon): Route[] {
  const details = { implementation_status: "phase_1_foundation" };
  return [
    route("GET /health", () =>
      json(200, { service: "volume-management-daemon", status: "healthy", timestamp: goNow(), version: "1.0.0" }),
    ),
    route("GET /api/v1/health", async () => {
      const unknown = { cloudstack_health: "not_implemented", device_monitor: "not_implemented" };
      const database_health = await databaseHealth(daemon);
      return json(200, { status: "healthy", timestamp: goNow(), ...unknown, database_health, details });
    }),
    route("GET /api/v1/metrics", () => json(200, emptyMetrics())),
    route("POST /api/v1/admin/force-sync", () => json(500, { error: "force sync not yet implemented" })),
    route("GET /api/v1/volumes/:id", (_call, { id }) =>
      json(200, { volume_id: id, state: "unknown", size: 0, cloudstack_data: null }),
    ),
    route("GET /api/v1/volumes/:id/device", (_call, { id = "" }) => device(daemon, "volume_uuid", id, "volume")),
    route("GET /api/v1/devices/:path/volume", (_call, { path = "" }) => device(daemon, "device_path", path, "device")),
    route("GET /api/v1/vms/:id/volumes", async (_call, { id }) => {
      const rows = await daemon.db.rows("select * from device_mappings where vm_id = ? order by created_at", [id]);
      return json(200, rows.map(showAttached));
    }),
    route("GET /api/v1/operations", (call) => operationList(daemon, call)),
    route("GET /api/v1/operations/:id", (_call, { id }) =>
      lookedUp(daemon, "failed to get operation", `operation not found: ${id}`, async () => {
        if (daemon.faults.take("daemon-forget")) return null;
        const row = await daemon.db.row("select * from volume_operations where id = ?", [id]);
        return row === null ? null : showOperation(row);
      }),
    ),
  ];
}

function emptyMetrics(): Record<string, unknown> {
  const counts = { total_operations: 0, pending_operations: 0, active_mappings: 0 };
  const rates = {
    operations_by_type: {},
    operations_by_status: {},
    average_response_time_ms: 0,
    error_rate_percent: 0,
  };
  return { timestamp: goNow(), ...counts, ...rates, details: { implementation_status: "placeholder" } };
}

/** The only field of the health answer that can say anything. */
async function databaseHealth({ db, faults, lab }: Daemon): Promise<string> {
  if (faults.take("daemon-unhealthy")) return `unhealthy: ${refusalText(lab)}`;
  try {
    await db.row("select 1");
    return "healthy";
  } catch (problem) {
    return `unhealthy: ${goDatabaseError(problem)}`;
  }
}

function refusalText(lab: LabConfig): string {
  return `dial tcp 127.0.0.1:${lab.ports.mysql}: connect: connection refused`;
}

/** Why a fault keeps a read from the database, or null. */
function troubleOfFault({ faults, lab }: Daemon): string | null {
  const broken = faults.take("daemon-broken-reads");
  if (broken) return String(broken["text"] ?? "invalid connection");
  return faults.take("daemon-unhealthy") ? refusalText(lab) : null;
}

/** A read whose every failure, whatever its cause, is a 404: only the text tells them apart. */
async function lookedUp(
  daemon: Daemon,
  prefix: string,
  absent: string,
  read: () => Promise<unknown>,
): Promise<LabAnswer> {
  const trouble = troubleOfFault(daemon);
  if (trouble !== null) return json(404, { error: `${prefix}: ${trouble}` });
  try {
    const value = await read();
    return value === null ? json(404, { error: absent }) : json(200, value);
  } catch (problem) {
    return json(404, { error: `${prefix}: ${goDatabaseError(problem)}` });
  }
}

function device(daemon: Daemon, column: string, value: string, noun: string): Promise<LabAnswer> {
  return lookedUp(daemon, "failed to get mapping", `mapping not found for ${noun}: ${value}`, async () => {
    const row = await daemon.db.row(`select * from device_mappings where ${column} = ?`, [value]);
    return row === null ? null : showMapping(row);
  });
}

/** A mapping as the daemon shows it: several columns are not read and come out empty. */
function showMapping(row: LabRow): Record<string, unknown> {
  return {
    id: "",
    vm_context_id: null,
    volume_uuid: row["volume_uuid"],
    volume_id_numeric: null,
    vm_id: row["vm_id"],
    operation_mode: row["operation_mode"],
    cloudstack_device_id: row["cloudstack_device_id"],
    requires_device_correlation: row["requires_device_correlation"] === 1,
    device_path: row["device_path"],
    cloudstack_state: row["cloudstack_state"],
    linux_state: row["linux_state"],
    size: row["size"],
    last_sync: goTime(String(row["last_sync"])),
    snapshot_status: "",
    created_at: goTime(String(row["created_at"])),
    updated_at: goTime(String(row["updated_at"])),
  };
}

function showAttached(row: LabRow): Record<string, unknown> {
  const { volume_uuid: volume_id, vm_id, device_path, size } = row;
  return { volume_id, vm_id, device_path, state: "attached", size, cloudstack_data: null };
}

async function operationList({ db }: Daemon, call: Call): Promise<LabAnswer> {
  const filters = ["type", "status", "volume_id", "vm_id"].filter((name) => call.query.get(name));
  const condition = filters.length > 0 ? `where ${filters.map((name) => `${name} = ?`).join(" and ")}` : "";
  const limit = Number(call.query.get("limit") ?? 0);
  const rows = await db.rows(
    `select * from volume_operations ${condition} order by created_at desc${limit > 0 ? ` limit ${Math.trunc(limit)}` : ""}`,
    filters.map((name) => call.query.get(name)),
  );
  return json(200, rows.length === 0 ? null : rows.map(showOperation));
}

function workRoutes(daemon: Daemon): Route[] {
  const start = async (call: Call, wish: Omit<OperationRequest, "agent">, work: (daemon: Daemon) => Promise<Json>) => {
    const { "user-agent": agent = "" } = call.headers;
    return json(201, await accept(daemon, { ...wish, agent }, work));
  };
  const attaching =
    (root: boolean) =>
    (call: Call, { id = "" }: Record<string, string>) => {
      const vm = textField(decodeGo(call.body, "AttachVolumeRequest", ["vm_id"]), "vm_id");
      const request = { ...(root ? { attach_as: "root", device_id: 0 } : {}), vm_id: vm, volume_id: id };
      return start(call, { kind: "attach", volume: id, vm, request }, (own) => attach(own, id, vm, root));
    };
  return [
    route("POST /api/v1/volumes/:id/attach", attaching(false)),
    route("POST /api/v1/volumes/:id/attach-root", attaching(true)),
    route("POST /api/v1/volumes/:id/detach", (call, { id = "" }) =>
      start(call, { kind: "detach", volume: id, vm: null, request: { volume_id: id } }, (own) => detach(own, id)),
    ),
    route("DELETE /api/v1/volumes/:id", (call, { id = "" }) =>
      start(call, { kind: "delete", volume: id, vm: null, request: { volume_id: id } }, (own) => remove(own, id)),
    ),
    route("POST /api/v1/volumes", (call) => {
      const body = decodeGo(call.body, "CreateVolumeRequest", ["name", "disk_offering_id", "zone_id"]);
      const { name = "", size = 0, disk_offering_id = "", zone_id = "", metadata = null } = body;
      const request = { disk_offering_id, metadata, name, size, zone_id };
      return start(call, { kind: "create", volume: "", vm: null, request }, (own) => create(own, request));
    }),
    route("POST /api/v1/cleanup/test-failover", (call) => {
      const body = decodeGo(call.body, "CleanupRequest", ["test_vm_id", "volume_id", "oma_vm_id"]);
      const { delete_vm = false, force_clean = false } = body;
      const ids = { oma_vm_id: textField(body, "oma_vm_id"), test_vm_id: textField(body, "test_vm_id") };
      const volume = textField(body, "volume_id");
      const request = { delete_vm, force_clean, ...ids, volume_id: volume };
      return start(call, { kind: "cleanup", volume, vm: ids.test_vm_id, request }, (own) =>
        cleanup(own, { ...ids, volume_id: volume }, delete_vm === true),
      );
    }),
  ];
}
