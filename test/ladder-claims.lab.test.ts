/**
 * What the ladder calls reached is never what Handrail wrote itself: each of its writes, made alone in an appliance where
 * nothing has been reached, leaves every rung's test and every criterion as unmet as it was.
 */
import { createConnection, type ResultSetHeader } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../src/cli/session/ids.ts";
import { findRunbook, loadFile } from "../src/cli/runbook/file.ts";
import { shippedFile } from "../src/cli/runbook/source.ts";
import { openSession } from "../src/cli/session/session.ts";
import type { Connections } from "../src/connections/connect.ts";
import { portsOf } from "../src/packs/appliance/connections/connect.ts";
import { parseSite } from "../src/packs/appliance/site-schema.ts";
import { good } from "./support/result.ts";
import type { JobLogEntry, JobLogPort } from "../src/packs/appliance/connections/joblog/entry.ts";
import { fold } from "../src/engine/record.ts";
import { scopeOf } from "../src/engine/state.ts";
import type { JournalEvent } from "../src/engine/journal-port.ts";
import { cloudstackState, setCloudstackState } from "../src/packs/appliance/lab/index.ts";
import type { Scope } from "../src/phases/expression.ts";
import type { Json, JsonObject } from "../src/ports/json.ts";
import { probe } from "../src/phases/read.ts";
import type { SqlChangeSpec } from "../src/phases/kinds/sql-change.ts";
import type { ChangeStep } from "../src/phases/spec.ts";
import { changeOf, sqlChange } from "../src/phases/kinds/sql-change.ts";
import { bindNamed } from "../src/sql/bind.ts";
import { crashing } from "./support/crash.ts";
import { keyOf, query, volumesOf } from "./support/effects.ts";
import { anIncident, quietIo, VIRTIO, type Incident } from "./support/incident.ts";

type Write = SqlChangeSpec;

const { runbook } = findRunbook(loadFile(shippedFile(), VIRTIO), VIRTIO);

/** Every statement that a run of this runbook may send, in its order; the cleanup's belong to it. */
const WRITES = runbook.phases
  .flatMap(({ steps }) => steps)
  .filter((step): step is ChangeStep => step.does === "change")
  .flatMap(({ id, change }): [string, Write][] =>
    change.kind === "sql.change" ? [[id, change as SqlChangeSpec]] : [],
  );

/**
 * Closing JobLog's row as failed looks like an engine that ended in failure. It is the cleanup's, made long after the
 * rung that waits for that end, and it leaves no unfinished failover behind that a ladder could be begun for.
 */
const LOOKS_ENDED = new Set(["close-tracking"]);

/** The tests of the rungs that an engine has to pass by itself, and the criteria that an abandoned failover does not have. */
const CLAIMS = [
  "engine-moved",
  "engine-completed",
  "engine-has-ended",
  ...runbook.success.filter(({ when }) => when?.includes("== 'abandon'") !== true).map((criterion) => criterion.probe),
];

let incident: Incident;
let ports: Connections;
let jobLog: JobLogPort;
let close: () => Promise<void>;

beforeAll(async () => {
  incident = await anIncident({ runbook: VIRTIO });
  const session = await openSession({ lab: true }, quietIo(incident.env).io);
  ports = session.connections;
  const own = portsOf(good(parseSite(incident.lab.site)), { redact: (text) => text });
  ({ jobLog } = own);
  close = async () => {
    await own.close();
    await session.close();
  };
});

afterAll(async () => {
  await close();
  await incident.down();
});

/**
 * An engine that hangs, and nothing that is as it should be: one snapshot is gone, another is tracked by nobody, and
 * daemon and CloudStack disagree about a volume. Gives what a run knows after its diagnosis.
 */
