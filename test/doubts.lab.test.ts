/**
 * A change that nobody knows the end of stands first, wherever runs and VMs are listed, whatever ran after it; and once
 * somebody has looked, it is said what became of it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../src/engine/events.ts";
import type { EventDraft } from "../src/engine/journal-port.ts";
import { clearFaults, fault } from "../src/packs/appliance/lab/index.ts";
import { boardOf, firstScreen } from "./support/board.ts";
import { crashing } from "./support/crash.ts";
import { keyOf } from "./support/effects.ts";
import { anEndpoint, ask } from "./support/endpoint.ts";
import { anIncident, RUNBOOK, VIRTIO, type Incident } from "./support/incident.ts";
import { refusedRun } from "./support/refused-run.ts";
import { APPROVE, tell } from "./support/told.ts";
import { HANDRAIL } from "./support/program.ts";

let incident: Incident;
let key: string;
let doubtful: string;

const isRevert = (event: EventDraft): boolean => event.type === "step.intent" && event.step_id === "revert";

/** A run that died with its first revert sent, as far as its journal knows. */
async function inDoubt(): Promise<void> {
  await incident.world("stuck-virtio");
  key = await keyOf(incident.lab, "pgtest1");
  doubtful = (await crashing(incident, key, {}, { k: Infinity, manner: "after", stop: isRevert })).run;
}

beforeAll(async () => {
  incident = await anIncident();
});

afterAll(() => incident.down());

