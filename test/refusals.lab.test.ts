/** Bad input and bad answers: one clear message, the right exit code, and nothing executed that was not approved. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../src/cli/command.ts";
import { journalPath } from "../src/cli/paths.ts";
import { shippedFile } from "../src/cli/runbook/source.ts";
import { fault } from "../src/packs/appliance/lab/index.ts";
import { before, done, effects, expectRecovered, expectRestUntouched, keyOf, type Before } from "./support/effects.ts";
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

const shipped = (): string => readFileSync(shippedFile(), "utf8");

function file(name: string, text: string, mode = 0o600): string {
  const path = join(incident.root, name);
  rmSync(path, { force: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const run = (values: Values, runbook = RUNBOOK): Promise<Said> =>
  incident.cli("run", [runbook], { vm: [key], ...values });

/** Refused before a run began: one message, which is given back, nothing on the data side, nothing done. */
async function refused(said: Said, exit: number): Promise<string> {
  expect([said.exit, said.out]).toEqual([exit, ""]);
  expect(said.err.match(/^handrail: /gmu)).toHaveLength(1);
  expect(await effects(incident.lab)).toEqual([]);
  await expectRestUntouched(incident.lab, { ...was, contexts: [], volumes: [], jobs: [] });
  return said.err;
}

describe("a runbook file", () => {
  it("that is no YAML is refused with its line and column", async () => {
    const broken = file("broken.yaml", "handrail: 1\nrunbooks:\n  - id: [a\n    title: b\n");
    const says = await refused(await run({ file: broken }), 65);
    expect(says).toMatch(/broken\.yaml:\d+:\d+/u);
    expect(says).toMatch("nothing was executed");
  });

  it("with a key that means nothing is refused with its place", async () => {
    const text = shipped().replace("    severity: high", "    severity: high\n    skip_approval: true");
    const says = await refused(await run({ file: file("key.yaml", text) }), 65);
    expect(says).toMatch(/key\.yaml:\d+:\d+/u);
    expect(says).toMatch("skip_approval");
  });

  it("that is missing is refused by name", async () => {
    expect(await refused(await run({ file: join(incident.root, "none.yaml") }), 65)).toMatch(
      /cannot read .*none\.yaml/u,
    );
  });
});

describe("a name that means nothing", () => {
  it("of a runbook is refused with the ones there are", async () => {
    const says = await refused(await run({}, "failed-execution-cleanp"), 64);
    expect(says).toMatch("there is no runbook failed-execution-cleanp");
    expect(says).toMatch(RUNBOOK);
  });

  it("of a machine is refused", async () => {
    expect(await refused(await run({ vm: ["pgtest9"] }), 64)).toMatch("pgtest9");
  });

  it("of a question is refused with the ones that are asked", async () => {
    const says = await refused(await run({ decide: ["detach=skip"] }), 64);
    expect(says).toMatch("asks nothing named detach");
    expect(says).toMatch("snapshots");
  });

  it("of a choice is refused with the choices", async () => {
    expect(await refused(await run({ decide: ["snapshots=force"] }), 64)).toMatch("put-back, stop");
  });

  it("of a run to resume is refused", async () => {
    expect(await refused(await incident.cli("resume", ["20260101-0000-none"]), 64)).toMatch(
      "the journal has no run 20260101-0000-none",
    );
  });
});

