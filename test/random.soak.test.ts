/**
 * Five hundred random labs. `HANDRAIL_SEED` names the first, so that a soak that was ended goes on where it stood;
 * `HANDRAIL_TRIALS` says how many.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { anIncident, type Incident } from "./support/incident.ts";
import { choosePlan, survive } from "./support/random-lab.ts";
import { seeded } from "./support/seeded.ts";

const trials = Number(process.env["HANDRAIL_TRIALS"] ?? 500);
const first = Number(process.env["HANDRAIL_SEED"] ?? 1);

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

it(`${trials} random labs from seed ${first} on are recovered or rightly refused`, async () => {
  const failed: string[] = [];
  let recovered = 0;
  for (let seed = first; seed < first + trials; seed += 1) {
    try {
      if ((await survive(incident, choosePlan(seeded(seed)))) === "recovered") recovered += 1;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.message}` : "";
      failed.push(`HANDRAIL_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}${cause}`);
      process.stdout.write(`${failed.at(-1)}\n`);
    }
    if (seed % 50 === 0) process.stdout.write(`seed ${seed}: ${recovered} recovered, ${failed.length} not\n`);
  }
  expect(failed).toEqual([]);
});
