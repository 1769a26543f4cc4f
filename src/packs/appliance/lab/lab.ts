import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { adminCall } from "./appliance/admin-client.ts";
import { newConfig, readConfig, roles, writeConfig, type LabConfig, type Role } from "./appliance/config.ts";
import { openFaults, type Fault } from "./appliance/faults.ts";
import type { LogPoint } from "./appliance/ledger.ts";
import { readCloud, type CloudState } from "./cloudstack/state.ts";
import { misfit, roleOfFault } from "./fault-table.ts";
import { ledgerOf, type LedgerEntry } from "./ledger.ts";
import { families } from "./servers/families.ts";
import { NoServer } from "./servers/find.ts";
import { defaultServer, type ServerName } from "./servers/names.ts";
import { cacheFolder } from "./servers/program.ts";
import { isServing, startServer, stopServer } from "./servers/server.ts";
import { rolePidFile, roleStates, startRole, stopChildren, stopRole } from "./processes.ts";
import { withFreePorts } from "./appliance/ports.ts";
import { startKeeper, type Keeper } from "./keeper/start.ts";
import { endChild } from "./failover/children.ts";
import { loadInto, loadSnapshotInto, quietConnection, tableNames } from "./worlds/load.ts";
import type { ApplianceSnapshot } from "./worlds/snapshot.ts";

/** What Handrail is told of a lab: the file `site.json` in its folder, to the letter. */
export type LabSite = {
  name: string;
  lab: { name: string; world: string; scale: number; dir: string };
  mysql: { host: string; port: number; user: "oma_user"; password: string; database: "migratekit_oma" };
  volume_daemon: { url: string };
  cloudstack: { from: "appliance" };
  oma_api: { url: string; pid_file: string };
};

/** A lab that is up. */
export type Lab = {
  name: string;
  dir: string;
  scale: number;
  world: string;
  site: LabSite;
  siteFile: string;
  /** The lab's own configuration: ports and passwords, the administrator's among them. */
  config: LabConfig;
};

export type UpOptions = {
  name?: string;
  dir?: string;
  world?: string | undefined;
  scale?: number | undefined;
  /** The database server. A lab that was made before keeps its own; a new one's is in HANDRAIL_LAB_SERVER, else MariaDB. */
  server?: ServerName | undefined;
  env?: NodeJS.ProcessEnv;
  /** Told, in a line, what takes its time. */
  say?: (line: string) => void;
  /** Whether it outlives this process. Otherwise everything of it goes with it, whatever becomes of it. */
  stays?: boolean;
};

/** A lab that was made with one server was asked for with the other; nothing was touched. */
export class OtherServer extends Error {
  override name = "OtherServer";
}

/** The labs that this process started and that go with it, by their folders. */
const keepers = new Map<string, Keeper>();

/** Starts a lab, or brings one back that has stopped, and loads a world into it. */
export async function upLab(options: UpOptions = {}): Promise<Lab> {
  const env = options.env ?? process.env;
  const dir = labFolder(options, env);
  const oldConfig = existsSync(join(dir, "lab.json")) ? readConfig(dir) : null;
  const fresh = !existsSync(dir);
  const server = serverOf(options, oldConfig);
  if (oldConfig) await stopAll(dir);
  // also one that shall stay has a keeper until it is up
  keepers.get(dir)?.release();
  const cache = cacheFolder(server, env);
  keepers.set(dir, startKeeper(dir, [cache, join(cache, "templates")]));
  const stop = () => stopAll(dir);
  const lab = await withFreePorts(async () => {
    // ports may have been taken since: a lab that comes back takes new ones
    const scale = options.scale ?? oldConfig?.scale ?? 1;
    const config = await newConfig(dir, { name: options.name ?? oldConfig?.name, scale, server });
    writeConfig(config);
    await startServer(config, env, options.say);
    await loadInto(config, options.world ?? "stuck-virtio");
    return labOf(config);
  }, stop).catch(async (problem: unknown) => {
    await stop();
    // nothing of it is worth a look, and what it was to run on would bind the next one of its name
    if (fresh && problem instanceof NoServer) await downLab({ dir }, { keep: false });
    throw problem;
  });
  if (options.stays === true) stayLab(lab);
  return lab;
}

