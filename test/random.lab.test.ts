/** Whatever goes wrong: somebody who follows what is said ends recovered or rightly refused. The soak has 500 seeds. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { anIncident, type Incident } from "./support/incident.ts";
import { choosePlan, survive } from "./support/random-lab.ts";
import { seeded } from "./support/seeded.ts";

const TRIALS = 20;
/** Always the same ones, so that a failure is one of the change that is tested; the soak draws others. */
const first = Number(process.env["HANDRAIL_SEED"] ?? 1_000);

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

/** Each test its own few, so that no limit counts forty recoveries together. */
const CHUNK = 10;
const recovered: number[] = [];

it.each(Array.from({ length: TRIALS / CHUNK }, (_, at) => first + at * CHUNK))(
  `${CHUNK} random labs from seed %i on are recovered or rightly refused`,
  async (from) => {
    for (let seed = from; seed < from + CHUNK; seed += 1) {
      const end = await survive(incident, choosePlan(seeded(seed))).catch((error: unknown) => {
        throw new Error(`HANDRAIL_SEED=${seed}`, { cause: error });
      });
      expect(["recovered", "refused"]).toContain(end);
      if (end === "recovered") recovered.push(seed);
    }
  },
);

it("most of them are recovered: a refusal is right here and there, not as a rule", () => {
  expect(recovered.length).toBeGreaterThan(TRIALS / 2);
});
