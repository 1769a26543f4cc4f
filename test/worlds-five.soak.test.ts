/** Every unkind world with five VMs in it, by all three ways in: what is said first, and that all five end well. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALL, byConsole } from "./support/by-console.ts";
import { ask, cleanupPath, endpointOfTest } from "./support/endpoint.ts";
import { enterFive, FIVE, FIVE_WORLDS } from "./support/five.ts";
import {
  before,
  done,
  effects,
  expectRecovered,
  expectRestUntouched,
  keyOf,
  query,
  volumesOf,
} from "./support/effects.ts";
import { anIncident, nameOnlyOnce, RUNBOOK, type Incident } from "./support/incident.ts";
import { HIDDEN, needs } from "./support/needs.ts";
import { configuredSite } from "./support/hidden.ts";
import { calledTo } from "./support/random-lab.ts";
import { CHOICES } from "./support/unkind-ways.ts";

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

describe.each(FIVE_WORLDS.map((world) => [world.world, world] as const))("five VMs, %s", (_name, world) => {
  it("are recovered by one run and what it advises", async () => {
    const { keys, expectHonest, expectWell } = await enterFive(incident, world);
    // What the appliance's own rollback left is not called stuck: it is named.
    const said = await incident.recover(world.jobsStay === true ? { vm: [...keys] } : { "all-stuck": true });
    expect(world.exit).toContain(said.exit);
    expect(said.out).toMatch(world.says);
    await expectHonest(said);
    await world.waitedFor?.(incident.lab);
    expect(await calledTo(incident, keys, said, expectHonest)).toBe("recovered");
    await expectWell();
  });

  it("are recovered at the console in runs over all of them", async () => {
    const { expectWell } = await enterFive(incident, world);
    if (world.waitedFor !== undefined) {
      await byConsole(incident, ALL);
      await world.waitedFor(incident.lab);
    }
    const choices = world.anew === true ? [/^Leave it failed/u, ...CHOICES] : CHOICES;
    for (const vm of world.jobsStay === true ? FIVE : [ALL])
      expect((await byConsole(incident, vm, ...choices)).at(-1)).toBe(0);
    await expectWell();
  });

  it("are recovered by the endpoint, or from its answers on", async () => {
    const { keys, expectHonest, expectWell } = await enterFive(incident, world);
    const endpoint = await endpointOfTest(incident, { granted: 10 });
    const answers = await Promise.all(FIVE.map((vm) => ask(endpoint.url, cleanupPath(vm), { method: "POST" })));
    await endpoint.stop();
    await world.waitedFor?.(incident.lab);
    for (const [at, { status, json }] of answers.entries()) {
      expect(json["success"]).toBe(status === 200);
      const said = {
        exit: status === 200 ? 0 : -1,
        out: JSON.stringify(json),
        err: "",
        run: String(json["run_id"] ?? ""),
      };
      await expectHonest(said);
      expect(await calledTo(incident, [keys[at] ?? ""], said, expectHonest)).toBe("recovered");
    }
    await expectWell();
  });
});

describe("five VMs, of one of which the context is deleted meanwhile", () => {
  it("are recovered but for that one, of which nothing is claimed and nothing more is begun", async () => {
    const { lab } = incident;
    await incident.world("stuck-virtio");
    const keys = await Promise.all(FIVE.map((name) => keyOf(lab, name)));
    const lost = keys[1] ?? "";
    const others = keys.filter((key) => key !== lost);
    const was = await before(lab, keys);
    const own = await volumesOf(lab, lost);
    const ids = new Set(own.flatMap(({ id, snapshot }) => [id, snapshot]));
    const run = incident.recover({ "all-stuck": true });
    const detached = async (): Promise<number> =>
      done(await effects(lab), "detachVolume").filter((id) => ids.has(id)).length;
    await expect.poll(detached).toBeGreaterThan(0);
    await query(lab, "delete from vm_replication_contexts where context_id = ?", [lost]);
    const said = await run;
    expect(said.exit).toBe(4);
    expect(said.out).toContain("pgtest2: the VM context is gone from the database. Nothing more is begun for it");
    // A run over few VMs goes on with none of them where it may not go on with one: the others want a run of their own.
    const next = await incident.recover({ vm: others });
    expect([next.exit, next.err]).toEqual([0, ""]);
    for (const key of others) {
      const jobs = await query(lab, "select job_id from failover_jobs where vm_context_id = ? and job_id in (?)", [
        key,
        was.jobs,
      ]);
      await expectRecovered(
        lab,
        key,
        jobs.map((row) => String(row["job_id"])),
      );
    }
    const after = (await effects(lab)).filter(({ what, id }) => ids.has(id) && /Snapshot|^attach/u.test(what));
    expect(after).toEqual([]);
    const report = (await incident.cli("report", [said.run])).out;
    expect(report).not.toMatch(/^- pgtest2: recovered/mu);
  });

  it("are answered by the endpoint one by one: the one that is gone is not found", async () => {
    const { lab } = incident;
    await incident.world("stuck-virtio");
    await nameOnlyOnce(lab);
    const keys = await Promise.all(FIVE.map((name) => keyOf(lab, name)));
    await query(lab, "delete from vm_replication_contexts where context_id = ?", [keys[0]]);
    const was = await before(lab, keys.slice(1));
    const endpoint = await endpointOfTest(incident, { granted: 10 });
    const answers = await Promise.all(FIVE.map((vm) => ask(endpoint.url, cleanupPath(vm), { method: "POST" })));
    await endpoint.stop();
    expect(answers.map(({ status, json }) => [status, json["success"]])).toEqual([
      [404, false],
      ...keys.slice(1).map(() => [200, true]),
    ]);
    for (const key of keys.slice(1)) await expectRecovered(lab, key, []);
    await expectRestUntouched(lab, was);
  });
});

describe("five VMs on a machine with processes that may not be looked into", await needs(HIDDEN), () => {
  it("are left alone, each with what is not known and what to do", async () => {
    const { lab } = incident;
    await incident.world("stuck-virtio");
    const keys = await Promise.all(FIVE.map((name) => keyOf(lab, name)));
    const values = { lab: false, config: configuredSite(incident), vm: keys };
    const env = { HANDRAIL_LAB: undefined };
    const grant = `${incident.root}/hidden.json`;
    expect((await incident.cli("grant", [RUNBOOK], { ...values, o: grant }, env)).exit).toBe(0);
    const said = await incident.cli("run", [RUNBOOK], { ...values, grant }, env);
    expect(said.exit).toBe(69);
    expect(said.out).toMatch(/Whether a process holds the disks is not known: \d+ of them may not be looked into/u);
    expect(await effects(lab)).toEqual([]);
  });
});
