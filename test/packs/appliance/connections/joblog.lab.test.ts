import type { RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApplianceConnections } from "../../../../src/packs/appliance/connections/connect.ts";
import { portsOf } from "../../../../src/packs/appliance/connections/connect.ts";
import { jobId, type JobLogEntry } from "../../../../src/packs/appliance/connections/joblog/entry.ts";
import { startDatabase, type Database } from "../../../support/database.ts";
import { good } from "../../../support/result.ts";

let database: Database;
let world: ApplianceConnections;

const target = { key: "ctx-pgtest1-20251003-132546", label: "pgtest1" };
const about = { run_id: "01JA0000000000000000000000", target };
const at = (second: number) => `2025-10-10T10:00:0${second}.250Z`;
const id = jobId(about.run_id, target.key);

const ENTRIES: readonly JobLogEntry[] = [
  { ...about, kind: "run-started", operation: "failed-execution-cleanup", wall_time: at(0) },
  { ...about, kind: "phase-started", seq: 1, name: "Detach", status: "running", wall_time: at(1) },
  { ...about, kind: "log", past: true, event_id: "e1", level: "INFO", message: "detached 2 volumes", wall_time: at(2) },
  { ...about, kind: "phase-ended", seq: 1, name: "Detach", status: "completed", wall_time: at(3) },
  {
    ...about,
    kind: "phase-ended",
    seq: 2,
    name: "Revert",
    status: "skipped",
    message: "nothing to do",
    wall_time: at(4),
  },
  { ...about, kind: "phase-started", seq: 3, name: "Reattach", status: "running", wall_time: at(5) },
  { ...about, kind: "run-ended", status: "failed", message: "stopped by kim", wall_time: at(6) },
];

const rows = async (sql: string): Promise<RowDataPacket[]> => (await database.root.query<RowDataPacket[]>(sql))[0];
const everything = async () => ({
  jobs: await rows("SELECT * FROM job_tracking ORDER BY id"),
  steps: await rows("SELECT * FROM job_steps ORDER BY id"),
  logs: await rows("SELECT * FROM log_events ORDER BY id"),
});

beforeAll(async () => {
  database = await startDatabase();
  world = portsOf(database.site(), { redact: (text) => text });
  await database.root.query(
    `INSERT INTO job_tracking (id, job_type, operation, status, owner) VALUES ('theirs', 'failover', 'unified-test-failover', 'running', 'system');
     INSERT INTO job_steps (job_id, name, seq, status) VALUES ('theirs', 'vm-creation', 1, 'running')`,
  );
});
afterAll(async () => {
  await world.close();
  await database.stop();
});

describe("the JobLog follower", () => {
  it("writes a run where the appliance's own tools look for it", async () => {
    for (const entry of ENTRIES) good(await world.jobLog.mirror(entry));
    const { jobs, steps, logs } = await everything();
    expect(jobs.find((job) => job["id"] === id)).toMatchObject({
      job_type: "cleanup",
      operation: "failed-execution-cleanup",
      status: "failed",
      owner: "handrail",
      context_id: target.key,
      job_category: "system",
      external_job_id: `handrail-${about.run_id}`,
      started_at: "2025-10-10 10:00:00",
      completed_at: "2025-10-10 10:00:06",
      error_message: "stopped by kim",
    });
    expect(
      steps.filter((step) => step["job_id"] === id).map((step) => [step["seq"], step["name"], step["status"]]),
    ).toEqual([
      [1, "Detach", "completed"],
      [2, "Revert", "skipped"],
      [3, "Reattach", "failed"],
    ]);
    expect(logs).toMatchObject([{ job_id: id, level: "INFO", message: "detached 2 volumes" }]);
  });

  it("changes nothing when it is told everything again, in any order", async () => {
    const before = await everything();
    for (const entry of [...ENTRIES, ...ENTRIES.toReversed()]) good(await world.jobLog.mirror(entry));
    expect(await everything()).toEqual(before);
  });

  it("leaves the rows of others alone, even under its own id", async () => {
    const foreign = { ...about, run_id: "other" };
    const stolen = jobId("other", target.key);
    await database.root.query(
      "INSERT INTO job_tracking (id, operation, status, owner) VALUES (?, 'x', 'running', 'system')",
      [stolen],
    );
    const before = await everything();
    for (const entry of ENTRIES) good(await world.jobLog.mirror({ ...entry, ...foreign }));
    expect(await everything()).toEqual(before);
  });

  it("makes ids that are UUIDs and differ for each run and target", () => {
    const ids = [id, jobId("other", target.key), jobId(about.run_id, "ctx-2")];
    expect(new Set(ids).size).toBe(3);
    for (const one of ids) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("fits the columns whatever the names are", async () => {
    const long = {
      ...about,
      run_id: "r".repeat(200),
      target: { key: target.key, label: "n".repeat(500) },
      wall_time: at(0),
    };
    const entries: JobLogEntry[] = [
      { ...long, kind: "run-started", operation: "o".repeat(300) },
      { ...long, kind: "phase-started", seq: 1, name: "é".repeat(300), status: "running" },
      { ...long, kind: "log", past: false, event_id: "e", level: "WARN", message: "😀".repeat(90_000) },
    ];
    for (const entry of entries) expect(await world.jobLog.mirror(entry)).toMatchObject({ ok: true });
  });
});
