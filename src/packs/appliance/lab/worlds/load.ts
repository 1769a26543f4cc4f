import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, type Connection } from "mysql2/promise";
import { join } from "node:path";
import { adminCall } from "../appliance/admin-client.ts";
import { roles, type LabConfig, type Role } from "../appliance/config.ts";
import { ledgerFile, logPoint } from "../appliance/ledger.ts";
import { deviceFolder, showDevice, writeCloud, type CloudState } from "../cloudstack/state.ts";
import { isServing, startServer } from "../servers/server.ts";
import { roleStates, startRole, stopChildren, stopRole } from "../processes.ts";
import { build } from "./build.ts";
import { idsFor } from "./ids.ts";
import { findWorld } from "./table.ts";
import type { Loadable, Rows, Scene } from "./model.ts";
import { fromSnapshot, type ApplianceSnapshot } from "./snapshot.ts";

/** Puts the whole lab into the state of a world: rows, CloudStack, faults, child processes, ledger. */
export async function loadInto(lab: LabConfig, name: string): Promise<void> {
  const match = findWorld(name);
  if (!match) throw new Error(`there is no world named ${name}`);
  const scene = match.world.scene(match.value);
  await put(lab, { name, world: build(lab, scene), scene, utcOffset: null });
}

/** Puts the whole lab into the state that was read of another appliance. */
export const loadSnapshotInto = (lab: LabConfig, name: string, snapshot: ApplianceSnapshot): Promise<void> =>
  put(lab, { name, world: fromSnapshot(lab, snapshot), scene: null, utcOffset: snapshot.utcOffset });

type Wish = { name: string; world: Loadable; scene: Scene | null; utcOffset: string | null };

async function put(lab: LabConfig, { name, world, scene, utcOffset }: Wish): Promise<void> {
  await clear(lab);
  if (!isServing(lab.dir)) await startServer(lab, process.env);
  await Promise.all([...roles.map((role) => startRole(lab, role)), seed(lab, world.rows, utcOffset)]);
  placeDevices(lab, world.cloud);
  await adminCall(lab, "cloudstack", "PUT /lab/state", world.cloud);
  for (const { role, fault } of world.faults)
    await adminCall(lab, role, "POST /lab/faults", resolve(lab, scene, fault));
  if (world.engines.length > 0) await adminCall(lab, "api", "POST /lab/engines", { engines: world.engines });
  writeFileSync(ledgerFile(lab.dir), "");
  writeFileSync(join(lab.dir, "world.json"), JSON.stringify({ world: name, from: logPoint(lab.dir) }));
}

/** Ends what the world before had going on: engines and their children, faults, running operations. */
async function clear(lab: LabConfig): Promise<void> {
  const running = roleStates(lab.dir);
  if (running.api) await adminCall(lab, "api", "DELETE /lab/engines").catch(() => undefined);
  await stopChildren(lab.dir);
  for (const role of roles) {
    rmSync(join(lab.dir, `faults-${role}.json`), { force: true });
    if (running[role]) await quieten(lab, role);
  }
}

/** A process that is in the middle of something would carry it into the new world: it is replaced. */
async function quieten(lab: LabConfig, role: Role): Promise<void> {
  try {
    await adminCall(lab, role, "DELETE /lab/faults");
    const { busy } = (await adminCall(lab, role, "GET /lab/alive")) as { busy: number };
    if (busy > 0) await stopRole(lab, role, "SIGKILL");
  } catch {
    await stopRole(lab, role, "SIGKILL");
  }
}

/** A fault that names a disk gets the id its world has for that disk. */
function resolve(lab: LabConfig, scene: Scene | null, fault: Loadable["faults"][number]["fault"]) {
  const machine = scene?.machines.find((candidate) => candidate.key === fault["machine"]);
  const disk = machine?.disks[Number(fault["disk"])];
  const { machine: _machine, disk: _disk, ...rest } = fault;
  return machine && disk ? { ...rest, id: idsFor(lab.dir).snapshot(machine, disk) } : rest;
}

function placeDevices(lab: LabConfig, cloud: CloudState): void {
  mkdirSync(deviceFolder(lab.dir), { recursive: true });
  for (const name of readdirSync(deviceFolder(lab.dir))) rmSync(join(deviceFolder(lab.dir), name));
  for (const volume of Object.values(cloud.volumes))
    if (volume.vm === cloud.appliance) showDevice(lab.dir, volume.id, true);
  writeCloud(lab.dir, cloud);
}

/** A connection of the lab's own account, whose changes stay out of the binary log. */
export async function quietConnection(lab: LabConfig): Promise<Connection> {
  const connection = await createConnection({
    host: "127.0.0.1",
    port: lab.ports.mysql,
    user: "root",
    password: lab.rootPassword,
    database: "migratekit_oma",
    multipleStatements: true,
    dateStrings: true,
    jsonStrings: true,
    supportBigNumbers: true,
  });
  await connection.query("set session sql_log_bin = 0, session foreign_key_checks = 0");
  return connection;
}

async function seed(lab: LabConfig, rows: Rows, utcOffset: string | null): Promise<void> {
  const connection = await quietConnection(lab);
  try {
    // What another server holds need not be what a strict one takes.
    if (utcOffset !== null) await connection.query("set session sql_mode = '', time_zone = ?", [utcOffset]);
    const tables = await tableNames(connection);
    await connection.query(`start transaction; ${tables.map((table) => `delete from ${table}`).join("; ")}`);
    for (const [table, records] of Object.entries(rows)) await insert(connection, table, records);
    await connection.query("commit");
  } finally {
    await connection.end();
  }
}

/** The base tables of the appliance. */
export async function tableNames(connection: Connection): Promise<string[]> {
  const [rows] = await connection.query(
    "select table_name as name from information_schema.tables where table_schema = 'migratekit_oma' " +
      "and table_type = 'BASE TABLE' order by 1",
  );
  return (rows as { name: string }[]).map((row) => row.name);
}

/** Rows of one statement, which has to fit into one packet. */
const AT_ONCE = 500;

async function insert(connection: Connection, table: string, rows: Record<string, unknown>[]): Promise<void> {
  // rows of one table may name different columns; those that agree go together
  const groups = new Map<string, Record<string, unknown>[]>();
  for (const row of rows) {
    const key = Object.keys(row).join(",");
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  for (const [columns, group] of groups)
    for (let start = 0; start < group.length; start += AT_ONCE) {
      const part = group.slice(start, start + AT_ONCE).map((row) => Object.values(row));
      await connection.query(`insert into ${table} (${columns}) values ?`, [part]);
    }
}