async function nothingReached(): Promise<{ scope: Scope; key: string }> {
  const { lab } = incident;
  await incident.world("stuck-virtio:alive");
  const key = await keyOf(lab, "pgtest1");
  const [first, second] = await volumesOf(lab, key);
  const { run } = await crashing(incident, key, {}, { k: Number.POSITIVE_INFINITY, manner: "after" });
  const state = fold(incident.events(run) as unknown as JournalEvent[]);
  const [target] = state?.targets ?? [];
  if (state === null || target === undefined || first === undefined || second === undefined)
    throw new Error("nothing was diagnosed");
  const cloud = cloudstackState(lab);
  const { [first.snapshot]: gone, ...kept } = cloud.snapshots;
  const held = cloud.volumes[second.id];
  if (gone === undefined || held === undefined) throw new Error("no snapshot and no volume to spoil");
  const orphan = { ...gone, id: newId(), name: "multi-test-failover-nobody", volumeid: second.id };
  await setCloudstackState(lab, {
    ...cloud,
    snapshots: { ...kept, [orphan.id]: orphan },
    volumes: { ...cloud.volumes, [held.id]: { ...held, vm: null, deviceid: null } },
  });
  await query(
    lab,
    "update job_steps set status = 'running' where job_id = ? and name = 'virtio-driver-injection' order by seq desc limit 1",
    [String(target.row["job_id"])],
  );
  const abandoned = newId();
  await query(
    lab,
    "insert into volume_operations (id, type, status, volume_id, request) values (?, 'detach', 'executing', ?, '{}')",
    [abandoned, second.id],
  );
  return { key, scope: known(scopeOf(state, target), second.id, abandoned) };
}

/** What later phases of a run know besides: a test VM, and the cleanup's own reading of the same rows. */
function known(scope: Scope, volume: string, abandoned: string): Scope {
  const { facts } = scope;
  const [job, appliance] = [facts["stuck"] as JsonObject, facts["oma"] as JsonObject];
  const disks = facts["disks"] as JsonObject[];
  const more: JsonObject = {
    test_vm: { id: newId(), name: "pgtest1-test", state: "Stopped" },
    appliance,
    jobs: [job],
    job_ids: [job["job_id"] as Json],
    open_steps: [{ job_id: job["job_id"] as Json, name: "virtio-driver-injection" }],
    volumes: disks,
    volume_ids: facts["disk_ids"] as Json,
    tracked: disks,
    half_cleared: [],
  };
  const item: JsonObject = {
    volume_id: volume,
    daemon_vm: appliance["oma_vm_id"] as Json,
    id: abandoned,
    type: "detach",
    abandoned: "the Volume Daemon was started after it was asked for",
  };
  return { ...scope, facts: { ...facts, ...more }, item };
}

/** Which of the claims hold now. */
async function reached(scope: Scope): Promise<string[]> {
  const met: string[] = [];
  for (const name of CLAIMS) {
    const spec = runbook.probes[name];
    if (spec === undefined) throw new Error(`no probe ${name}`);
    const seen = await probe(spec, scope, ports);
    if (!seen.ok) throw new Error(`${name}: ${seen.error.message}`);
    if (seen.value.holds) met.push(name);
  }
  return met;
}

/** Sends a statement of the runbook as its user, with its values. Gives the number of rows that it matched. */
async function send(spec: Write, scope: Scope): Promise<number> {
  const request = sqlChange.request(spec, scope);
  if (!request.ok) throw new Error(request.error.message);
  const { sql, values } = changeOf(request.value);
  const bound = bindNamed(sql, values);
  if (!bound.ok) throw new Error(bound.error.message);
  const { host, port, user, password, database } = incident.lab.site.mysql;
  const connection = await createConnection({ host, port, user, password, database });
  try {
    const [answer] = await connection.query<ResultSetHeader>(bound.value.sql, [...bound.value.values]);
    return answer.affectedRows;
  } finally {
    await connection.end();
  }
}

