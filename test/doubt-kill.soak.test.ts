/** Fifty kills at moments of a seed, each with runs that are refused before anybody looks: every doubt stands first. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { seeded } from "./support/crash.ts";
import { doubtStaysFirst } from "./support/doubt-kill.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { chooseKill } from "./support/kill.ts";

const KILLS = 50;
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ scale: 30 });
});

afterAll(() => incident.down());

it(`every doubt of ${KILLS} kills stands first (HANDRAIL_SEED=${seed})`, async () => {
  const pick = seeded(seed);
  let doubts = 0;
  for (let at = 0; at < KILLS; at += 1) if (await doubtStaysFirst(incident, chooseKill(pick))) doubts += 1;
  expect(doubts, "kills that left a change in doubt").toBeGreaterThan(KILLS / 10);
});
