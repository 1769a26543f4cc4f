/**
 * What a word of the other side is worth: an operation or a job that failed, a refusal after the work, an id that nobody
 * knows any more. Each is driven through the command line, without a person; the world's own state says what is true.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clearFaults, fault } from "../src/packs/appliance/lab/index.ts";
import { before, done, effects, expectRecovered, keyOf, query, type Before } from "./support/effects.ts";
import { anIncident, type Incident, type Said } from "./support/incident.ts";

const WEB = "web-frontend-02";
let incident: Incident;
let key = "";
let was: Before;
let first = { id: "", snapshot: "" };

beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

type Params = Parameters<typeof fault>[2];

/** A stuck VM of three volumes, and one fault that hits the first of them. */
async function trouble(name: string, params: Params = {}): Promise<void> {
  await incident.world("stuck-virtio");
  key = await keyOf(incident.lab, WEB);
  was = await before(incident.lab, [key]);
  first = was.all[0] ?? first;
  await fault(incident.lab, name, { times: 1, ...params });
}

const recover = (decide: readonly string[] = []): Promise<Said> => incident.recover({ vm: [key], decide: [...decide] });

const statusOf = async (): Promise<unknown[]> => {
  const rows = await query(incident.lab, "select status from volume_operations where volume_id = ?", [first.id]);
  return rows.map(({ status }) => status);
};

/** How often something was done to one thing since the world was loaded, whoever asked for it. */
async function times(action: string, id: string): Promise<number> {
  return done(await effects(incident.lab), action).filter((hit) => hit === id).length;
}

async function recovered(): Promise<void> {
  await expectRecovered(incident.lab, key, was.jobs);
  expect(new Set(await statusOf())).not.toContain("executing");
  for (const { id, snapshot } of was.all) {
    expect(await times("revertSnapshot", snapshot)).toBe(1);
    expect(await times("deleteSnapshot", snapshot)).toBe(1);
    expect(await times("detachVolume", id)).toBe(1);
  }
}

describe("a detach that was carried out by a daemon that", () => {
  it("answers 4xx to the request after it had begun, is found and waited for", async () => {
    for (const status of [404, 409, 499]) {
      await trouble("daemon-error-after", { method: "POST", path: "/detach", status });
      const said = await recover();
      expect([status, said.exit, said.err]).toEqual([status, 0, ""]);
      await recovered();
    }
  });

  it("knows the operation no more when it is asked for it, is found in its list", async () => {
    await trouble("daemon-forget", { times: 20 });
    const said = await recover();
    expect([said.exit, said.err]).toEqual([0, ""]);
    await recovered();
  });
});

describe("a change that was not carried out", () => {
  it("by CloudStack, whose job says so with 431 inside, is a refusal", async () => {
    await trouble("cloudstack-fail-job", { command: "revertSnapshot", id: was.all[0]?.snapshot ?? "", code: 431 });
    const said = await recover();
    expect(said.exit).toBe(1);
    expect(said.out).not.toContain("IN DOUBT");
    expect(await times("revertSnapshot", first.snapshot)).toBe(0);
  });

  it("by CloudStack, whose job failed with 530 and left the snapshot there, is known not to be", async () => {
    await trouble("cloudstack-fail-job", { command: "deleteSnapshot", code: 530 });
    const said = await recover();
    expect(said.exit).toBe(1);
    expect(said.out).toContain("looked: snapshot");
    expect(said.out).not.toContain("IN DOUBT");
  });
});

describe("an attach that CloudStack carried out", () => {
  it("and whose device never appeared is done, and a new run takes it off and attaches it again", async () => {
    await trouble("cloudstack-no-device", { volume: was.all[0]?.id ?? "" });
    const said = await recover();
    expect(said.exit).toBe(1);
    expect(said.out).toContain("it was done. But the daemon's record says detached");
    await clearFaults(incident.lab);
    const next = await recover(["disagreement=mend"]);
    expect([next.exit, next.err]).toEqual([0, ""]);
    await expectRecovered(incident.lab, key, was.jobs);
  });
});

describe("a snapshot", () => {
  it("whose deletion CloudStack has forgotten is gone, and the run goes on", async () => {
    await trouble("cloudstack-forget", { command: "deleteSnapshot" });
    const said = await recover();
    expect([said.exit, said.err]).toEqual([0, ""]);
    await recovered();
  });
});

describe("a revert", () => {
  it.each([
    ["whose job failed with 530 after it was done", "cloudstack-fail-job", { code: 530, effect: "done" }],
    ["whose job CloudStack has forgotten", "cloudstack-forget", {}],
  ])("%s is in doubt until somebody says what became of it, and is not repeated", async (_name, fault, params) => {
    await trouble(fault, { command: "revertSnapshot", ...params });
    const said = await recover();
    expect(said.exit).toBe(3);
    expect(said.out).toContain("Whether the volume was reverted no look can tell");
    // Looking again tells no more, and another run of the VM is not begun.
    expect((await incident.resume({ vm: [key] })).exit).toBe(3);
    const other = await recover();
    expect([other.exit, other.err.includes("--as applied|not-applied")]).toEqual([3, true]);
    const word = await incident.cli("resolve", [said.run, "revert"], {
      as: "applied",
      note: "its job was seen to end in the management server's log",
    });
    expect(word.exit).toBe(0);
    const next = await incident.resume({ vm: [key] });
    expect([next.exit, next.err]).toEqual([0, ""]);
    await recovered();
  });
});

describe("a run without a person in which a step failed", () => {
  it("is left open, and goes on where it failed when it is taken up", async () => {
    await trouble("cloudstack-fail-job", { command: "deleteSnapshot", code: 530 });
    const said = await recover();
    expect(said.exit).toBe(1);
    expect(said.out).toContain(`handrail resume ${said.run}`);
    const next = await incident.resume({ vm: [key] });
    expect([next.exit, next.err]).toEqual([0, ""]);
    await recovered();
  });

  it("is followed by a new one that asks about the revert again, where nothing proves that it stands", async () => {
    await trouble("cloudstack-refuse", { command: "revertSnapshot", id: was.all[1]?.snapshot ?? "", code: 431 });
    expect((await recover()).exit).toBe(1);
    const next = await recover();
    expect([next.exit, next.err]).toEqual([0, ""]);
    expect(next.out).not.toContain("as CloudStack confirmed");
    expect(await times("revertSnapshot", first.snapshot)).toBe(2);
    await expectRecovered(incident.lab, key, was.jobs);
  });

  it("is followed by a new one that does not revert again what it is proved to have reverted", async () => {
    await trouble("cloudstack-refuse", { command: "revertSnapshot", id: was.all[1]?.snapshot ?? "", code: 431 });
    await fault(incident.lab, "cloudstack-lists-ended");
    expect((await recover()).exit).toBe(1);
    expect(await times("revertSnapshot", first.snapshot)).toBe(1);
    const next = await recover();
    expect([next.exit, next.err]).toEqual([0, ""]);
    expect(next.out).toMatch(/did it at .*, as CloudStack confirmed; the volume is detached/u);
    await recovered();
  });
});
