/** kill -9 at any moment, and a run that is refused before anybody looks: what is in doubt still stands first. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seeded } from "./support/crash.ts";
import { doubtStaysFirst } from "./support/doubt-kill.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { chooseKill } from "./support/kill.ts";
import { trials } from "./support/sample.ts";

const KILLS = trials(2, 4);
/** HANDRAIL_SEED plays the kills of one run again, as far as a clock allows. */
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);
const pick = seeded(seed);

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ scale: 30 });
});

afterAll(() => incident.down());

describe("a doubt outranks a run that was refused after it", () => {
  const kills = Array.from({ length: KILLS }, () => chooseKill(pick));

  it.each(kills)(`after SIGKILL in $scenario.world at line $line (HANDRAIL_SEED=${seed})`, async (kill) => {
    await expect(doubtStaysFirst(incident, kill)).resolves.toBeTypeOf("boolean");
  });
});