/** Every kind of entry of the JobLog's own, named as the engine names its own steps. */
function entries(key: string): JobLogEntry[] {
  const about = {
    run_id: "20260101-0000-aaaa",
    target: { key, label: "pgtest1" },
    wall_time: new Date().toISOString(),
  };
  const named = ["vm-creation", "volume-attachment", "vm-startup-and-validation", "status-update"];
  return [
    { ...about, kind: "run-started", operation: "unified-test-failover" },
    ...named.map((name, at): JobLogEntry => ({
      ...about,
      kind: "phase-started",
      seq: at + 1,
      name,
      status: "running",
    })),
    ...named.map((name, at): JobLogEntry => ({
      ...about,
      kind: "phase-ended",
      seq: at + 1,
      name,
      status: "completed",
    })),
    {
      ...about,
      kind: "log",
      past: true,
      event_id: newId(),
      level: "INFO",
      message: "the engine completed the failover",
    },
    { ...about, kind: "run-ended", status: "completed", message: "completed" },
  ];
}

describe("in an appliance where nothing has been reached", () => {
  it("there are statements of both runbooks to send and nine claims to hold them against", () => {
    expect(WRITES.map(([id]) => id)).toEqual([
      "touch",
      "set-creating-vm",
      "inject-step",
      "write-destination",
      "complete-job",
      "complete-tracking",
      "complete-steps",
      "close-operation",
      "remove-mapping",
      "mark-detached",
      "clear-tracking",
      "close-jobs",
      "close-tracking",
      "close-steps",
      "reset-context",
      "reset-modes",
    ]);
    expect(CLAIMS).toHaveLength(9);
  });

  it.each(WRITES)("the statement of the step %s reaches nothing that it should not", async (id, spec) => {
    const { scope } = await nothingReached();
    // Here JobLog's row was marked completed by hand; the statement is about one that was not.
    if (id === "complete-tracking")
      await query(incident.lab, "update job_tracking set status = 'running' where id = ?", [
        String(scope.target["job_id"]),
      ]);
    expect(await reached(scope)).toEqual([]);
    expect(await send(spec, scope)).toBeGreaterThan(0);
    expect(await reached(scope)).toEqual(LOOKS_ENDED.has(id) ? ["engine-has-ended"] : []);
  });

  it("the rows that a run writes into JobLog reach nothing, whatever they are called", async () => {
    const { scope, key } = await nothingReached();
    const [was] = await query(incident.lab, "select count(*) n from job_steps");
    for (const entry of entries(key)) {
      expect(await jobLog.mirror(entry)).toMatchObject({ ok: true });
      expect(await reached(scope), `after ${entry.kind}`).toEqual([]);
    }
    const [now] = await query(incident.lab, "select count(*) n from job_steps");
    expect(Number(now?.["n"]) - Number(was?.["n"])).toBe(4);
  });

  it("the statements and the rows one after the other reach nothing either", async () => {
    const { scope, key } = await nothingReached();
    for (const entry of entries(key)) await jobLog.mirror(entry);
    for (const [id, spec] of WRITES.filter(([name]) => !LOOKS_ENDED.has(name))) {
      await send(spec, scope);
      expect(await reached(scope), `after ${id}`).toEqual([]);
    }
  });

  it("a step that the engine itself begins moves the ladder, and its own end completes it", async () => {
    const { scope } = await nothingReached();
    const job = String(scope.target["job_id"]);
    const step =
      "insert into job_steps (job_id, name, seq, status, started_at) select ?, ?, max(seq) + 1, 'running', now() from job_steps where job_id = ?";
    await query(incident.lab, step, [job, "vm-creation", job]);
    expect(await reached(scope)).toEqual(["engine-moved"]);
    await query(incident.lab, step, [job, "status-update", job]);
    await query(incident.lab, "update failover_jobs set status = 'completed' where job_id = ?", [job]);
    expect(await reached(scope)).toEqual(["engine-moved", "engine-completed"]);
  });
});
