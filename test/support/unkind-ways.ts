/**
 * The unkind worlds by the two other ways in: at the console, where somebody answers what is asked and presses the key that
 * is offered, and through the endpoint, whose caller gets no 2xx before it is so, and whose operator goes on from its answer.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byConsole } from "./by-console.ts";
import { before, done, effects, expectRecovered, expectRestUntouched, keyOf, query } from "./effects.ts";
import { ask, cleanupPath, endpointOfTest } from "./endpoint.ts";
import { anIncident, nameOnlyOnce, type Incident } from "./incident.ts";
import { calledTo } from "./random-lab.ts";

/** What somebody chooses who believes what is said, the first that is offered. */
export const CHOICES: readonly RegExp[] = [
  /cannot be taken back, then rests on your word/u,
  /^Look again what became of it/u,
  /^Mend/u,
  /It may not have been: go on all the same/u,
  /Leave it as it is; a new run looks/u,
  /^Look again/u,
];
/** Where the failure says that a new run is needed. */
const ANEW: readonly RegExp[] = [/^Leave it failed/u, ...CHOICES];

type WorldRow = readonly [world: string, vm: string, choices: readonly RegExp[]];

const WORLDS: readonly WorldRow[] = [
  ["already-detached-431:in-cloudstack", "pgtest1", ANEW],
  ["daemon-killed", "pgtest1", CHOICES],
  ["daemon-killed:before-cloudstack", "pgtest1", CHOICES],
  ["daemon-database-lost", "pgtest1", CHOICES],
  ["lost-poll", "pgtest1", CHOICES],
  ["all-slow", "pgtest1", CHOICES],
  ["revert-unknown", "pgtest1", CHOICES],
  ["revert-unknown:forgotten", "pgtest1", CHOICES],
  ["delete-unknown", "pgtest1", CHOICES],
  ["attach-unknown", "pgtest1", CHOICES],
  ["snapshot-gone", "web-frontend-02", CHOICES],
  ["rollback-failed", "pgtest1", CHOICES],
  ["odd-name", "192.168.1.20", CHOICES],
];

/** The tests of these worlds, or of all of them. */
export function unkindWays(wanted: readonly string[] = WORLDS.map(([world]) => world)): void {
  let incident: Incident;
  beforeAll(async () => {
    incident = await anIncident();
  });
  afterAll(() => incident.down());

  /** Loads a world and gives what has to hold once somebody went through it. */
  async function enter(world: string, vm: string): Promise<{ key: string; expectWell: () => Promise<void> }> {
    const { lab } = incident;
    await incident.world(world);
    await nameOnlyOnce(lab);
    const key = await keyOf(lab, vm);
    const was = await before(lab, [key]);
    const expectWell = async (): Promise<void> => {
      await expectRecovered(lab, key, was.jobs);
      await expectRestUntouched(lab, was);
      const all = await effects(lab);
      for (const what of ["detachVolume", "attachVolume", "revertSnapshot", "deleteSnapshot"]) {
        const hit = done(all, what);
        expect(new Set(hit).size, `${what} twice: ${hit.join(", ")}`).toBe(hit.length);
      }
      expect(await query(lab, "select id from volume_operations where status in ('pending', 'executing')")).toEqual([]);
    };
    return { key, expectWell };
  }

  describe.each(WORLDS.filter(([world]) => wanted.includes(world)))("%s", (world, vm, choices) => {
    it("is recovered at the console", async () => {
      const { expectWell } = await enter(world, vm);
      const exits = await byConsole(incident, vm, ...choices);
      expect(exits.at(-1)).toBe(0);
      await expectWell();
    });

    it("is recovered from the answer of the endpoint on", async () => {
      const { key, expectWell } = await enter(world, vm);
      const endpoint = await endpointOfTest(incident, { granted: 10 });
      const { status, json } = await ask(endpoint.url, cleanupPath(vm), { method: "POST" });
      expect(json["success"]).toBe(status === 200);
      await endpoint.stop();
      const exit = status === 200 ? 0 : -1;
      const said = { exit, out: JSON.stringify(json), err: "", run: String(json["run_id"] ?? "") };
      expect(await calledTo(incident, [key], said)).toBe("recovered");
      await expectWell();
    });
  });
}
