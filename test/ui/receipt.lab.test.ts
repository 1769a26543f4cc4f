/** The end of a run on the screen, over a real database and its journal: the report is written, the undo shows its rows, asks, and takes back. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Values } from "../../src/cli/command.ts";
import { run as sql } from "../../src/cli/commands/sql.ts";
import { siteSources } from "../../src/cli/console/sources.ts";
import { openStored } from "../../src/cli/session/stored.ts";
import { quietIo } from "../support/incident.ts";
import { openSqlLab, type SqlLab } from "../support/sql-lab.ts";
import { approve } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

const VALUES: Values = { lab: true };
let lab: SqlLab;
let job = { context: "", id: "" };

beforeAll(async () => {
  lab = await openSqlLab();
  const [rows] = await lab.root.query(
    `SELECT j.vm_context_id AS context, j.job_id AS id FROM failover_jobs j
      WHERE j.status = 'pending' AND j.job_type = 'test' ORDER BY j.job_id LIMIT 1`,
  );
  job = (rows as (typeof job)[])[0] ?? job;
});
afterAll(() => lab.stop());

const statusNow = async (): Promise<string> => {
  const [rows] = await lab.root.query("SELECT status FROM failover_jobs WHERE job_id = ?", [job.id]);
  return (rows as { status: string }[])[0]?.status ?? "";
};

/** The console over the lab, with a clock that moves when it is told to. */
async function openLab(): Promise<{ s: Screen; close: () => Promise<void> }> {
  const { io } = quietIo({ XDG_STATE_HOME: lab.folder, XDG_CONFIG_HOME: lab.folder, HOME: lab.folder });
  const opened = { values: VALUES, io: { ...io, person: true } };
  const sources = siteSources(opened, () => Promise.resolve(openStored(VALUES, io)));
  const s = await openScreen({ ...makeWorld(), sources });
  const close = async (): Promise<void> => {
    s.console.quit();
    await s.console.atRest();
    await s.close();
    await sources.close();
  };
  return { s, close };
}

test("a change is seen, reported and taken back from the run's receipt, and once only", async () => {
  const statement = `UPDATE failover_jobs SET status = 'failed' WHERE job_id = '${job.id}' AND status = 'pending'`;
  const done = await lab.tell(sql, [statement], { vm: [job.context], touches: ["failover_jobs=1"] }, [
    [/Press a to approve/, "a"],
  ]);
  expect(done.exit).toBe(0);
  const id = /handrail report (\S+)/u.exec(done.shown)?.[1] ?? "";
  const { s, close } = await openLab();
  const before = process.cwd();
  process.chdir(lab.folder);
  try {
    await s.waitFor("VMs need you");
    await s.press("j");
    await s.waitFor(id);
    await s.press("enter");
    await s.waitFor("failover_jobs: 1 row changed (statement); can be undone");
    await s.press("d");
    await s.waitFor("pending -> failed");
    await s.press("q", "o");
    await s.waitFor("report: ");
    const file = join(lab.folder, `handrail-${id}.md`);
    expect(readFileSync(file, "utf8")).toContain(`# Report of run ${id}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(s.world.copied).toEqual([file]);

    await s.press("U");
    await s.waitFor("APPROVAL: Take back");
    // The rows stand before the statement, and are seen without a key.
    await s.waitFor("failed -> pending");
    expect(s.text()).not.toMatch(/UPDATE[\s\S]*failed -> pending/u);
    expect(await statusNow()).toBe("failed");
    await approve(s, "APPROVAL: Take back");
    await s.waitFor("done: 1 statement committed");
    expect(await statusNow()).toBe("pending");
    const undo = s.console.model.run?.state?.run_id ?? "";
    // The page stands as soon as the journal has the end; the session of the run returns a moment later.
    await expect.poll(() => s.console.farewell.join("\n")).toContain(`handrail report ${undo}`);

    await s.press("q");
    await s.waitFor(id);
    await s.press("G", "enter");
    await s.waitFor("taken back since");
    expect(s.text()).toContain(id);
    await s.press("U");
    await s.waitFor("Handrail can take back nothing of this run");
  } finally {
    process.chdir(before);
    await close();
  }
});
