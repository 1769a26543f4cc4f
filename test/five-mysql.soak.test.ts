/** Both runbooks on MySQL: five stuck VMs, a kill -9 in the midst of a statement, `resume`, and each effect counted once. */
import { WHOLE } from "./support/sample.ts";
import { afterEach, describe, expect, it } from "vitest";
import { resumed } from "./support/crash.ts";
import { done, effects, expectRecovered, expectRestUntouched, expectRevertedBeforeDeleted } from "./support/effects.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";
import { killed } from "./support/kill.ts";
import {
  beforeWith,
  expectCompleted,
  expectDaemonAgrees,
  FIVE,
  injections,
  stuckOnes,
  type Stuck,
} from "./support/ladder.ts";
import { MYSQL, needs } from "./support/needs.ts";
import { expectOnce, statements } from "./support/once.ts";

type Was = Awaited<ReturnType<typeof beforeWith>>;

/** Brings five VMs to their end by the program, which is killed when it says `says`, and by `resume`. */
async function carried(
  incident: Incident,
  { world, says, decide = [] }: { world: string; says: RegExp; decide?: readonly string[] },
): Promise<{ ones: readonly Stuck[]; was: Was }> {
  await incident.world(world);
  const ones = await stuckOnes(incident.lab, FIVE);
  const vm = ones.map(({ key }) => key);
  const was = await beforeWith(incident.lab, vm);
  const options = [...vm.flatMap((key) => ["--vm", key]), ...decide.flatMap((each) => ["--decide", each])];
  const args = ["run", incident.runbook, "--lab", ...options, "--grant", await incident.grant({ vm })];
  expect(await killed(incident, args, { says, after: 2 })).toBeNull();
  const said = await resumed(incident, vm, { decide });
  expect([said.at(-1)?.exit, said.at(-1)?.err]).toEqual([0, ""]);
  return { ones, was };
}

describe("five stuck VMs on MySQL", await needs(MYSQL), () => {
  let incident: Incident;
  afterEach(() => incident.down());

  it("are cleaned up, with a kill -9 while snapshot tracking is cleared", async () => {
    incident = await anIncident({ server: "mysql" });
    const says = /\[pgtest2\] doing +Clear the snapshot tracking/u;
    const { ones, was } = await carried(incident, { world: "stuck-virtio", says });
    const { lab } = incident;
    for (const { key, job } of ones) await expectRecovered(lab, key, [job]);
    await expectRestUntouched(lab, was);
    const all = await effects(lab);
    expectOnce(all);
    expectRevertedBeforeDeleted(all);
    for (const what of ["detachVolume", "attachVolume"])
      expect([...done(all, what)].sort()).toEqual([...was.volumes].sort());
    for (const what of ["revertSnapshot", "deleteSnapshot"])
      expect([...done(all, what)].sort()).toEqual(was.all.map(({ snapshot }) => snapshot).sort());
    expect(statements(all)).toEqual({ "sql clear-tracking": 5, "sql close-jobs": 5, "sql reset-context": 5 });
  });

  // It takes as long as all else of MySQL together: the soak has it.
  it.each(WHOLE ? ["after VirtIO injection"] : [])(
    "are completed by hand %s, with a kill -9 while a failover is closed",
    async () => {
      incident = await anIncident({ server: "mysql", runbook: VIRTIO });
      const says = /\[pgtest2\] doing +Mark the failover job as completed/u;
      const decide = ["way=release", "ending=complete"];
      const { ones, was } = await carried(incident, { world: "stuck-virtio:alive", says, decide });
      const { lab } = incident;
      expect(injections(lab)).toEqual([]);
      for (const one of ones) {
        await expectCompleted(lab, one, was);
        await expectDaemonAgrees(lab, one);
      }
      await expectRestUntouched(lab, was);
      const all = await effects(lab);
      expectOnce(all);
      expect(done(all, "deployVirtualMachine")).toHaveLength(5);
      expect([...done(all, "attachVolume")].sort()).toEqual([...was.volumes].sort());
      const closed = { "sql complete-job": 5, "sql complete-tracking": 5, "sql complete-steps": 5 };
      expect(statements(all)).toEqual({ "sql write-destination": 5, ...closed });
    },
  );
});
