/** kill -9 at any moment: the next `resume` finds out what happened, and nothing is done twice. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seeded } from "./support/crash.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { chooseKill, surviveKill } from "./support/kill.ts";
import { trials } from "./support/sample.ts";

const KILLS = trials(3, 6);
/** HANDRAIL_SEED plays the kills of one run again, as far as a clock allows. */
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);
const pick = seeded(seed);

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ scale: 30 });
});

afterAll(() => incident.down());

describe("the program", () => {
  const kills = Array.from({ length: KILLS }, () => chooseKill(pick));

  it.each(kills)(`survives SIGKILL in $scenario.world at line $line (HANDRAIL_SEED=${seed})`, async (kill) => {
    const { exit } = await surviveKill(incident, kill);
    expect([0, 3]).toContain(exit);
  });
});
