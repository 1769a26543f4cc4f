/** Every event of every world, lost or followed by nothing. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENARIOS, survive, undisturbed, type Manner, type Scenario } from "./support/crash.ts";
import { anIncident, type Incident } from "./support/incident.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});

afterAll(() => incident.down());

const MANNERS: readonly Manner[] = ["after", "unwritten"];
const everything: readonly Scenario[] = [{ world: "stuck-virtio", vm: "pgtest2", exit: 0 }, ...SCENARIOS];

describe.each(everything)("a run of $vm in $world", (scenario) => {
  it.each(MANNERS)("survives a crash at every event (%s)", async (manner) => {
    const { length } = await undisturbed(incident, scenario);
    expect(length).toBeGreaterThan(3);
    for (let k = 1; k <= length; k += 1) {
      const ended = await survive(incident, scenario, { k, manner }).catch((error: unknown) => {
        throw new Error(`${scenario.world}, ${scenario.vm}, ${manner} ${k}`, { cause: error });
      });
      expect([scenario.exit, 3], `died ${ended.at}`).toContain(ended.exit);
    }
  });
});
