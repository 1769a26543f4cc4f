/** No reader runs ahead in any world of the lab: the beginnings of a granted run in each of them, and of the scenes. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { worlds } from "../src/packs/appliance/lab/index.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { checkPrefixes } from "./support/prefixes.ts";
import { record, recordWorld } from "./support/recordings.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident();
});

afterAll(() => incident.down());

const INHABITED = Object.entries(worlds).filter(([, { subject }]) => subject !== "");

it.each(INHABITED)("of a run in the world %s", async (world, { subject }) => {
  const recording = await recordWorld(incident, world, subject.split(", ")[0] ?? "");
  expect(recording.events.length).toBeGreaterThan(5);
  expect(await checkPrefixes(recording)).toEqual([]);
});

it("of the scenes", async () => {
  for (const recording of await record(incident)) expect(await checkPrefixes(recording)).toEqual([]);
});
