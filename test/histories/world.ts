/** The world that an old lab was in when its program was killed: kept beside the journal, and loaded into a lab of today. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import * as z from "zod";
import type { ApplianceSnapshot } from "../../src/packs/appliance/lab/worlds/snapshot.ts";
import type { CloudState } from "../../src/packs/appliance/lab/cloudstack/state.ts";

const siteShape = z.object({
  mysql: z.object({
    host: z.string(),
    port: z.number(),
    user: z.string(),
    password: z.string(),
    database: z.string(),
  }),
});
const SECRET = new Set(["api_key", "secret_key"]);
/** What Handrail never asks for. */
const LEFT_OUT = new Set(["log_events", "vmware_credentials"]);

type Row = Record<string, string | null>;

const withoutSecrets = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([name]) => !SECRET.has(name)));

async function rowsOf(dir: string): Promise<Record<string, Row[]>> {
  const { mysql } = siteShape.parse(JSON.parse(readFileSync(join(dir, "site.json"), "utf8")));
  const connection = await createConnection({ ...mysql, typeCast: (field) => field.string() });
  const [tables] = await connection.query<RowDataPacket[]>("show full tables where table_type = 'BASE TABLE'");
  const rows: Record<string, Row[]> = {};
  for (const table of tables.map((row) => String(Object.values(row)[0]))) {
    const [found] = await connection.query<RowDataPacket[]>(`select * from \`${table}\``);
    if (found.length > 0 && !LEFT_OUT.has(table)) rows[table] = (found as Row[]).map(withoutSecrets);
  }
  await connection.end();
  return rows;
}

/** Reads the lab in the folder `dir`, of whatever version. */
export async function worldOf(dir: string): Promise<ApplianceSnapshot> {
  const rows = await rowsOf(dir);
  const cloud = JSON.parse(readFileSync(join(dir, "cloudstack.json"), "utf8")) as CloudState;
  const config = rows["ossea_configs"]?.find((row) => row["is_active"] === "1");
  return {
    rows,
    utcOffset: "+00:00",
    appliance: config?.["oma_vm_id"] ?? "",
    zone: config?.["zone"] ?? "",
    vms: Object.values(cloud.vms),
    volumes: Object.values(cloud.volumes),
    snapshots: Object.values(cloud.snapshots),
  };
}
