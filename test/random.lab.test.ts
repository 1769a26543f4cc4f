/** Whatever goes wrong: somebody who follows what is said ends recovered or rightly refused. The soak has 500 seeds. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { anIncident, type Incident } from "./support/incident.ts";
import { choosePlan, survive } from "./support/random-lab.ts";
import { seeded } from "./support/seeded.ts";

const TRIALS = 40;
/** Always the same ones, so that a failure is one of the change that is tested; the soak draws others. */
const first = Number(process.env["HANDRAIL_SEED"] ?? 1_000);

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

it(`${TRIALS} random labs are recovered or rightly refused (HANDRAIL_SEED=${first})`, async () => {
  const ends = new Map<string, number>();
  for (let seed = first; seed < first + TRIALS; seed += 1) {
    const end = await survive(incident, choosePlan(seeded(seed))).catch((error: unknown) => {
      throw new Error(`HANDRAIL_SEED=${seed}`, { cause: error });
    });
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  expect(ends.get("recovered") ?? 0).toBeGreaterThan(TRIALS / 2);
});
