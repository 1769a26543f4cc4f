/** Very many stuck machines in one run: few decisions, the failed ones named, and a second run that finishes them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fault, loadWorld } from "../src/packs/appliance/lab/index.ts";
import { expectFewDecisions, expectLedgerAgrees, mend } from "./support/batch.ts";
import { anIncident, RUNBOOK, type Incident } from "./support/incident.ts";
import { killed } from "./support/kill.ts";

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

describe("twenty-eight stuck machines, two of which fail", () => {
  it("are recovered with at most nine decisions; the failed ones are named, and retrying finishes them", async () => {
    expect.hasAssertions();
    await expectFewDecisions(incident, 28);
  });
});

describe("a batch", () => {
  it("begins no further machine once more have failed than were allowed, and goes on when it is taken up", async () => {
    await loadWorld(incident.lab, "many-stuck:12");
    await fault(incident.lab, "cloudstack-refuse", { command: "detachVolume", code: 530, text: "no answer" });
    const grant = await incident.grant({ "all-stuck": true });
    const options = { "all-stuck": true, "no-canary": true, "max-parallel": "2", "max-failures": "3", grant };
    const halted = await incident.cli("run", [RUNBOOK], options);
    expect(halted.exit).toBe(1);
    expect(halted.out).toMatch(
      /paused \(too many failures\).*[4-5] VMs failed, more than the 3.*[7-8] were not begun/u,
    );
    await mend(incident);
    const ended = await incident.resume({ "all-stuck": true });
    // Those that had failed were left open: they go on as well.
    expect(ended.exit).toBe(0);
    const recovered = ended.out.match(/batch-vm-\d+(?=: recovered: all 6 success criteria were seen to hold)/gu) ?? [];
    expect(new Set(recovered).size).toBe(12);
    await expectLedgerAgrees(incident, [incident.events(halted.run)]);
  });

  it("that was killed in the middle is taken up where each machine stood, and nothing is done twice", async () => {
    await incident.world("many-stuck:12");
    const grant = await incident.grant({ "all-stuck": true });
    const args = ["run", RUNBOOK, "--lab", "--all-stuck", "--no-canary", "--max-parallel", "12", "--grant", grant];
    expect(await killed(incident, args, { line: 430, after: 5 })).toBeNull();
    const said = await incident.resume({ "all-stuck": true });
    expect([0, 3]).toContain(said.exit);
    await expectLedgerAgrees(incident, [incident.events(said.run)]);
  });
});