/** The server that a lab is to have. */
function serverOf({ server }: UpOptions, oldConfig: LabConfig | null): ServerName {
  if (oldConfig === null) return server ?? defaultServer();
  if (server === undefined || server === oldConfig.server) return oldConfig.server;
  const [oldTitle, newTitle] = [families[oldConfig.server].title, families[server].title];
  throw new OtherServer(
    `The lab ${oldConfig.name} in ${oldConfig.dir} was made with ${oldTitle} and cannot be brought up with ${newTitle}, which does not ` +
      `read its data: leave --server away, remove the lab first (\`lab down --rm\`), or name another one (--name). Nothing was changed`,
  );
}

/** Lets a lab outlive this process. */
export function stayLab({ dir }: Pick<Lab, "dir">): void {
  keepers.get(dir)?.release();
  keepers.delete(dir);
}

/** Takes hold of a lab that is up. */
export async function attachLab(options: { name?: string; dir?: string; env?: NodeJS.ProcessEnv }): Promise<Lab> {
  const dir = labFolder(options, options.env ?? process.env);
  if (!existsSync(join(dir, "lab.json"))) throw new Error(noLab(dir));
  if (!isServing(dir)) throw new Error(`the lab ${basename(dir)} is not up; ${howToStart(dir)}`);
  return labOf(readConfig(dir));
}

const howToStart = (dir: string): string =>
  `start it with: handrail lab up${basename(dir) === "default" ? "" : ` --name ${basename(dir)}`}`;

const noLab = (dir: string): string => `there is no lab ${basename(dir)} in ${dir}; ${howToStart(dir)}`;

/** Ends every process of a lab; with `keep: false` its folder goes, too. */
export async function downLab(lab: Pick<Lab, "dir">, { keep = true }: { keep?: boolean } = {}): Promise<void> {
  await stopAll(lab.dir);
  if (!keep) await rm(lab.dir, { recursive: true, force: true });
  stayLab(lab);
}

/** Puts the lab into the state of another world, whatever has happened in it. */
export async function loadWorld(lab: Lab, name: string): Promise<void> {
  await loadInto(lab.config, name);
  Object.assign(lab, labOf(lab.config));
}

/** Puts the lab into the state that was read of another appliance; `name` is what it calls that world. */
export async function loadSnapshot(lab: Lab, name: string, snapshot: ApplianceSnapshot): Promise<void> {
  await loadSnapshotInto(lab.config, name, snapshot);
  Object.assign(lab, labOf(lab.config));
}

/** The tables of a lab's database, each with the columns that a row can be given. */
export async function tableColumns(lab: Pick<Lab, "config">): Promise<Record<string, string[]>> {
  const rows = (await sqlQuietly(
    lab,
    "select table_name as t, column_name as c from information_schema.columns where table_schema = 'migratekit_oma' and coalesce(generation_expression, '') = '' order by 1, ordinal_position",
  )) as { t: string; c: string }[];
  const tables: Record<string, string[]> = {};
  for (const { t, c } of rows) (tables[t] ??= []).push(c);
  return tables;
}

/** Sets a fault; `fault-table.ts` lists names and parameters. */
export async function fault(lab: Lab, name: string, params: Omit<Fault, "name"> = {}): Promise<void> {
  const wrong = misfit(name, params);
  if (wrong !== null) throw new Error(`${wrong}. Nothing was set`);
  if (name === "virtio-end") return endVirtio(lab, String(params["vm"]), Number(params["code"] ?? 1));
  const role = roleOfFault(name);
  const whole = { ...params, name };
  if (roleStates(lab.dir)[role]) await adminCall(lab.config, role, "POST /lab/faults", whole);
  else openFaults(lab.dir, role).set(whole);
}

/** Lets the child that a machine's engine waits for end with `code`; zero makes the engine carry on. */
async function endVirtio(lab: Lab, vm: string, code: number): Promise<void> {
  const rows = await sqlQuietly(lab, "select distinct vm_id from failover_jobs where source_vm_name = ?", [vm]);
  const ids = (rows as { vm_id: string }[]).map((row) => row.vm_id);
  if (!endChild(lab.dir, ids, code)) throw new Error(`no engine waits for a child of ${vm}`);
}

/** Clears one kind of fault, or all of them. */
export async function clearFaults(lab: Lab, name?: string): Promise<void> {
  const affectedRoles = name === undefined ? roles.filter((role) => roleStates(lab.dir)[role]) : [roleOfFault(name)];
  const query = name === undefined ? "" : `?name=${name}`;
  for (const role of affectedRoles) await adminCall(lab.config, role, `DELETE /lab/faults${query}`);
}

