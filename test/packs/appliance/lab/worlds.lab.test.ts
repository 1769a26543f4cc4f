import { mkdtempSync, existsSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  cloudstackState,
  downLab,
  dumpDatabase,
  loadWorld,
  readLedger,
  sqlQuietly,
  upLab,
  worlds,
  type Lab,
} from "../../../../src/packs/appliance/lab/index.ts";
import { labScale } from "../../../support/pace.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await upLab({ dir: mkdtempSync(join(tmpdir(), "lab-worlds-")), scale: labScale(20) });
});

afterAll(() => downLab(lab, { keep: false }));

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await sqlQuietly(lab, sql, values)) as Record<string, unknown>[];
}

/** Runs a statement as the appliance's own account does; it is rolled back. */
async function matched(sql: string): Promise<number> {
  const { host, port, user, password, database } = lab.site.mysql;
  const connection = await createConnection({ host, port, user, password, database });
  try {
    await connection.query("start transaction");
    const [result] = await connection.query<ResultSetHeader>(sql);
    await connection.query("rollback");
    return result.affectedRows;
  } finally {
    await connection.end();
  }
}

const volumesOf =
  "select v.*, m.vm_id as mapped, m.operation_mode from ossea_volumes v join vm_replication_contexts c " +
  "on c.context_id = v.vm_context_id left join device_mappings m on m.volume_uuid = v.volume_id " +
  "where c.vm_name = ? and c.vcenter_host = 'vcsa-a.lab.local' order by v.id";

describe("every world", () => {
  it.each(Object.keys(worlds))("%s loads, and leaves nothing in the ledger", async (name) => {
    await loadWorld(lab, name);
    expect(lab.site.lab.world).toBe(name);
    expect(await readLedger(lab)).toEqual([]);
    const subjects = (worlds[name]?.subject ?? "").split(", ").filter(Boolean);
    for (const subject of subjects)
      expect(await rows("select 1 from vm_replication_contexts where vm_name = ?", [subject])).not.toEqual([]);
  });

  it("is the same at every load, up to the clock", async () => {
    const times = /\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?|-1[789]\d{8}\b/g;
    // Numbers that the server gave out go on from world to world, and as texts 999 and 1000 sort the other way round.
    const bare = (row: unknown): string =>
      JSON.stringify(row)
        .replaceAll(times, "<t>")
        .replaceAll(/"id":\d+/g, '"id":0');
    const shot = async () =>
      Object.entries(await dumpDatabase(lab)).map(([table, found]) => [table, ...found.map(bare).sort()].join("\n"));
    await loadWorld(lab, "stuck-virtio");
    const first = await shot();
    await loadWorld(lab, "half-attached");
    await loadWorld(lab, "stuck-virtio");
    expect(await shot()).toEqual(first);
  });
});

