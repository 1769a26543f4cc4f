/** Chosen phases: what a phase needs is looked for in the world, and a run claims no more than its phases can do. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../src/cli/command.ts";
import { before, effects, expectRecovered, keyOf, type Before } from "./support/effects.ts";
import { anIncident, RUNBOOK, type Incident, type Said } from "./support/incident.ts";

let incident: Incident;
let key = "";
let was: Before;

beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());
beforeEach(async () => {
  await incident.world("stuck-virtio");
  key = await keyOf(incident.lab, "pgtest1");
  was = await before(incident.lab, [key]);
});

const run = (values: Values): Promise<Said> => incident.recover({ vm: [key], ...values });

/** The phase was not begun: the sentence names what is missing and who brings it about, and nothing happened. */
async function notBegun(said: Said, ...says: readonly string[]): Promise<number> {
  for (const text of says) expect(said.out).toMatch(text);
  expect(await effects(incident.lab)).toEqual([]);
  return said.exit;
}

describe("a phase whose world is not ready stops before any effect", () => {
  it("snapshots, while volumes are attached", async () => {
    expect(await notBegun(await run({ phases: "snapshots" }), "still attached", "Phase detach")).toBe(4);
  });

  it("reattach, while a snapshot is not reverted", async () => {
    expect(
      await notBegun(await run({ phases: "reattach" }), "was not begun", "still in CloudStack", "Phase snapshots"),
    ).toBe(4);
  });

  it("and so does a choice whose later phase nobody makes ready", async () => {
    expect(await notBegun(await run({ phases: "detach,reattach" }), "still in CloudStack", "Phase snapshots")).toBe(4);
  });
});

it("a recovery in two runs of chosen phases ends as one run does", async () => {
  const first = await run({ until: "snapshots" });
  expect(first.exit).toBe(0);
  expect(first.out).toMatch("chosen phases: preflight, analyse, detach, destination, snapshots");
  expect(first.out).toMatch(/4 Put the volumes back on the appliance: not chosen/u);
  expect(first.out).toMatch(/not asked: .*on the appliance.*phase reattach was not chosen/u);
  const [created] = incident.events(first.run);
  expect(created?.body).toMatchObject({ phases: ["preflight", "analyse", "detach", "destination", "snapshots"] });

  const early = (await effects(incident.lab)).length;
  const reset = await run({ phases: "reset" });
  expect([reset.exit, (await effects(incident.lab)).length]).toEqual([4, early]);
  expect(reset.out).toMatch("Phase reattach");

  expect((await run({ from: "reattach" })).exit).toBe(0);
  await expectRecovered(incident.lab, key, was.jobs);
});

describe("the words", () => {
  const cli = (values: Values): Promise<Said> => incident.cli("run", [RUNBOOK], { vm: [key], ...values });

  it("of a phase that does not exist are answered with the one that was meant", async () => {
    const said = await cli({ phases: "dettach" });
    expect([said.exit, said.out]).toEqual([64, ""]);
    expect(said.err).toMatch('did you mean "detach"?');
  });

  it("of an order that runs backwards, or of both ways at once, are refused", async () => {
    expect((await cli({ from: "reset", until: "detach" })).exit).toBe(64);
    expect((await cli({ phases: "reset", until: "detach" })).exit).toBe(64);
  });
});

it("a grant for some phases does not serve a run of more", async () => {
  const o = join(incident.root, "some.grant");
  expect((await incident.cli("grant", [RUNBOOK], { vm: [key], phases: "detach", o })).exit).toBe(0);
  const said = await incident.cli("run", [RUNBOOK], { vm: [key], grant: o });
  expect(said.exit).toBe(5);
  expect(said.err).toMatch("does not cover the phases");
  expect((await incident.cli("run", [RUNBOOK], { vm: [key], phases: "detach", grant: o })).exit).toBe(0);
});
