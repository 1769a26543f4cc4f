/** Reads a real site for a rehearsal: its tables over the read-only connection, and what CloudStack lists. No secret is asked for. */
import type { Connections } from "../../connections/connect.ts";
import type { TextTable } from "../../connections/mysql/reader.ts";
import type { ApplianceSnapshot } from "./lab/index.ts";
import type { Failure } from "../../ports/outcome.ts";
import type { JsonObject } from "../../ports/json.ts";
import { err, ok, type Result } from "../../ports/result.ts";

/** What a runbook reads or changes, and the column by which the newest rows are told where there are too many. */
const TABLES: Readonly<Record<string, string | null>> = {
  ossea_configs: null,
  vm_machine_groups: null,
  vm_replication_contexts: null,
  replication_jobs: "created_at",
  ossea_volumes: null,
  vm_disks: "id",
  vm_export_mappings: null,
  network_mappings: null,
  job_tracking: "created_at",
  job_steps: "id",
  failover_jobs: "id",
  volume_operations: "created_at",
  device_mappings: null,
  nbd_exports: null,
};

/** Never read: the lab has an address and keys of its own. */
const SECRET: Readonly<Record<string, readonly string[]>> = { ossea_configs: ["api_url", "api_key", "secret_key"] };

/** The reading connection gives no more in one answer. */
const MOST_ROWS = 10_000;

export interface SiteSnapshot {
  readonly snapshot: ApplianceSnapshot;
  /** What is not in it, as sentences. */
  readonly lacks: readonly string[];
}

type Row = Record<string, string | null>;

const rowsOf = ({ columns, rows }: TextTable): Row[] =>
  rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));

async function theirColumns(look: Connections["look"]): Promise<Result<Map<string, Set<string>>, Failure>> {
  const sql =
    "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";
  const answer = await look(sql);
  if (!answer.ok) return answer;
  const tables = new Map<string, Set<string>>();
  for (const { t, c } of rowsOf(answer.value)) {
    const columns = tables.get(t ?? "") ?? new Set();
    tables.set(t ?? "", columns.add(c ?? ""));
  }
  return ok(tables);
}

interface Wish {
  readonly connections: Connections;
  /** The lab's tables and columns. */
  readonly ours: Readonly<Record<string, readonly string[]>>;
  /** Takes known secrets out of every value. */
  readonly redact: (text: string) => string;
}

async function readTables(
  { connections, ours, redact }: Wish,
  lacks: string[],
): Promise<Result<Record<string, Row[]>, Failure>> {
  const theirs = await theirColumns(connections.look);
  if (!theirs.ok) return theirs;
  const read: Record<string, Row[]> = {};
  for (const [table, newest] of Object.entries(TABLES)) {
    const applianceColumns = theirs.value.get(table);
    const columns = (ours[table] ?? []).filter(
      (name) => applianceColumns?.has(name) === true && SECRET[table]?.includes(name) !== true,
    );
    const unknown = [...(applianceColumns ?? [])].filter((name) => ours[table]?.includes(name) !== true);
    if (columns.length === 0) {
      lacks.push(`table ${table} is not there`);
      continue;
    }
    if (unknown.length > 0) lacks.push(`columns of ${table} that no lab has: ${unknown.join(", ")}`);
    const order = newest === null ? "" : ` ORDER BY ${newest} DESC`;
    const answer = await connections.look(`SELECT ${columns.join(", ")} FROM ${table}${order} LIMIT ${MOST_ROWS}`);
    if (!answer.ok) return answer;
    const rows = rowsOf(answer.value);
    if (rows.length === MOST_ROWS) lacks.push(`table ${table} has more rows; ${MOST_ROWS} are taken`);
    read[table] = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : redact(value)])),
    );
  }
  return ok(read);
}

const text = (row: JsonObject, name: string): string => {
  const value = row[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
};

const GONE = new Set(["Destroy", "Destroyed", "Expunging", "Expunged"]);

async function readCloud(
  connections: Connections,
): Promise<Result<Pick<ApplianceSnapshot, "vms" | "volumes" | "snapshots">, Failure>> {
  const params = { listall: "true" };
  const [vms, volumes, snapshots] = await Promise.all(
    ["listVirtualMachines", "listVolumes", "listSnapshots"].map((command) =>
      connections.cloudstack.list(command, params),
    ),
  );
  if (vms === undefined || volumes === undefined || snapshots === undefined)
    throw new Error("three lists were asked for");
  if (!vms.ok) return vms;
  if (!volumes.ok) return volumes;
  if (!snapshots.ok) return snapshots;
  const number = (row: JsonObject, name: string): number => Number(text(row, name)) || 0;
  const base = (row: JsonObject) => ({ id: text(row, "id"), name: text(row, "name"), created: text(row, "created") });
  const copies = snapshots.value.map((row) => ({
    ...base(row),
    volumeid: text(row, "volumeid"),
    content: "as replicated",
  }));
  const volumeIds = new Set(copies.map(({ volumeid }) => volumeid));
  return ok({
    vms: vms.value.map((row) => ({
      ...base(row),
      state: text(row, "state"),
      cpunumber: number(row, "cpunumber"),
      memory: number(row, "memory"),
    })),
    volumes: volumes.value
      .filter((row) => !GONE.has(text(row, "state")))
      .map((row) => ({
        ...base(row),
        type: text(row, "type") === "ROOT" ? ("ROOT" as const) : ("DATADISK" as const),
        size: number(row, "size"),
        vm: text(row, "virtualmachineid") || null,
        deviceid: text(row, "virtualmachineid") === "" ? null : number(row, "deviceid"),
        content: volumeIds.has(text(row, "id")) ? "changed by the failover" : "as replicated",
      })),
    snapshots: copies,
  });
}

/** Reads it all, or says what does not answer. Nothing is changed and nothing is locked. */
export async function readSite(wish: Wish): Promise<Result<SiteSnapshot, string>> {
  const { connections } = wish;
  const lacks: string[] = [];
  const rows = await readTables(wish, lacks);
  if (!rows.ok) return err(rows.error.message);
  const cloud = await readCloud(connections);
  if (!cloud.ok) return err(cloud.error.message);
  const clock = await connections.look("SELECT TIMEDIFF(NOW(), UTC_TIMESTAMP()) AS gone");
  if (!clock.ok) return err(clock.error.message);
  const difference = clock.value.rows[0]?.[0] ?? "00:00:00";
  const utcOffset = `${difference.startsWith("-") ? "" : "+"}${difference.slice(0, difference.startsWith("-") ? 6 : 5)}`;
  const config = (rows.value["ossea_configs"] ?? []).find((row) => row["is_active"] === "1");
  if (config?.["oma_vm_id"] === undefined) return err("No configuration of CloudStack is active on the appliance.");
  const daemon = await connections.volume.health();
  if (!daemon.ok) lacks.push(`the Volume Daemon's trouble is not rehearsed: ${daemon.error.message}`);
  const appliance = config["oma_vm_id"] ?? "";
  const snapshot = { rows: rows.value, utcOffset, appliance, zone: config["zone"] ?? "", ...cloud.value };
  return ok({ snapshot, lacks });
}
