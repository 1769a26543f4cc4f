import type { Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Values } from "../../src/cli/command.ts";
import { run as replay } from "../../src/cli/commands/replay.ts";
import { run as report } from "../../src/cli/commands/report.ts";
import { run as sql } from "../../src/cli/commands/sql.ts";
import { run as undo } from "../../src/cli/commands/undo.ts";
import { openSqlLab, type SqlLab } from "../support/sql-lab.ts";

let lab: SqlLab;
let root: Connection;
const tell: SqlLab["tell"] = (...asked) => lab.tell(...asked);
let stuck: { context: string; name: string; job: string };

beforeAll(async () => {
  lab = await openSqlLab();
  ({ root } = lab);
  const [rows] = await root.query(
    `SELECT c.context_id AS context, c.vm_name AS name, MAX(j.job_id) AS job FROM vm_replication_contexts c
       JOIN failover_jobs j ON j.vm_context_id = c.context_id AND j.status = 'pending' AND j.job_type = 'test'
      WHERE c.current_status = 'failed_over_test' GROUP BY c.context_id HAVING COUNT(*) = 1 ORDER BY c.context_id LIMIT 1`,
  );
  stuck = (rows as (typeof stuck)[])[0] as typeof stuck;
});
afterAll(() => lab.stop());

const sums = async (): Promise<string> => {
  const [tables] = await root.query("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'");
  const names = (tables as Record<string, string>[]).map((row) => Object.values(row)[0]);
  const [rows] = await root.query(`CHECKSUM TABLE ${names.join(", ")}`);
  return JSON.stringify(rows);
};
const runId = (shown: string): string => /run (\d{8}-\d{4}-\w+):/.exec(shown)?.[1] ?? "";

// The statements of the incident's own documents, as they are written there.
const NUDGE = `-- Update job_tracking updated_at to trigger engine polling
UPDATE job_tracking 
SET updated_at = NOW() 
WHERE operation = 'unified-test-failover' AND status = 'completed';

-- This should trigger engines to check current state and continue`;
const ADVANCE = `-- Advance failover_jobs to next phase (creating_vm)
UPDATE failover_jobs 
SET status = 'creating_vm', updated_at = NOW() 
WHERE status = 'pending' AND job_type = 'test';

-- This should trigger VM creation phase`;
const INJECT = `-- Insert vm-creation step to trigger next phase
INSERT INTO job_steps (job_id, name, seq, status, started_at)
SELECT job_id, 'vm-creation', 6, 'running', NOW()
FROM job_steps 
WHERE name = 'virtio-driver-injection' AND status = 'completed'
GROUP BY job_id;`;
const MONITOR = `-- Monitor progress
SELECT job_id, source_vm_name, status FROM failover_jobs WHERE job_type = 'test';
SELECT id, operation, status FROM job_tracking WHERE operation = 'unified-test-failover';`;
const CORRELATE = `-- Check if engines are waiting on external job correlation
SELECT id, external_job_id, status FROM job_tracking 
WHERE operation = 'unified-test-failover';

-- Update external job status if needed`;
const CLEAR = "UPDATE ossea_volumes SET snapshot_id = '', snapshot_status = 'none'";
const NO_SQL = `-- Job tracking shows:
unified-test-failover: completed (manually marked)`;