/** Every effect since the world was loaded, in order. */
export async function readLedger(lab: Pick<Lab, "dir">): Promise<LedgerEntry[]> {
  const world = join(lab.dir, "world.json");
  if (!existsSync(world)) throw new Error(noLab(lab.dir));
  const { from } = JSON.parse(await readFile(world, "utf8")) as { from: LogPoint };
  return ledgerOf(lab.dir, from);
}

/** All rows of all tables, each table sorted, to compare before and after. */
export async function dumpDatabase(lab: Pick<Lab, "config">): Promise<Record<string, Record<string, unknown>[]>> {
  const connection = await quietConnection(lab.config);
  try {
    const dump: Record<string, Record<string, unknown>[]> = {};
    for (const table of await tableNames(connection)) {
      const [rows] = await connection.query(`select * from ${table}`);
      dump[table] = (rows as Record<string, unknown>[]).sort((a, b) =>
        JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
      );
    }
    return dump;
  } finally {
    await connection.end();
  }
}

/** Runs SQL as the lab's administrator, outside the ledger: a test's hand behind the scenes. */
export async function sqlQuietly(lab: Pick<Lab, "config">, sql: string, values: unknown[] = []): Promise<unknown> {
  const connection = await quietConnection(lab.config);
  try {
    return (await connection.query(sql, values))[0];
  } finally {
    await connection.end();
  }
}

/** What CloudStack knows, as of its last write. */
export function cloudstackState(lab: Pick<Lab, "dir">): CloudState {
  return readCloud(lab.dir);
}

/** Lets a test put CloudStack into a state of its own. */
export async function setCloudstackState(lab: Lab, state: CloudState): Promise<void> {
  await adminCall(lab.config, "cloudstack", "PUT /lab/state", state);
}

/** Kills one process, by default at once; the database server counts as one. With `children`, the engine's children go with the API. */
export async function killProcess(
  lab: Pick<Lab, "dir">,
  role: Role | "database",
  { signal = "SIGKILL", children = false }: { signal?: NodeJS.Signals; children?: boolean } = {},
): Promise<void> {
  if (role === "database") await stopServer(lab.dir, signal);
  else await stopRole(lab, role, signal);
  if (children) await stopChildren(lab.dir);
}

/** Starts one process again. */
export async function startProcess(
  lab: Lab,
  role: Role | "database",
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  if (role === "database") await startServer(lab.config, env);
  else await startRole(lab.config, role);
}

/** The folder of a lab: as given, else by name under the user's state folder. */
export function labFolder(options: { name?: string; dir?: string }, env: NodeJS.ProcessEnv): string {
  if (options.dir !== undefined) return resolve(options.dir);
  const state = env["XDG_STATE_HOME"] || join(env["HOME"] ?? homedir(), ".local", "state");
  return join(state, "handrail", "labs", options.name ?? "default");
}

/** Which processes of the lab in `dir` run. */
export function processStates(dir: string): Record<Role | "database", boolean> {
  return { database: isServing(dir), ...roleStates(dir) };
}

async function stopAll(dir: string): Promise<void> {
  // the engine is told to let go first: it must not take the end of its child for news
  if (roleStates(dir).api) await adminCall(readConfig(dir), "api", "DELETE /lab/engines").catch(() => undefined);
  await stopChildren(dir);
  await stopRole({ dir }, "api", "SIGKILL");
  await Promise.all([
    stopRole({ dir }, "daemon", "SIGKILL"),
    stopRole({ dir }, "cloudstack", "SIGKILL"),
    stopServer(dir),
  ]);
}

function labOf(config: LabConfig): Lab {
  const { name, dir, scale, ports } = config;
  const { world } = JSON.parse(readFileSync(join(dir, "world.json"), "utf8")) as { world: string };
  const url = (role: Role) => `http://127.0.0.1:${ports[role]}`;
  const site: LabSite = {
    name,
    lab: { name, world, scale, dir },
    mysql: {
      host: "127.0.0.1",
      port: ports.mysql,
      user: "oma_user",
      password: config.omaPassword,
      database: "migratekit_oma",
    },
    volume_daemon: { url: url("daemon") },
    cloudstack: { from: "appliance" },
    oma_api: { url: url("api"), pid_file: rolePidFile(dir, "api") },
  };
  const siteFile = join(dir, "site.json");
  writeFileSync(siteFile, `${JSON.stringify(site, null, 2)}\n`, { mode: 0o600 });
  return { name, dir, scale, world, site, siteFile, config };
}
