/**
 * What Handrail says of an end, and what it must not say: each test is a sentence, a tick or an exit code that once was
 * said on the ground of an absence. All of it is driven through the command line.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { receiptSchema } from "../src/engine/receipt-schema.ts";
import type { EventDraft } from "../src/engine/journal-port.ts";
import { processStates, startProcess } from "../src/packs/appliance/lab/index.ts";
import { boardOf, firstScreen } from "./support/board.ts";
import { crashing } from "./support/crash.ts";
import { keyOf, query } from "./support/effects.ts";
import { anIncident, RUNBOOK, VIRTIO, type Incident } from "./support/incident.ts";
import { APPROVE, tell } from "./support/told.ts";

const RECOVERED = /(?<!NOT )recovered: /u;
const WEB = "web-frontend-02";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});

afterAll(() => incident.down());

const isRevert = (event: EventDraft): boolean => event.type === "step.intent" && event.step_id === "revert";

/** Kills a process of the lab at the first text that fits all that was heard so far. */
function killAt(role: "daemon" | "cloudstack" | "database", wanted: RegExp): (text: string) => void {
  let all = "";
  let dead = false;
  return (text) => {
    all += text;
    if (dead || !wanted.test(all)) return;
    dead = true;
    process.kill(rolePid(role), "SIGKILL");
  };
}

function rolePid(role: string): number {
  const { dir, config } = incident.lab;
  const name = role === "database" ? config.server : role;
  return Number.parseInt(readFileSync(join(dir, `${name}.pid`), "utf8"), 10);
}

/** Rows of a run's own in the appliance's JobLog, counted in the database. */
async function jobLogRows(run: string): Promise<{ readonly rows: Record<string, number> }> {
  const [job] = await query(incident.lab, "select id from job_tracking where external_job_id = ?", [`handrail-${run}`]);
  const id = String(job?.["id"]);
  const count = async (table: string, column: string): Promise<number> =>
    Number((await query(incident.lab, `select count(*) n from ${table} where ${column} = ?`, [id]))[0]?.["n"]);
  return {
    rows: {
      job_tracking: await count("job_tracking", "id"),
      job_steps: await count("job_steps", "job_id"),
      log_events: await count("log_events", "job_id"),
    },
  };
}

let grants = 0;

/** A grant of another runbook than the incident's own. */
async function grantOf(runbook: string, key: string): Promise<string> {
  grants += 1;
  const o = join(incident.root, `claims-${grants}.json`);
  const written = await incident.cli("grant", [runbook], { vm: [key], o });
  if (written.exit !== 0) throw new Error(written.err);
  return o;
}

async function world(name: string, vm = "pgtest1"): Promise<string> {
  await incident.world(name);
  return keyOf(incident.lab, vm);
}

const reportOf = async (run = "last"): Promise<string> => (await incident.cli("report", [run])).out;

/** The part of a report under a heading, to the next one. */
const part = (report: string, title: string): string => report.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

/** Every sentence that a report has about an end, and every ticked criterion: the timeline is the past. */
const said = (report: string): string => report.split("## Timeline")[0] ?? "";

