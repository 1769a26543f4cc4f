/** A process table that this user cannot wholly read is no table in which nobody holds a disk: nothing is begun on it. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { effects, keyOf } from "./support/effects.ts";
import { configuredSite } from "./support/hidden.ts";
import { anIncident, RUNBOOK, type Incident } from "./support/incident.ts";
import { HIDDEN, needs } from "./support/needs.ts";

describe("a site on a machine with processes that may not be looked into", await needs(HIDDEN), () => {
  let incident: Incident;
  beforeAll(async () => {
    incident = await anIncident();
  });
  afterAll(() => incident.down());

  it("pauses with 69 before the first change, says why, and what to do", async () => {
    await incident.world("stuck-virtio");
    const values = { lab: false, config: configuredSite(incident), vm: [await keyOf(incident.lab, "pgtest1")] };
    const env = { HANDRAIL_LAB: undefined };
    const grant = join(incident.root, "grant.json");
    expect((await incident.cli("grant", [RUNBOOK], { ...values, o: grant }, env)).exit).toBe(0);
    const said = await incident.cli("run", [RUNBOOK], { ...values, grant }, env);
    expect(said.exit).toBe(69);
    expect(said.out).toMatch(/Whether a process holds the disks is not known: \d+ of them may not be looked into/u);
    expect(said.out).toMatch(/Run Handrail (?:as root )?on the appliance/u);
    expect(await effects(incident.lab)).toEqual([]);
  });
});
