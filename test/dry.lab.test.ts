/** Dry runs: everything is asked and previewed for real, and the world is afterwards what it was. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Values } from "../src/cli/command.ts";
import { clearFaults, cloudstackState, dumpDatabase, fault, readLedger } from "../src/packs/appliance/lab/index.ts";
import { keyOf } from "./support/effects.ts";
import { anIncident, RUNBOOK, VIRTIO, type Incident, type Said } from "./support/incident.ts";

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

const world = async (): Promise<unknown> => [
  await dumpDatabase(incident.lab),
  await readLedger(incident.lab),
  cloudstackState(incident.lab),
];

/** A dry run in a fresh world, which has to leave it as it was. */
async function dry(name: string, values: Values = {}, runbook = RUNBOOK): Promise<Said> {
  await incident.world(name);
  const before = await world();
  const wish = values["all-stuck"] === true ? {} : { vm: [await keyOf(incident.lab, "pgtest1")] };
  const said = await incident.cli("plan", [runbook], { ...wish, ...values });
  expect(await world()).toEqual(before);
  return said;
}

describe("a dry run leaves every table, the ledger and CloudStack as they were", () => {
  it.each([
    // Three engines are alive and blocked: refused, which is graver than pending.
    ["stuck-virtio:three", 4],
    ["mixed-volumes:test-vm", 5],
    ["half-deleted-snapshots", 5],
    ["half-reverted", 5],
    ["half-attached", 5],
  ])("in the world %s", async (name, exit) => {
    const decide = ["destination=destroy", "disagreement=mend"];
    const said = await dry(name, { "all-stuck": true, decide });
    expect([said.exit, said.err]).toEqual([exit, ""]);
  });

  it("of the recovery, whichever way is decided", async () => {
    for (const way of ["plan", "release"]) {
      const said = await dry("stuck-virtio:alive", { decide: [`way=${way}`] }, VIRTIO);
      expect(said.exit).toBe(5);
      expect(said.out).toMatch("not run: dry");
    }
  });
});

it("shows every change with its values, previews SQL row by row, and says what has to happen first", async () => {
  const said = await dry("stuck-virtio");
  expect(said.exit).toBe(5);
  expect(said.out).toMatch(/DRY RUN .*: Clean up/u);
  expect(said.out).toMatch(/not run: dry Detach volume .*\n +Volume Daemon detach/u);
  expect(said.out).toMatch(/not run: dry Revert .*cannot be previewed yet, since an earlier step has to happen first/u);
  // They are at home now, and will not be once they were detached: "already" would be untrue.
  expect(said.out).toMatch(/not run: dry Attach volume .*: needs nothing as things stand/u);
  expect(said.out).toMatch(/UPDATE vm_replication_contexts/u);
  expect(said.out).toMatch(/current_status.*ready_for_failover/u);
  expect(said.out).toMatch(/current_status +failed_over_test -> ready_for_failover/u);
  expect(said.out).toContain("undo: complete");
  expect(said.out).not.toMatch("resume");
});

it("asks nobody, and is in the journal as what it was", async () => {
  const { run } = await dry("stuck-virtio");
  const types = incident.events(run).map(({ type }) => type);
  expect(types.filter((type) => type.startsWith("approval.") || type === "step.intent")).toEqual([]);
  expect((await incident.cli("journal", ["list"])).out).toMatch(/dry run, closed, exit 5/u);
  expect((await incident.cli("replay", [run])).out).toMatch("not run: dry");
  expect((await incident.cli("report", [run])).out).toMatch("not run: dry");
});

it("is neither resumed nor undone", async () => {
  const { run } = await dry("stuck-virtio");
  for (const command of ["resume", "undo"]) {
    const said = await incident.cli(command, [run]);
    expect([said.exit, said.out]).toEqual([64, ""]);
    expect(said.err).toMatch("was a dry run: it changed nothing");
  }
});

it("ends with 0 where nothing is left to do", async () => {
  await incident.world("stuck-virtio");
  const vm = [await keyOf(incident.lab, "pgtest1")];
  expect((await incident.recover({ vm })).exit).toBe(0);
  const said = await incident.cli("run", [RUNBOOK], { vm, "dry-run": true });
  expect(said.exit).toBe(0);
});

it("that could not be made says nothing of its target: the board suggests what it did before", async () => {
  await incident.world("stuck-virtio");
  const key = await keyOf(incident.lab, "pgtest2");
  const board = (): Promise<Said> => incident.cli("console", [], { "screen-reader": true });
  const line = ({ out }: Said): string => /^pgtest2: .*$/mu.exec(out)?.[0].replace(/\d+ (?:h|min|s)/gu, "") ?? "";
  const before = line(await board());
  expect(before).toContain("Suggested: Cleanup Failed Job");
  await fault(incident.lab, "daemon-down");
  const planned = await incident.cli("plan", [RUNBOOK], { vm: [key] });
  await clearFaults(incident.lab);
  expect(planned.exit).toBe(69);
  expect(line(await board())).toBe(before);
  expect((await incident.cli("resume", ["last"])).err).toContain("was a dry run");
});