describe.each([
  ["as the appliance's own user", "REVOKE PROCESS ON *.* FROM oma_user@'127.0.0.1'"],
  ["with PROCESS", "GRANT PROCESS ON *.* TO oma_user@'127.0.0.1'"],
])("the statements of the incident's documents, %s", (_, grant) => {
  beforeAll(() => root.query(grant));

  it("run when they only read", async () => {
    const told = await tell(sql, [MONITOR]);
    expect(told).toMatchObject({
      exit: 0,
      shown: expect.stringMatching(/source_vm_name[\s\S]*rows?[\s\S]*operation/),
    });
    expect((await tell(sql, [CORRELATE])).exit).toBe(0);
    expect((await tell(sql, [NO_SQL])).exit).toBe(64);
  });

  it.each([
    ["job_tracking", NUDGE, "updated_at", 1],
    ["failover_jobs", ADVANCE, "creating_vm", 1],
    ["ossea_volumes", CLEAR, "snapshot_status", 2],
  ])("show what they would hit in %s, and are refused by the contract", async (table, text, column, count) => {
    const before = await sums();
    const told = await tell(sql, [text], { vm: [stuck.context], touches: [`${table}=${count}`] });
    expect(told.exit).toBe(1);
    expect(told.shown).toMatch(new RegExp(`matches \\d+ rows of ${table}, but may touch exactly ${count}`));
    expect(told.shown).toMatch(/change \d+ rows? of/);
    expect(told.shown).toContain(column);
    const loose = await tell(sql, [text], { vm: [stuck.context] });
    expect(loose).toMatchObject({ exit: 1, shown: expect.stringMatching(/do not belong to the selected targets/) });
    expect(await sums()).toBe(before);
  });

  it("keep nothing where the server refuses", async () => {
    const before = await sums();
    const told = await tell(sql, [INJECT]);
    expect(told).toMatchObject({ exit: 1, shown: expect.stringMatching(/Duplicate entry .* \(1062\)/) });
    expect(await sums()).toBe(before);
  });
});

const mine = (): string =>
  `UPDATE failover_jobs SET status = 'failed', completed_at = NOW() WHERE job_id = '${stuck.job}' AND status = 'pending'`;
const bound = (): Values => ({ vm: [stuck.context], touches: ["failover_jobs=1"] });
const statusOf = async (): Promise<string> => {
  const [rows] = await root.query("SELECT status FROM failover_jobs WHERE job_id = ?", [stuck.job]);
  return (rows as { status: string }[])[0]?.status ?? "";
};

