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
  return ok(columnsByTable(rowsOf(answer.value)));
}

function columnsByTable(rows: readonly Row[]): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  for (const { t, c } of rows) {
    const table = t ?? "";
    const columns = tables.get(table) ?? new Set();
    tables.set(table, columns.add(c ?? ""));
  }
  return tables;
}

interface Wish {
  readonly connections: Connections;
  /** The lab's tables and columns. */
  readonly ours: Readonly<Record<string, readonly string[]>>;
  /** Takes known secrets out of every value. */
  readonly redact: (text: string) => string;
}

async function readTables(wish: Wish, lacks: string[]): Promise<Result<Record<string, Row[]>, Failure>> {
  const theirs = await theirColumns(wish.connections.look);
  if (!theirs.ok) return theirs;
  const read: Record<string, Row[]> = {};
  for (const [table, newest] of Object.entries(TABLES)) {
    const columns = sharedColumns(lacks, table, wish.ours[table], theirs.value.get(table));
    if (columns.length === 0) continue;
    const rows = await readRows(wish, { table, columns, newest }, lacks);
    if (!rows.ok) return rows;
    read[table] = rows.value;
  }
  return ok(read);
}

/** The columns of a table that both sides have, and that hold no secret; what one of them lacks is told. */
function sharedColumns(
  lacks: string[],
  table: string,
  ours: readonly string[] = [],
  theirs: ReadonlySet<string> = new Set(),
): string[] {
  const columns = ours.filter((name) => theirs.has(name) && SECRET[table]?.includes(name) !== true);
  const unknown = [...theirs].filter((name) => !ours.includes(name));
  if (columns.length === 0) lacks.push(`table ${table} is not there`);
  else if (unknown.length > 0) lacks.push(`columns of ${table} that no lab has: ${unknown.join(", ")}`);
  return columns;
}

interface Selection {
  readonly table: string;
  readonly columns: readonly string[];
  /** The column by which the newest rows come first; null where their order does not matter. */
  readonly newest: string | null;
}

async function readRows(
  { connections, redact }: Wish,
  { table, columns, newest }: Selection,
  lacks: string[],
): Promise<Result<Row[], Failure>> {
  const order = newest === null ? "" : ` ORDER BY ${newest} DESC`;
  const answer = await connections.look(`SELECT ${columns.join(", ")} FROM ${table}${order} LIMIT ${MOST_ROWS}`);
  if (!answer.ok) return answer;
  const rows = rowsOf(answer.value);
  if (rows.length === MOST_ROWS) lacks.push(`table ${table} has more rows; ${MOST_ROWS} are taken`);
  const tame = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : redact(value)]));
  return ok(rows.map(tame));
}

const text = (row: JsonObject, name: string): string => {
  const value = row[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
};

const GONE = new Set(["Destroy", "Destroyed", "Expunging", "Expunged"]);

async function readCloud(
  connections: Connections,
): Promise<Result<Pick<ApplianceSnapshot, "vms" | "volumes" | "snapshots">, Failure>> {
  const list = (command: string) => connections.cloudstack.list(command, { listall: "true" });
  const [vms, volumes, snapshots] = await Promise.all([
    list("listVirtualMachines"),
    list("listVolumes"),
    list("listSnapshots"),
  ]);
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
  const config = activeConfig(rows.value["ossea_configs"]);
  if (config === null) return err("No configuration of CloudStack is active on the appliance.");
  lacks.push(...(await daemonLacks(connections)));
  const snapshot = { rows: rows.value, utcOffset: offsetOf(clock.value), ...config, ...cloud.value };
  return ok({ snapshot, lacks });
}

/** `02:00:00` as `+02:00`. */
function offsetOf({ rows }: TextTable): string {
  const difference = rows[0]?.[0] ?? "00:00:00";
  return difference.startsWith("-") ? difference.slice(0, 6) : `+${difference.slice(0, 5)}`;
}

/** Which VM is the appliance, and in which zone; null where no configuration is active. */
function activeConfig(rows: readonly Row[] = []): Pick<ApplianceSnapshot, "appliance" | "zone"> | null {
  const config = rows.find((row) => row["is_active"] === "1");
  if (config?.["oma_vm_id"] === undefined) return null;
  return { appliance: config["oma_vm_id"] ?? "", zone: config["zone"] ?? "" };
}

async function daemonLacks({ volume }: Connections): Promise<string[]> {
  const health = await volume.health();
  return health.ok ? [] : [`the Volume Daemon's trouble is not rehearsed: ${health.error.message}`];
}