describe("a run that is not closed", () => {
  it("has no sentence about an end where nobody approved it, and no criterion that was looked at", async () => {
    const key = await world("stuck-virtio", WEB);
    const run = await incident.cli("run", [RUNBOOK], { vm: [key] });
    expect(run.exit).toBe(5);
    const report = said(await reportOf());
    expect(report).not.toMatch(/(?<!NOT )recovered: |was observed|\[x\]/u);
    expect(report).not.toMatch(/nothing that this journal knows of|^Nothing\.$/mu);
    expect(part(report, "Result")).toContain(`${WEB}: not ended: paused, approval needed`);
    expect(part(report, "Effects")).toContain("nothing was sent yet");
    expect(report).toContain("- [?] volumes-home: not looked at");
  });

  it("says after a death in the middle of a revert first what is in doubt", async () => {
    const key = await world("stuck-virtio");
    const stop = { k: Infinity, manner: "after", stop: isRevert } as const;
    const { run } = await crashing(incident, key, {}, stop);
    const report = said(await reportOf(run));
    expect(report).not.toMatch(/(?<!NOT )recovered: |was observed|\[x\]/u);
    expect(part(report, "Result")).toMatch(/IN DOUBT: "Revert volume .*" it was sent|IN DOUBT: "Revert volume/u);
    expect(part(report, "Effects")).toMatch(/1 under way or in doubt/u);
    expect(part(report, "Open")).toMatch(/IN DOUBT: "Revert volume/u);
  });
});

describe("a run that was refused", () => {
  it("at its first page is closed with 4, and hides nothing", async () => {
    const key = await world("stuck-virtio");
    const no = await tell(incident, "run", [RUNBOOK], {
      values: { vm: [key] },
      answers: [[/Press a to approve/u, "n"]],
    });
    expect(no.exit).toBe(4);
    expect(no.shown).toContain("is closed, exit 4");
    expect(part(await reportOf(), "Not approved")).toMatch(/Begin the run, .*: rejected /u);
    expect((await incident.cli("journal", ["list"])).out).toMatch(/closed, exit 4\n/u);
    expect(await boardOf(incident)).toMatch(/pgtest1: stuck .*Suggested: Cleanup Failed Job/u);
    expect((await incident.recover({ vm: [key] })).exit).toBe(0);
  });

  it("before its first effect is closed with 4, too", async () => {
    const key = await world("stuck-virtio");
    const answers = [APPROVE, [/Press a to approve/u, "n"] as const];
    const no = await tell(incident, "run", [RUNBOOK], { values: { vm: [key] }, answers });
    expect(no.exit).toBe(4);
    const report = await reportOf();
    expect(part(report, "Approved")).toMatch(/Begin the run/u);
    expect(part(report, "Not approved")).toMatch(/Detach the attached volumes, .*: rejected /u);
    expect(part(report, "Result")).toContain("refused; nothing was sent for it");
    expect((await incident.cli("journal", ["list"])).out).toMatch(/closed, exit 4\n/u);
  });
});

describe("both endings of a hanging failover", () => {
  it.each([
    ["complete", "vm-created", "volumes-home", "the failover was not abandoned"],
    ["abandon", "volumes-home", "vm-created", "the failover was abandoned"],
  ])("%s: what it asks was seen, and what it does not ask says why", async (ending, asked, not, why) => {
    const key = await world("stuck-virtio:alive");
    const grant = await grantOf(VIRTIO, key);
    const decide = ["way=release", `ending=${ending}`];
    const run = await incident.cli("run", [VIRTIO], { vm: [key], decide, grant });
    expect([run.exit, run.err]).toEqual([0, ""]);
    const report = said(await reportOf(run.run));
    expect(report).not.toMatch(/not looked at|not observed/u);
    expect(report).toMatch(/recovered: all \d+ success criteria were seen to hold/u);
    expect(report).toMatch(new RegExp(`- \\[x\\] ${asked}: met: .*seen`, "u"));
    expect(report).toMatch(new RegExp(`- \\[-\\] ${not}: not asked: .*: ${why}`, "u"));
    expect(run.out).toContain(`: ${why}`);
    const { out } = await incident.cli("report", [run.run], { json: true });
    const { targets } = JSON.parse(out) as { targets: readonly { criteria: readonly { kind: string }[] }[] };
    expect(new Set(targets[0]?.criteria.map(({ kind }) => kind))).toEqual(new Set(["met", "not-asked"]));
  });
});

describe("a row that is deleted while the run is paused", () => {
  const rows = [
    [
      "the VM's context and all that hangs on it",
      "reattach",
      "delete from vm_replication_contexts where context_id = ?",
    ],
    ["the VM's context", "detach", "delete from vm_replication_contexts where context_id = ?"],
    ["a volume", "reattach", "delete from ossea_volumes where vm_context_id = ? order by id limit 1"],
    ["the failover job", "detach", "delete from failover_jobs where vm_context_id = ? and status = 'pending'"],
    ["the failover job", "reattach", "delete from failover_jobs where vm_context_id = ? and status = 'pending'"],
  ] as const;

  it.each(rows)("%s, after the phase %s: nothing is recovered", async (_what, phase, sql) => {
    const key = await world("stuck-virtio", WEB);
    const grant = await incident.grant({ vm: [key] });
    const after = (event: EventDraft): boolean => event.type === "phase.ended" && event.phase_id === phase;
    await crashing(incident, key, {}, { k: Infinity, manner: "after", stop: after });
    await query(incident.lab, sql, [key]);
    const end = await incident.cli("resume", ["last"], { grant });
    expect(end.exit).not.toBe(0);
    expect(end.out).not.toMatch(/: recovered|met .*nothing was seen/u);
    expect(said(await reportOf())).not.toMatch(RECOVERED);
  });
});

describe("an appliance that does not answer while the end is looked at", () => {
  it.each(["daemon", "cloudstack"] as const)("%s: the run waits, and its resume ends recovered", async (role) => {
    const { lab } = incident;
    const key = await world("stuck-virtio");
    const grant = await incident.grant({ vm: [key] });
    // The last line before the criteria: from now on the other side is gone.
    const heard = killAt(role, /seen: The VM context is ready_for_failover/u);
    try {
      const run = await tell(incident, "run", [RUNBOOK], { values: { vm: [key], grant }, heard });
      expect(processStates(lab.dir)[role]).toBe(false);
      expect(run.shown).toMatch(/is paused \(unreachable\), exit 69: .*success criterion .* could not be looked at/u);
      expect(run.exit).toBe(69);
    } finally {
      if (!processStates(lab.dir)[role]) await startProcess(lab, role);
    }
    expect(said(await reportOf())).not.toMatch(RECOVERED);
    const end = await incident.cli("resume", ["last"], { grant });
    expect([end.exit, end.err]).toEqual([0, ""]);
    expect(said(await reportOf())).toContain("recovered: all 6 success criteria");
  });

  it("what a phase needs: the run waits, and its resume ends recovered", async () => {
    const { lab } = incident;
    const key = await world("stuck-virtio");
    const grant = await incident.grant({ vm: [key] });
    const heard = killAt("cloudstack", /ok {8}Attach volume [\s\S]*\n.*ok {8}Attach volume /u);
    try {
      const run = await tell(incident, "run", [RUNBOOK], { values: { vm: [key], grant }, heard });
      expect(processStates(lab.dir).cloudstack).toBe(false);
      expect(run.exit).toBe(69);
      expect(run.shown).toMatch(/is paused \(unreachable\), exit 69/u);
    } finally {
      if (!processStates(lab.dir).cloudstack) await startProcess(lab, "cloudstack");
    }
    const end = await incident.cli("resume", ["last"], { grant });
    expect([end.exit, end.err]).toEqual([0, ""]);
  });

  it("a rung at its last look: it is not called timed out, and its resume goes on", async () => {
    const { lab } = incident;
    const key = await world("stuck-virtio:alive");
    const grant = await grantOf(VIRTIO, key);
    const decide = ["way=plan", "nudge=release", "ending=abandon"];
    const heard = killAt("database", /watching {2}for at most/u);
    try {
      const run = await tell(incident, "run", [VIRTIO], { values: { vm: [key], grant, decide }, heard });
      expect(processStates(lab.dir).database).toBe(false);
      expect(run.shown).not.toMatch(/TIMED OUT|reacted/u);
      expect(run.shown).toMatch(
        /is paused \(unreachable\), exit 69: (?:the time of ".*" is up for pgtest1, and its last look got no answer|pgtest1: whether what this run rests on is still so)/u,
      );
      expect(run.exit).toBe(69);
    } finally {
      if (!processStates(lab.dir).database) await startProcess(lab, "database");
    }
    const end = await incident.cli("resume", ["last"], { grant, decide });
    expect([end.exit, end.err, end.exit === 0 ? "" : end.out]).toEqual([0, "", ""]);
    expect(end.out).toMatch(/TIMED OUT/u);
  });
});

describe("what was taken back since", () => {
  it("of a run with one undone step stands in its report; the run stays closed, and no criterion is ticked for today", async () => {
    const key = await world("stuck-virtio");
    const run = await incident.recover({ vm: [key] });
    expect(run.exit).toBe(0);
    const undo = await tell(incident, "undo", [run.run, "reset-context"], { answers: [APPROVE] });
    expect(undo.exit).toBe(0);
    const list = (await incident.cli("journal", ["list"])).out;
    expect(list).not.toMatch(/ open$/mu);
    expect(list).toMatch(new RegExp(`^${run.run} .* closed, exit 0; 1 change taken back since$`, "mu"));
    const report = said(await reportOf(run.run));
    expect(report).not.toMatch(/^(?:- pgtest1: )?recovered: /mu);
    expect(part(report, "Result")).toMatch(
      /pgtest1: 1 change of it was taken back since: undone by run \S+; its success criteria were seen before that/u,
    );
    expect(part(report, "Effects")).toMatch(
      /vm\\_replication\\_contexts: 1 row changed \(reset-context\); taken back since/u,
    );
    expect(part(report, "Open")).toContain("taken back since");
    expect(await firstScreen(incident)).toBe("board");
    expect(await boardOf(incident)).toMatch(/pgtest1: /u);
  });

  it("in part exits 1, names what is left, stays open, and is complete once the row is as it was left", async () => {
    const key = await world("stuck-virtio", WEB);
    const { lab } = incident;
    const paths = () =>
      query(lab, "select id, device_path from ossea_volumes where vm_context_id = ? order by id", [key]);
    const put = (id: unknown, path: string) =>
      query(lab, "update ossea_volumes set device_path = ? where id = ?", [path, id]);
    const before = await paths();
    const [row] = before;
    const text = `UPDATE ossea_volumes SET device_path = '/dev/x' WHERE vm_context_id = '${key}'`;
    const done = await tell(incident, "sql", [text], { values: { vm: [key] }, answers: [APPROVE] });
    expect(done.exit).toBe(0);
    await put(row?.["id"], "/dev/colleague");
    const part1 = await tell(incident, "undo", [done.run], { answers: [APPROVE] });
    expect(part1.shown).toContain("undone in part: 1 row was changed since and stays as it is");
    expect(part1.exit).toBe(1);
    const report = said(await reportOf(done.run));
    expect(part(report, "Open")).toMatch(/but for 1 row changed since/u);
    expect(report).not.toMatch(/^(?:- \S+: )?recovered: |nothing that this journal knows of/mu);
    const list = (await incident.cli("journal", ["list"])).out;
    expect(list).toMatch(new RegExp(`^${done.run} .*; 1 change taken back in part since$`, "mu"));
    await put(row?.["id"], "/dev/x");
    const rest = await tell(incident, "undo", [done.run], { answers: [APPROVE] });
    expect(rest.shown).toMatch(/preview .*: 1 row,/u);
    expect(rest.exit).toBe(0);
    expect(await paths()).toEqual(before);
    expect((await incident.cli("journal", ["list"])).out).toMatch(
      new RegExp(`^${done.run} .*; 1 change taken back since$`, "mu"),
    );
    const again = await tell(incident, "undo", [done.run]);
    expect(again).toMatchObject({ exit: 1, shown: expect.stringContaining("not undone already") });
  });

  it("of a run with changes that have no way back names these as what stays, in the receipt of the undo", async () => {
    const key = await world("stuck-virtio");
    const run = await incident.recover({ vm: [key] });
    const undo = await tell(incident, "undo", [run.run], { answers: [APPROVE, APPROVE] });
    expect(undo.exit).toBe(0);
    const shown = undo.shown.replaceAll(/\s+/gu, " ");
    expect(shown).toMatch(/Open stays as it is: Detach volume [^:]+: not by Handrail: the volume is attached again/u);
    expect(shown).toMatch(
      /stays as it is: Clear the snapshot tracking [^:]+: it cannot be undone: the rows would name/u,
    );
    expect(undo.shown).not.toContain("nothing that this journal knows of");
  });

  it("in part cannot be tried to an end while the row is still another: what is left is named again", async () => {
    const key = await world("stuck-virtio", WEB);
    const text = `UPDATE ossea_volumes SET device_path = '/dev/x' WHERE vm_context_id = '${key}'`;
    const done = await tell(incident, "sql", [text], { values: { vm: [key] }, answers: [APPROVE] });
    await query(
      incident.lab,
      "update ossea_volumes set device_path = '/dev/y' where vm_context_id = ? order by id limit 1",
      [key],
    );
    expect((await tell(incident, "undo", [done.run], { answers: [APPROVE] })).exit).toBe(1);
    const again = await tell(incident, "undo", [done.run], { answers: [APPROVE] });
    expect(again.exit).toBe(1);
    expect(again.shown).not.toMatch(/recovered: |done: |nothing of run/u);
    const report = said(await reportOf(done.run));
    expect(part(report, "Open")).toMatch(/but for 1 row changed since/u);
  });
});

describe("a statement", () => {
  it("that matches no row changed nothing, and says so with 1", async () => {
    const key = await world("stuck-virtio");
    const text = "UPDATE failover_jobs SET error_message = 'x' WHERE job_id = 'nobody'";
    const none = await tell(incident, "sql", [text], { values: { vm: [key] }, answers: [APPROVE] });
    expect(none.shown).toContain("nothing was changed: no row matches");
    expect(none.shown).not.toMatch(/committed|recovered/u);
    expect(none.exit).toBe(1);
    expect(said(await reportOf())).not.toMatch(/committed|recovered/u);
  });

  it("whose approved row somebody deleted meanwhile changed nothing, and says so with 1", async () => {
    const key = await world("stuck-virtio");
    const where = "failover_jobs where vm_context_id = ? and status = 'pending'";
    const [job] = await query(incident.lab, `select job_id from ${where}`, [key]);
    const text = `UPDATE failover_jobs SET error_message = 'x' WHERE job_id = '${String(job?.["job_id"])}'`;
    const gone = async (): Promise<string> => {
      await query(incident.lab, `delete from ${where}`, [key]);
      return "a";
    };
    const answers = [[/Press a to approve/u, gone] as const, APPROVE];
    const run = await tell(incident, "sql", [text], { values: { vm: [key] }, answers });
    expect(run.shown).toContain("nothing was changed: no row matches any more; what was approved was not done");
    expect(run.shown).not.toMatch(/committed|recovered|nothing was sent/u);
    expect(run.exit).toBe(1);
    expect(said(await reportOf())).not.toMatch(/committed|recovered/u);
  });
});

describe("a report", () => {
  it("names approvals, refusals and decisions with who and how, what cannot be undone, JobLog's rows, and rows by table", async () => {
    const key = await world("failed-vm-creation:destination");
    const answers = [APPROVE, [/Press 1 to/u, "1"], [/Press a to approve/u, "n"]] as const;
    const first = await tell(incident, "run", [RUNBOOK], { values: { vm: [key] }, answers });
    expect(first.exit).toBe(4);
    const refused = await reportOf();
    expect(part(refused, "Approved")).toMatch(/Begin the run, \d+ steps?, risk change: \S+.* \(key\)/u);
    expect(part(refused, "Not approved")).toMatch(/: rejected \S+/u);
    expect(part(refused, "Decided")).toMatch(/destination of pgtest1: \S+, \S+ at the question \d\d:\d\d:\d\dZ/u);
    const run = await incident.recover({ vm: [key], decide: ["destination=destroy"] });
    expect(run.exit).toBe(0);
    const report = await reportOf(run.run);
    expect(part(report, "Approved").match(/ \(grant of /gu)?.length).toBeGreaterThan(4);
    expect(part(report, "Decided")).toContain("beforehand");
    expect(part(report, "Effects")).toMatch(
      /revertSnapshot: 2 requests \(revert\); CANNOT be undone: everything written/u,
    );
    expect(part(report, "Effects")).toMatch(/ossea\\_volumes: 2 rows changed \(clear-tracking\); CANNOT be undone/u);
    const { rows } = await jobLogRows(run.run);
    for (const [table, count] of Object.entries(rows))
      expect(part(report, "Product log")).toContain(`${table.replaceAll("_", "\\_")} ${count} row`);
  });

  it("as JSON is as its schema says, whatever became of the run", async () => {
    const list = (await incident.cli("journal", ["list"], { json: true })).out.trim().split("\n");
    const runs = list.map((line) => JSON.parse(line) as { run_id: string }).map(({ run_id }) => run_id);
    expect(runs.length).toBeGreaterThan(1);
    for (const run of runs) {
      const { out } = await incident.cli("report", [run], { json: true });
      expect(receiptSchema.parse(JSON.parse(out)).run_id).toBe(run);
    }
  });
});