describe("the five stuck test failovers", () => {
  beforeAll(() => loadWorld(lab, "stuck-virtio"));

  it("are as their engines left them: job failed, failover row pending, volumes attached in failover mode", async () => {
    const stuck = await rows(
      "select f.source_vm_name, t.status, c.current_status from failover_jobs f join job_tracking t on t.id = f.job_id " +
        "join vm_replication_contexts c on c.context_id = f.vm_context_id where f.status = 'pending' " +
        "and c.current_status = 'failed_over_test' order by f.created_at",
    );
    expect(stuck.map((row) => row["source_vm_name"])).toEqual([
      "pgtest1",
      "pgtest2",
      "PhilB Test machine",
      "web-frontend-02",
      "QUAD-DC-01",
    ]);
    expect(new Set(stuck.map((row) => row["status"]))).toEqual(new Set(["failed"]));
    const web = await rows(volumesOf, ["web-frontend-02"]);
    expect(web.map((row) => [row["status"], row["operation_mode"], row["snapshot_status"]])).toEqual(
      [1, 2, 3].map(() => ["attached", "failover", "ready"]),
    );
  });

  it("agree with CloudStack about every volume and every snapshot", async () => {
    const cloud = cloudstackState(lab);
    for (const row of await rows("select * from device_mappings"))
      expect(cloud.volumes[String(row["volume_uuid"])]?.vm).toBe(row["vm_id"]);
    const tracked = await rows("select snapshot_id from ossea_volumes where snapshot_status = 'ready'");
    expect(new Set(tracked.map((row) => row["snapshot_id"]))).toEqual(new Set(Object.keys(cloud.snapshots)));
    for (const snapshot of Object.values(cloud.snapshots))
      expect(snapshot.name).toMatch(/^multi-test-failover-disk-200\d-\d{10}$/);
    for (const row of await rows("select device_path from device_mappings where device_path like '/dev/%'"))
      expect(existsSync(join(lab.dir, String(row["device_path"])))).toBe(true);
  });

  it("are not all that the plan's careless statements hit", async () => {
    const advance = "update failover_jobs set status = 'creating_vm' where status = 'pending' and job_type = 'test'";
    expect(await matched(advance)).toBe(5 + 4);
    await expect(
      matched(
        "insert into job_steps (job_id, name, seq, status, started_at) select job_id, 'vm-creation', 6, 'running', now() " +
          "from job_steps where name = 'virtio-driver-injection' and status = 'completed' group by job_id",
      ),
    ).rejects.toThrow("Duplicate entry");
  });

  it("are marked completed by hand in the other variant, with engines really waiting for children", async () => {
    await loadWorld(lab, "stuck-virtio:alive");
    expect(
      await matched(
        "update job_tracking set updated_at = now() where operation = 'unified-test-failover' and status = 'completed'",
      ),
    ).toBe(5 + 8);
    const marked = await rows(
      "select 1 from job_steps where name = 'virtio-driver-injection' and status <> 'completed' and job_id in (select job_id from failover_jobs where status = 'pending' and created_at > now() - interval 1 day)",
    );
    expect(marked).toEqual([]);
  });

  it("keep the appliance's account to its own database", async () => {
    const { host, port, user, password, database } = lab.site.mysql;
    const connection = await createConnection({ host, port, user, password, database });
    const [grants] = await connection.query<RowDataPacket[]>("show grants");
    await expect(connection.query("show binlog events")).rejects.toThrow("denied");
    const [seen] = await connection.query<RowDataPacket[]>("show databases");
    await connection.end();
    expect(JSON.stringify(grants)).not.toContain("PROCESS");
    // of MySQL's own everybody sees this one; it is switched off and holds nothing
    const others = lab.config.server === "mysql" ? ["performance_schema"] : [];
    const databases = seen.map((row) => String(row["Database"])).sort();
    expect(databases).toEqual(["information_schema", "migratekit_oma", ...others]);
  });
});

describe("the worlds of an interrupted cleanup", () => {
  const snapshotsLeft = (): number => Object.keys(cloudstackState(lab).snapshots).length;
  const reverted = async () => {
    const web = await rows(volumesOf, ["web-frontend-02"]);
    return web.map((row) => cloudstackState(lab).volumes[String(row["volume_id"])]?.content === "as replicated");
  };
  const attached = async () => (await rows(volumesOf, ["web-frontend-02"])).map((row) => row["mapped"] !== null);
  const tracked = async () =>
    (await rows(volumesOf, ["web-frontend-02"])).filter((row) => row["snapshot_status"] === "ready").length;

  it.each([
    ["half-deleted-snapshots", 2, [true, true, true], [false, false, false], 3],
    ["half-reverted", 3, [true, false, false], [false, false, false], 3],
    ["half-attached", 0, [true, true, true], [true, false, false], 0],
    ["already-reset", 0, [true, true, true], [true, true, true], 0],
  ])("%s", async (name, left, content, mapped, tracking) => {
    await loadWorld(lab, name);
    expect([snapshotsLeft(), await reverted(), await attached(), await tracked()]).toEqual([
      left,
      content,
      mapped,
      tracking,
    ]);
  });
});

describe("the site file", () => {
  it("names everything Handrail needs and is for its owner alone", () => {
    const site = JSON.parse(readFileSync(lab.siteFile, "utf8")) as Record<string, unknown>;
    expect(site).toEqual(lab.site);
    expect(Object.keys(site)).toEqual(["name", "lab", "mysql", "volume_daemon", "cloudstack", "oma_api"]);
    expect(statSync(lab.siteFile).mode & 0o777).toBe(0o600);
    expect(Number.parseInt(readFileSync(lab.site.oma_api.pid_file, "utf8"), 10)).toBeGreaterThan(1);
  });
});
