/** What really happened to an appliance: the ledger in few words, and the end that a recovery has to reach. */
import { expect } from "vitest";
import {
  cloudstackState,
  dumpDatabase,
  readLedger,
  sqlQuietly,
  type Lab,
  type LedgerEntry,
} from "../../src/packs/appliance/lab/index.ts";

type Row = Record<string, unknown>;
export type Dump = Record<string, Row[]>;

export const query = async (lab: Lab, sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await sqlQuietly(lab, sql, values)) as Row[];

/** The context of a machine on the first vCenter: its key as a target. */
export async function keyOf(lab: Lab, name: string): Promise<string> {
  const where = "vm_name = ? and vcenter_host = 'vcsa-a.lab.local'";
  const [row] = await query(lab, `select context_id from vm_replication_contexts where ${where}`, [name]);
  if (row === undefined) throw new Error(`no machine ${name}`);
  return String(row["context_id"]);
}

/** One effect in a word, its object, and how it ended: `detach 7085… accepted`, `revertSnapshot 66… done`, `sql close-jobs`. */
export interface Effect {
  readonly what: string;
  readonly id: string;
  readonly end: string;
  readonly entry: LedgerEntry;
}

const words = (value: unknown): string => (typeof value === "string" ? value : "");

/** The effects of this recovery in order; not the JobLog's own rows, and not the rows that the daemon keeps for itself. */
export async function effects(lab: Lab): Promise<Effect[]> {
  const ledger = await readLedger(lab);
  return ledger.flatMap((entry): Effect[] => {
    if (entry.action === "sql") {
      if (entry.by === "volume-daemon" || (entry.by === "handrail" && entry["step"] === undefined)) return [];
      return [{ what: `sql ${words(entry["step"])}`, id: "", end: "done", entry }];
    }
    const id = words(entry["volume"] ?? entry["id"]);
    const what = entry.by === "stranger" ? `stranger ${entry.action}` : entry.action;
    return [{ what, id, end: words(entry["outcome"]), entry }];
  });
}

/** The objects to which something happened, in order. */
export const done = (all: readonly Effect[], what: string): string[] =>
  all.filter((effect) => effect.what === what && ["done", "accepted"].includes(effect.end)).map(({ id }) => id);

/** Asks the daemon itself which VM a volume is on; "" for none. */
async function daemonSays(lab: Lab, volume: string): Promise<string> {
  const answer = await fetch(`${lab.site.volume_daemon.url}/api/v1/volumes/${volume}/device`);
  return answer.status === 200 ? String(((await answer.json()) as Row)["vm_id"]) : "";
}

export interface Volume {
  readonly id: string;
  readonly snapshot: string;
}

/** The volumes of a machine and the snapshots that its failover made of them. */
export async function volumesOf(lab: Lab, context: string): Promise<Volume[]> {
  const rows = await query(
    lab,
    "select volume_id, snapshot_id from ossea_volumes where vm_context_id = ? order by id",
    [context],
  );
  return rows.map((row) => ({ id: String(row["volume_id"]), snapshot: words(row["snapshot_id"]) }));
}

/** Where each volume is: `appliance`, `nowhere`, another VM, or what each of the three says where they differ. */
export async function placesOf(lab: Lab, context: string): Promise<string[]> {
  const { appliance, volumes } = cloudstackState(lab);
  const rows = await query(
    lab,
    "select v.volume_id, v.status, m.vm_id from ossea_volumes v left join device_mappings m on m.volume_uuid = v.volume_id " +
      "where v.vm_context_id = ? order by v.id",
    [context],
  );
  const named = (vm: string): string => (vm === appliance ? "appliance" : vm === "" ? "nowhere" : vm);
  return Promise.all(
    rows.map(async (row) => {
      const id = String(row["volume_id"]);
      const cloud = named(volumes[id]?.vm ?? "");
      const daemon = named(await daemonSays(lab, id));
      const database = named(words(row["vm_id"]));
      const status = row["status"] === "attached" ? "attached" : "detached";
      const agree = cloud === daemon && daemon === database && (cloud === "nowhere") === (status === "detached");
      return agree ? cloud : `database ${database} (${status}), daemon ${daemon}, CloudStack ${cloud}`;
    }),
  );
}

/** The end of a recovery: everything is home, nothing is tracked, and what was unfinished is closed as failed. */
export async function expectRecovered(lab: Lab, context: string, jobs: readonly string[]): Promise<void> {
  const places = await placesOf(lab, context);
  expect(places.length).toBeGreaterThan(0);
  expect(new Set(places)).toEqual(new Set(["appliance"]));
  const volumes = await volumesOf(lab, context);
  const ids = new Set(volumes.map(({ id }) => id));
  const left = Object.values(cloudstackState(lab).snapshots).filter(({ volumeid }) => ids.has(volumeid));
  expect(left).toEqual([]);
  const rows = {
    context: await query(lab, "select current_status s from vm_replication_contexts where context_id = ?", [context]),
    tracked: await query(
      lab,
      "select volume_id from ossea_volumes where vm_context_id = ? and (coalesce(snapshot_id, '') <> '' or snapshot_status <> 'none')",
      [context],
    ),
    modes: await query(
      lab,
      "select distinct operation_mode m from device_mappings where volume_uuid in (select volume_id from ossea_volumes where vm_context_id = ?)",
      [context],
    ),
    jobs: await query(lab, "select distinct status s from failover_jobs where job_id in (?)", [[...jobs, ""]]),
    tracking: await query(lab, "select distinct status s from job_tracking where id in (?)", [[...jobs, ""]]),
    steps: await query(lab, "select name from job_steps where job_id in (?) and status = 'running'", [[...jobs, ""]]),
  };
  const closed = jobs.length === 0 ? [] : [{ s: "failed" }];
  expect(rows).toEqual({
    context: [{ s: "ready_for_failover" }],
    tracked: [],
    modes: [{ m: "oma" }],
    jobs: closed,
    tracking: closed,
    steps: [],
  });
}

