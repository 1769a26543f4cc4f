/** Fifty moments for each act and each kind of moment: nothing is sent after a look that could have seen it, 50 of 50. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gapText } from "./support/gaps.ts";
import { mostSlipped, stopsEvery } from "./support/hold-counts.ts";
import { MOMENTS } from "./support/holds.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { ACTS } from "./support/strangers.ts";

const TRIALS = 50;

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

describe.each(ACTS)("%s: nothing is sent after a look that could have seen it, 50 of 50", (act) => {
  it.each(MOMENTS)("%s", async (when) => {
    const { slipped, gaps } = await stopsEvery(incident, act, when, TRIALS);
    process.stdout.write(`${act}, ${when}: ${TRIALS} stopped, ${slipped} sent in the gap; ${gapText(gaps)}\n`);
    expect(slipped).toBeLessThanOrEqual(mostSlipped(when, TRIALS));
  });
});