describe("one statement", () => {
  it("needs a person, and waits for one", async () => {
    const told = await tell(sql, [mine()], bound());
    expect(told.exit).toBe(5);
    expect(told.shown).toMatch(
      /status +pending -> failed[\s\S]*completed_at +NULL -> \(at commit\)[\s\S]*undo: complete/,
    );
    expect(await statusOf()).toBe("pending");
  });

  it("is done by one key where it is bound to its VM, and undone by another", async () => {
    const before = await sums();
    const done = await tell(sql, [mine()], bound(), [[/Press a to approve/, "a"]]);
    expect(done).toMatchObject({ exit: 0, shown: expect.stringMatching(/done: 1 statement committed/) });
    expect(await statusOf()).toBe("failed");
    const back = await tell(undo, [runId(done.shown)], {}, [[/Press a to approve/, "a"]]);
    expect(back).toMatchObject({ exit: 0, shown: expect.stringMatching(/failed -> pending/) });
    expect(await sums()).toBe(before);
    const again = await tell(undo, [runId(done.shown)]);
    expect(again).toMatchObject({ exit: 1, shown: expect.stringMatching(/undone already/) });
    const told = await tell(report, [runId(done.shown)]);
    expect(told.shown).toMatch(/undone by run/);
    expect((await tell(replay, [runId(done.shown)])).shown).toMatch(/undo +Carry the statement out: complete/);
  });

  it("asks for the typed name where it is bound to nothing", async () => {
    const text = `UPDATE job_tracking SET owner = 'x' WHERE id = '${stuck.job}'`;
    const no = await tell(sql, [text], {}, [[/Type job_tracking and Enter/, "\u001b"]]);
    expect(no).toMatchObject({ exit: 4, shown: expect.stringMatching(/not bound to selected targets/) });
    const yes = await tell(sql, [text], {}, [[/Type job_tracking and Enter/, "job_tracking\r"]]);
    expect(yes.exit).toBe(0);
    expect((await tell(undo, [runId(yes.shown)], {}, [[/Press a/, "a"]])).exit).toBe(0);
  });

  it("is about the site where it names several tables in a shape that nobody takes apart: the first may only be read", async () => {
    const text = `WITH c AS (SELECT id FROM job_tracking) UPDATE failover_jobs SET status = 'failed' WHERE job_id IN (SELECT id FROM c)`;
    const no = await tell(sql, [text], {}, [[/Type .+ and Enter/, "\u001b"]]);
    expect(no.exit).toBe(4);
    expect(no.shown).toMatch(/Type lab-\S+ and Enter/u);
    expect(no.shown).not.toMatch(/Type job_tracking/u);
    expect(await statusOf()).toBe("pending");
  });

  it("shows what drifted after the approval, and asks again", async () => {
    const told = await tell(sql, [mine()], bound(), [
      [
        /Press a to approve/,
        async () => {
          await root.query("UPDATE failover_jobs SET error_message = 'changed since' WHERE job_id = ?", [stuck.job]);
          return "a";
        },
      ],
      [/Changed since[\s\S]*Press a to approve/, "n"],
    ]);
    expect(told).toMatchObject({ exit: 4, shown: expect.stringMatching(/not done \(drifted\)/) });
    expect(await statusOf()).toBe("pending");
  });

  it("is undone only where the rows still are as it left them", async () => {
    const text = `UPDATE ossea_volumes SET status = 'error' WHERE vm_context_id = '${stuck.context}'`;
    const done = await tell(sql, [text], { vm: [stuck.context] }, [[/Press a/, "a"]]);
    expect(done.exit).toBe(0);
    await root.query("UPDATE ossea_volumes SET device_path = '/dev/else' WHERE vm_context_id = ? LIMIT 1", [
      stuck.context,
    ]);
    const back = await tell(undo, [runId(done.shown)], {}, [[/Press a/, "a"]]);
    expect(back.shown).toMatch(/1 row is not as it was left, and stays as it is/);
    const [rows] = await root.query("SELECT status, device_path FROM ossea_volumes WHERE vm_context_id = ?", [
      stuck.context,
    ]);
    const left = rows as { status: string; device_path: string }[];
    expect(left.filter(({ status }) => status === "error").map(({ device_path }) => device_path)).toEqual([
      "/dev/else",
    ]);
  });

  it("without a preview needs the typed name, and says that nothing brings it back", async () => {
    await root.query("CREATE TABLE IF NOT EXISTS nokey (a INT); INSERT INTO nokey VALUES (1)".split(";")[0] ?? "");
    await root.query("INSERT INTO nokey VALUES (1)");
    const told = await tell(sql, ["DELETE FROM nokey"], {}, [[/Type nokey and Enter/, "nokey\r"]]);
    expect(told).toMatchObject({ exit: 0, shown: expect.stringMatching(/NO PREVIEW: .*no key/s) });
    const [rows] = await root.query("SELECT COUNT(*) AS n FROM nokey");
    expect(rows).toEqual([{ n: 0 }]);
    expect(await tell(undo, [runId(told.shown)])).toMatchObject({ exit: 1 });
    const contract = await tell(sql, ["DELETE FROM nokey"], { touches: ["nokey=0"] });
    expect(contract.exit).toBe(1);
  });

  it.each(["' OR 1=1 -- ", "pgtest1'; DROP TABLE nokey; --", "\\' OR ''='", "%", "*", "\u0000"])(
    "takes no name of a VM or a table for SQL: %j",
    async (text) => {
      const before = await sums();
      expect((await tell(sql, [mine()], { vm: [text] })).exit).toBe(64);
      expect([1, 64]).toContain((await tell(sql, [mine()], { touches: [`${text}=1`] })).exit);
      expect(await sums()).toBe(before);
    },
  );

  it.each([
    "SELECT 1; DELETE FROM nokey",
    "COMMIT",
    "SET autocommit = 0",
    "LOCK TABLES nokey WRITE",
    "DELETE FROM nokey /*! WHERE 0 */; ",
  ])("is not sent when it is odd: %s", async (text) => {
    expect((await tell(sql, [text])).exit).not.toBe(0);
  });
});