describe("a grant", () => {
  const changed = async (change: (grant: Record<string, unknown>) => object): Promise<string> => {
    const grant = JSON.parse(readFileSync(await incident.grant({ vm: [key] }), "utf8")) as Record<string, unknown>;
    return file("changed.json", JSON.stringify({ ...grant, ...change(grant) }));
  };

  it("for another machine is refused by that machine's name", async () => {
    const grant = await incident.grant({ vm: ["pgtest2"] });
    const says = await refused(await run({ grant }), 5);
    expect(says).toMatch("the grant does not cover pgtest1");
    expect(says).toMatch("Nothing was executed");
  });

  it("for another text of the runbook is refused", async () => {
    const grant = await changed(() => ({ runbook_digest: "0".repeat(64) }));
    expect(await refused(await run({ grant }), 5)).toMatch("is for another text of the runbook");
  });

  it("that is too old is refused with the time it ended", async () => {
    const grant = await changed(() => ({ expires_at: "2026-01-01T00:00:00.000Z" }));
    expect(await refused(await run({ grant }), 5)).toMatch("the grant expired at 2026-01-01T00:00:00.000Z");
  });

  it("that others can read is refused", async () => {
    const grant = await incident.grant({ vm: [key] });
    chmodSync(grant, 0o644);
    expect(await refused(await run({ grant }), 65)).toMatch("a grant has mode 0600");
  });

  it("that is no grant is refused", async () => {
    expect(await refused(await run({ grant: file("no.json", "{") }), 65)).toMatch("is not a grant");
  });

  it("with another contract for one step covers no page with that step, and nothing of that page is done", async () => {
    const grant = await changed(({ contracts }) => ({
      contracts: { ...(contracts as object), attach: "0".repeat(64) },
    }));
    const said = await run({ grant });
    expect([said.exit, said.err]).toEqual([5, ""]);
    expect(said.out).toContain("the grant does not cover it");
    const all = await effects(incident.lab);
    expect(done(all, "deleteSnapshot")).toHaveLength(2);
    expect(all.filter(({ what }) => what === "attach" || what === "sql close-jobs")).toEqual([]);
    const resumed = await incident.resume({ vm: [key] });
    expect(resumed.exit).toBe(0);
    await expectRecovered(incident.lab, key, was.jobs);
  });

  it("that is missing leaves the run before its first page, with nobody to ask", async () => {
    const said = await run({});
    expect([said.exit, said.err]).toEqual([5, ""]);
    expect(said.out).toContain("there is nobody to ask and no grant");
    expect(await effects(incident.lab)).toEqual([]);
  });
});

describe("a journal", () => {
  const path = (): string => journalPath(incident.env, "lab-incident");

  it("whose folder cannot be made stops everything", async () => {
    const grant = await incident.grant({ vm: [key] });
    const folder = dirname(dirname(path()));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "a file where a folder should be");
    expect(await refused(await run({ grant }), 73)).toMatch("Nothing was executed");
  });

  it("that is something else stops everything, and is left as it is", async () => {
    const grant = await incident.grant({ vm: [key] });
    rmSync(dirname(path()), { recursive: true });
    mkdirSync(dirname(path()), { recursive: true, mode: 0o700 });
    writeFileSync(path(), "no database at all\n".repeat(100), { mode: 0o600 });
    expect(await refused(await run({ grant }), 73)).toMatch("Nothing was executed");
    expect(readFileSync(path(), "utf8")).toBe("no database at all\n".repeat(100));
  });
});