/** The unfinished failover jobs of a machine. */
export async function openJobs(lab: Lab, context: string): Promise<string[]> {
  const open = "status not in ('completed', 'failed', 'cleanup')";
  const rows = await query(lab, `select job_id from failover_jobs where vm_context_id = ? and ${open}`, [context]);
  return rows.map((row) => String(row["job_id"]));
}

/** Columns that a recovery may change in the rows of its own target; of every other row it may change none. */
const MAY_CHANGE: Readonly<Record<string, readonly string[]>> = {
  ossea_volumes: ["snapshot_id", "snapshot_created_at", "snapshot_status", "device_path", "status", "updated_at"],
  failover_jobs: ["status", "completed_at", "error_message", "updated_at"],
  job_tracking: ["status", "completed_at", "error_message", "updated_at"],
  job_steps: ["status", "completed_at", "error_message", "updated_at"],
  vm_replication_contexts: ["current_status", "current_job_id", "last_status_change", "updated_at"],
};

export interface Concerned {
  readonly contexts: readonly string[];
  readonly volumes: readonly string[];
  readonly jobs: readonly string[];
  /** Whether engines were alive: they write to the rows of their own jobs, too. */
  readonly engine?: boolean;
}

/** What an engine that still lives writes besides, in rows of its own jobs and contexts. */
const ENGINE_MAY_CHANGE: Readonly<Record<string, readonly string[]>> = {
  failover_jobs: ["destination_vm_id"],
  job_tracking: ["canceled_at"],
  vm_replication_contexts: ["last_operation_summary"],
};

/** A dump without what a recovery of these targets may write: what is left must be the same before and after. */
export function untouched(dump: Dump, { contexts, volumes, jobs, engine = false }: Concerned): Dump {
  const followers = new Set(
    (dump["job_tracking"] ?? []).filter((row) => row["owner"] === "handrail").map((row) => row["id"]),
  );
  const known = {
    contexts: new Set<unknown>(contexts),
    volumes: new Set<unknown>(volumes),
    jobs: new Set<unknown>(jobs),
  };
  const gone: Readonly<Record<string, (row: Row) => boolean>> = {
    job_tracking: (row) => followers.has(row["id"]),
    job_steps: (row) => followers.has(row["job_id"]),
    log_events: (row) => followers.has(row["job_id"]),
    device_mappings: (row) => known.volumes.has(row["volume_uuid"]),
    nbd_exports: (row) => known.volumes.has(row["volume_id"]),
    volume_operations: (row) => known.volumes.has(row["volume_id"]),
    ...(engine ? { job_steps: (row: Row) => followers.has(row["job_id"]) || known.jobs.has(row["job_id"]) } : {}),
  };
  const may = (table: string): readonly string[] => [
    ...(MAY_CHANGE[table] ?? []),
    ...(engine ? (ENGINE_MAY_CHANGE[table] ?? []) : []),
  ];
  const ours: Readonly<Record<string, (row: Row) => boolean>> = {
    ossea_volumes: (row) => known.volumes.has(row["volume_id"]),
    failover_jobs: (row) => known.jobs.has(row["job_id"]),
    job_tracking: (row) => known.jobs.has(row["id"]),
    job_steps: (row) => known.jobs.has(row["job_id"]),
    vm_replication_contexts: (row) => known.contexts.has(row["context_id"]),
  };
  const blank = (table: string, row: Row): Row =>
    ours[table]?.(row) === true
      ? { ...row, ...Object.fromEntries(may(table).map((column) => [column, "may change"])) }
      : row;
  const shown = (row: Row): string => JSON.stringify(row);
  return Object.fromEntries(
    Object.entries(dump).map(([table, rows]) => [
      table,
      rows
        .filter((row) => gone[table]?.(row) !== true)
        .map((row) => blank(table, row))
        .sort((a, b) => (shown(a) < shown(b) ? -1 : 1)),
    ]),
  );
}

/** Everything about some machines before a recovery, to hold the state after it against. */
export interface Before extends Concerned {
  readonly dump: Dump;
  readonly all: readonly Volume[];
}

export async function before(lab: Lab, contexts: readonly string[]): Promise<Before> {
  const all = (await Promise.all(contexts.map((context) => volumesOf(lab, context)))).flat();
  const jobs = (await Promise.all(contexts.map((context) => openJobs(lab, context)))).flat();
  return { contexts, all, volumes: all.map(({ id }) => id), jobs, dump: await dumpDatabase(lab) };
}

/** Every row that is not the target's own is as it was. */
export async function expectRestUntouched(lab: Lab, was: Before): Promise<void> {
  expect(untouched(await dumpDatabase(lab), was)).toEqual(untouched(was.dump, was));
}

/** No snapshot went that was not reverted before it, unless it was gone or reverted when the world began. */
export function expectRevertedBeforeDeleted(all: readonly Effect[]): void {
  const reverted = new Set<string>();
  for (const { what, id, end } of all) {
    if (what === "revertSnapshot" && end === "done") reverted.add(id);
    if (what === "deleteSnapshot") expect(reverted, `snapshot ${id} was deleted`).toContain(id);
  }
}
