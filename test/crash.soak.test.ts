/** Every event of every world, lost or followed by nothing; with HANDRAIL_EVERY=7 every seventh, from a random one on. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENARIOS, survive, undisturbed, type Manner, type Scenario } from "./support/crash.ts";
import { anIncident, type Incident } from "./support/incident.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});

afterAll(() => incident.down());

const every = Number(process.env["HANDRAIL_EVERY"] ?? 1);

const MANNERS: readonly Manner[] = ["after", "unwritten"];
const everything: readonly Scenario[] = [{ world: "stuck-virtio", vm: "pgtest2", exit: 0 }, ...SCENARIOS];

describe.each(everything)("a run of $vm in $world", (scenario) => {
  it.each(MANNERS)("survives a crash at every event (%s)", async (manner) => {
    const { length } = await undisturbed(incident, scenario);
    expect(length).toBeGreaterThan(3);
    for (let k = 1 + Math.floor(Math.random() * every); k <= length; k += every) {
      const ended = await survive(incident, scenario, { k, manner }).catch((error: unknown) => {
        throw new Error(`${scenario.world}, ${scenario.vm}, ${manner} ${k}`, { cause: error });
      });
      expect([scenario.exit, 3], `died ${ended.at}`).toContain(ended.exit);
    }
  });
});
