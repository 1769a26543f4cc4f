/** The long number of a batch: two hundred machines, ten of which fail. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectFewDecisions } from "./support/batch.ts";
import { anIncident, type Incident } from "./support/incident.ts";

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

it("recovers two hundred machines with at most nine decisions, and those that failed when it is tried again", async () => {
  expect.hasAssertions();
  await expectFewDecisions(incident, 200);
});
