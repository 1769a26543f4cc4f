/** kill -9 fifty times at seeded moments. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seeded } from "./support/crash.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { chooseKill, surviveKill } from "./support/kill.ts";

const KILLS = 50;
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ scale: 30 });
});

afterAll(() => incident.down());

describe("the program", () => {
  it(`survives SIGKILL at ${KILLS} moments, most of them in the middle (HANDRAIL_SEED=${seed})`, async () => {
    const pick = seeded(seed);
    let hits = 0;
    for (let n = 0; n < KILLS; n += 1) {
      const kill = chooseKill(pick);
      const ended = await surviveKill(incident, kill).catch((error: unknown) => {
        throw new Error(`kill ${n}, ${kill.scenario.world} at line ${kill.line}, seed ${seed}`, { cause: error });
      });
      expect([0, 3]).toContain(ended.exit);
      if (ended.hit) hits += 1;
    }
    expect(hits).toBeGreaterThan(KILLS / 2);
  });
});