describe("an answer that says nothing", () => {
  it.each([
    ["daemon", 69, /NO ANSWER .*the Volume Daemon answered 200/u],
    ["cloudstack", 1, /FAILED .*CloudStack/u],
  ])("from %s to a first question ends the run before any effect, with exit %i", async (role, exit, says) => {
    const grant = await incident.grant({ vm: [key] });
    await fault(incident.lab, `${role}-garbage`);
    const said = await run({ grant });
    expect([said.exit, said.err]).toEqual([exit, ""]);
    expect(said.out).toMatch(says);
    expect(await effects(incident.lab)).toEqual([]);
  });

  /** A run that meets one fault, once. */
  const meets = async (name: string, params: Record<string, string>): Promise<Said> => {
    const grant = await incident.grant({ vm: [key] });
    await fault(incident.lab, name, { ...params, times: 1 });
    return run({ grant });
  };

  async function expectAskedAnew(said: Said, command: string): Promise<void> {
    await expectRecovered(incident.lab, key, was.jobs);
    expect(done(await effects(incident.lab), command)).toHaveLength(2);
    const events = incident.events(said.run);
    const at = events.findIndex(({ type }) => type === "step.reconciled");
    const [settled] = events.slice(at);
    const after = events.slice(at + 1).filter(({ step_id }) => step_id === settled?.step_id || step_id === null);
    const intent = after.findIndex(({ type }) => type === "step.intent");
    expect(after.slice(0, intent).map(({ type }) => type)).toContain("approval.given");
  }

  async function expectSettled(said: Said, command: string): Promise<void> {
    await expectRecovered(incident.lab, key, was.jobs);
    await expectRestUntouched(incident.lab, was);
    const events = incident.events(said.run);
    expect(events.filter(({ type }) => type === "step.reconciled")).toHaveLength(1);
    expect(done(await effects(incident.lab), command)).toHaveLength(2);
  }

  const lost: [what: string, name: string, params: Record<string, string>, command: string][] = [
    ["a detach lost after the work", "daemon-drop-after", { method: "POST", path: "/detach" }, "detach"],
    ["a detach answered with 500 after the work", "daemon-error-after", { method: "POST", path: "/detach" }, "detach"],
    ["an attach lost after the work", "daemon-drop-after", { method: "POST", path: "/attach" }, "attach"],
    ["a deletion lost after the work", "cloudstack-drop-after", { path: "command=deleteSnapshot" }, "deleteSnapshot"],
  ];

  it.each(lost)("to %s is settled by reading, and it is not sent again", async (_what, name, params, command) => {
    const said = await meets(name, params);
    expect([said.exit, said.err]).toEqual([0, ""]);
    await expectSettled(said, command);
  });

  const unsent: [what: string, name: string, params: Record<string, string>, command: string][] = [
    ["a detach dropped before the work", "daemon-drop-before", { method: "POST", path: "/detach" }, "detach"],
    ["a detach answered with garbage", "daemon-garbage", { method: "POST", path: "/detach" }, "detach"],
  ];

  it.each(unsent)(
    "to %s is settled by reading, and asked for anew before it is sent again",
    async (_what, name, params, command) => {
      const said = await meets(name, params);
      expect([said.exit, said.err]).toEqual([0, ""]);
      await expectAskedAnew(said, command);
    },
  );

  const REVERT = { path: "command=revertSnapshot" };

  it("to a deletion dropped before the work is looked for, and it is asked for anew", async () => {
    const said = await meets("cloudstack-drop-before", { path: "command=deleteSnapshot" });
    expect([said.exit, said.err]).toEqual([0, ""]);
    expect(said.out).toMatch(/CloudStack has no such job that was not there before; looked: /u);
    await expectAskedAnew(said, "deleteSnapshot");
  });

  it.each([
    ["lost after the work", "cloudstack-drop-after", 1],
    ["answered with 500 after the work", "cloudstack-error-after", 1],
    ["dropped before the work", "cloudstack-drop-before", 0],
  ])("to a revert %s is in doubt, since a job that has ended is not listed", async (_what, name, count) => {
    const said = await meets(name, REVERT);
    expect(said.exit).toBe(3);
    expect(said.out).toMatch(/IN DOUBT .*CloudStack has no such job/u);
    expect(done(await effects(incident.lab), "revertSnapshot")).toHaveLength(count);
  });

  it("to a revert is settled by a list that has ended jobs, too, as before 4.12", async () => {
    await fault(incident.lab, "cloudstack-lists-ended");
    const said = await meets("cloudstack-drop-after", REVERT);
    expect([said.exit, said.err]).toEqual([0, ""]);
    await expectSettled(said, "revertSnapshot");
  });

  it("to a revert that such a list shows not to have been sent is asked for anew", async () => {
    await fault(incident.lab, "cloudstack-lists-ended");
    const said = await meets("cloudstack-drop-before", REVERT);
    expect([said.exit, said.err]).toEqual([0, ""]);
    await expectAskedAnew(said, "revertSnapshot");
  });
});