describe("a change in doubt", () => {
  beforeAll(inDoubt);

  it("lets no other run of the VM begin: 3, with the doubt by name and the way on", async () => {
    const grant = await incident.grant({ vm: [key] });
    const run = await incident.cli("run", [RUNBOOK], { vm: [key], grant });
    expect(run.exit).toBe(3);
    expect(run.err).toMatch(/pgtest1 has a change in doubt from an earlier run/u);
    expect(run.err).toMatch(new RegExp(`IN DOUBT since .*Revert volume .*\\(run ${doubtful}\\)`, "u"));
    expect(run.err).toContain(`resume ${doubtful}`);
    // Nobody has looked yet, so nobody's word would be taken.
    expect(run.err).not.toContain("resolve ");
    const text = `UPDATE failover_jobs SET error_message = 'x' WHERE vm_context_id = '${key}'`;
    const sql = await tell(incident, "sql", [text], { values: { vm: [key] }, answers: [APPROVE] });
    expect(sql).toMatchObject({ exit: 3, shown: expect.stringContaining("Revert volume") });
    const person = await tell(incident, "run", [RUNBOOK], {
      values: { vm: [key] },
      answers: [[/Press a to approve/u, "n"]],
    });
    expect(person.exit).toBe(3);
  });

  it.each([
    ["nothing", null],
    ["a run that was refused and is closed", true],
    ["a run that was refused and is paused, as Handrail 0.1 left it", false],
  ])("stands first after %s", async (_what, closes) => {
    const other = closes === null ? null : await refusedRun(incident, doubtful, closes);
    const [first = ""] = (await incident.cli("journal", ["list"])).out.split("\n");
    expect(first).toMatch(new RegExp(`^IN DOUBT since .*Revert volume .* of pgtest1 \\(run ${doubtful}\\)`, "u"));
    const [head = "", , vm = ""] = [
      (await boardOf(incident)).split("\n")[0],
      "",
      (await boardOf(incident)).split("\n")[1],
    ];
    expect(head).toContain("VMs need you");
    expect(vm).toMatch(/^pgtest1: in doubt.*Suggested: Look what became of it, .*Revert volume/u);
    expect(await firstScreen(incident)).toBe("doubt");
    const own = (await incident.cli("report", [doubtful])).out;
    expect(own.split("## Result\n")[1]).toMatch(/^\n- pgtest1: IN DOUBT: "Revert volume/u);
    if (other === null) return;
    const report = (await incident.cli("report", [other])).out;
    const [before = "", result = ""] = report.split("## Result\n");
    expect(before).toMatch(/## IN DOUBT in other runs\n\n- IN DOUBT since .*Revert volume/u);
    expect(result).not.toMatch(/in doubt: no|nothing in doubt/iu);
  });

  it("is told by the endpoint of its run, and of no other", async () => {
    const endpoint = await anEndpoint(incident, { granted: 100 });
    try {
      const { runs } = (await ask(endpoint.url, "/api/v1/runs")).json as {
        runs: readonly { run_id: string; in_doubt: boolean }[];
      };
      expect(runs.filter(({ in_doubt }) => in_doubt).map(({ run_id }) => run_id)).toEqual([doubtful]);
      const view = (await ask(endpoint.url, `/api/v1/runs/${doubtful}`)).json;
      expect(view["says"]).toMatch(/^pgtest1: IN DOUBT: "Revert volume/u);
      expect(view["exit"]).toBeNull();
    } finally {
      await endpoint.stop();
    }
  });
});

describe("what became of a doubt", () => {
  const settled = (events: readonly RunEvent[]): string[] =>
    events.flatMap((event) => (event.type === "step.reconciled" ? [event.body.outcome.kind] : []));

  it("is said on a line of its own when it was looked at, and stands in the report", async () => {
    await inDoubt();
    const end = await incident.resume({ vm: [key] });
    expect(settled(incident.events(doubtful))).toHaveLength(1);
    expect(end.out).toMatch(
      /^\S+ \[pgtest1\] (?:looked|IN DOUBT) +a look (?:shows that it was|cannot tell).*"Revert volume /mu,
    );
    const report = (await incident.cli("report", [doubtful])).out;
    expect(report).toMatch(
      /## Was in doubt\n\n- a look (?:shows that it was (?:done|not done)|cannot tell what became of).*"Revert volume .*" of pgtest1/u,
    );
  });
});

describe("a doubt that no look can settle", () => {
  let ladder: Incident;

  beforeAll(async () => {
    ladder = await anIncident({ runbook: VIRTIO });
  });

  afterAll(() => ladder.down());

  it("stays first, and is said as the word of a person where a person resolved it", async () => {
    await ladder.world("stuck-virtio:alive");
    const vm = await keyOf(ladder.lab, "pgtest2");
    const isNudge = ({ type, step_id }: EventDraft): boolean => type === "step.intent" && step_id === "touch";
    const decide = ["way=plan"];
    const { run } = await crashing(ladder, vm, { decide }, { k: Infinity, manner: "after", stop: isNudge });
    const looked = await ladder.resume({ vm: [vm], decide });
    expect(looked.exit).toBe(3);
    expect(looked.out).toMatch(/Result {7}pgtest2: IN DOUBT: /u);
    const refused = await ladder.recover({ vm: [vm], decide });
    expect(refused.exit).toBe(3);
    const [, words = ""] = /or, when you know it yourself: (.*)/u.exec(refused.err) ?? [];
    expect(words).toContain(`resolve ${run} touch --as applied|not-applied`);
    const note = "the row has its old time";
    expect((await ladder.cli("resolve", [run, "touch"], { as: "not-applied", note })).exit).toBe(0);
    const report = (await ladder.cli("report", [run])).out;
    expect(report).toMatch(
      /## Was in doubt\n\n(?:- .*\n)*- \S+ says that it was not done: ".*" of pgtest2: the row has its old time/u,
    );
    expect((await ladder.cli("journal", ["list"])).out).not.toContain("IN DOUBT");
  });
});

describe("a run that is driven just now", () => {
  it("is under way, and not in doubt, for whoever looks at it meanwhile", async () => {
    await incident.world("stuck-virtio");
    key = await keyOf(incident.lab, "pgtest1");
    const grant = await incident.grant({ vm: [key] });
    await fault(incident.lab, "cloudstack-job-time", { command: "revertSnapshot", seconds: 7200 });
    const env = { ...process.env, ...incident.env };
    const args = ["run", RUNBOOK, "--lab", "--vm", key, "--grant", grant];
    const child = spawn(HANDRAIL, args, { env, stdio: ["ignore", "pipe", "ignore"] });
    try {
      let heard = "";
      for await (const part of child.stdout as AsyncIterable<Buffer>) {
        heard += part.toString();
        if (/waiting +Revert volume/u.test(heard)) break;
      }
      const report = (await incident.cli("report", ["last"])).out;
      expect(report).not.toMatch(/IN DOUBT|Take it up again/u);
      expect(report).toMatch(/## Result\n\n- pgtest1: not ended: it is under way/u);
      expect((await incident.cli("journal", ["list"])).out).not.toContain("IN DOUBT");
      expect(await boardOf(incident)).toMatch(/^pgtest1: being recovered/mu);
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
      await clearFaults(incident.lab);
    }
    expect((await incident.cli("report", ["last"])).out).toMatch(/## Result\n\n- pgtest1: IN DOUBT: "Revert volume/u);
    expect((await incident.cli("journal", ["list"])).out).toMatch(/^IN DOUBT since /u);
    expect(await boardOf(incident)).toMatch(/^pgtest1: in doubt/mu);
  });
});
