/** The power goes fifty times at seeded moments. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { seeded } from "./support/crash.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { chooseKill, surviveKill } from "./support/kill.ts";

const CUTS = Number(process.env["HANDRAIL_KILLS"] ?? 50);
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ scale: 30 });
});

afterAll(() => incident.down());

it(`survives it at ${CUTS} moments, many of which take events (HANDRAIL_SEED=${seed})`, async () => {
  const pick = seeded(seed);
  let poorer = 0;
  for (let n = 0; n < CUTS; n += 1) {
    const kill = { ...chooseKill(pick), powerCut: true };
    const { exit, lost } = await surviveKill(incident, kill).catch((error: unknown) => {
      throw new Error(`cut ${n}, ${kill.scenario.world} at line ${kill.line}, seed ${seed}`, { cause: error });
    });
    expect([0, 3]).toContain(exit);
    if (lost > 0) poorer += 1;
  }
  process.stdout.write(`${poorer} of ${CUTS} cuts took events\n`);
  expect(poorer).toBeGreaterThan(CUTS / 5);
});
