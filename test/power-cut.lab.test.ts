/** The power goes at any moment: what the journal did not wait for the disk with is lost, and nothing is done twice or forgotten. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seeded } from "./support/crash.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { chooseKill, surviveKill } from "./support/kill.ts";
import { trials } from "./support/sample.ts";
import { queueWorld } from "./incidents/worlds.ts";
import { recoverOwn, surviveOwnKill } from "./support/own-kill.ts";

const CUTS = trials(2, 4);
/** HANDRAIL_SEED plays the cuts of one run again, as far as a clock allows. */
const seed = Number(process.env["HANDRAIL_SEED"] ?? Date.now() % 1_000_000);
const pick = seeded(seed);

describe("the program", () => {
  let incident: Incident;
  beforeAll(async () => {
    incident = await anIncident({ scale: 30 });
  });
  afterAll(() => incident.down());

  const kills = Array.from({ length: CUTS }, () => ({ ...chooseKill(pick), powerCut: true }));
  it.each(kills)(`survives it in $scenario.world at line $line (HANDRAIL_SEED=${seed})`, async (kill) => {
    const { exit } = await surviveKill(incident, kill);
    expect([0, 3]).toContain(exit);
  });
});

describe("a run on somebody's own tables", () => {
  it(`comes to the same end (HANDRAIL_SEED=${seed})`, async () => {
    const world = await queueWorld();
    try {
      await world.spoil();
      expect(await recoverOwn(world)).toMatchObject({ exit: 0, err: "" });
      const expected = await world.state();
      for (let cut = 0; cut < CUTS; cut += 1) {
        await world.spoil();
        expect(await surviveOwnKill(world, { line: pick(16), after: pick(30), powerCut: true })).toBe(0);
        expect(await world.state()).toEqual(expected);
      }
    } finally {
      await world.down();
    }
  });
});
