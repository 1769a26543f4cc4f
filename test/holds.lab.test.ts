/** What a run rests on is looked at while it goes on: an engine, a moved volume or another tool's operation stops it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gapText } from "./support/gaps.ts";
import { mostSlipped, stopsEvery } from "./support/hold-counts.ts";
import { MOMENTS } from "./support/holds.ts";
import { anIncident, type Incident } from "./support/incident.ts";
import { ACTS } from "./support/strangers.ts";
import { trials } from "./support/sample.ts";

/** Moments for each act and kind of moment; the soak has fifty. */
const TRIALS = trials(1, 5);

let incident: Incident;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());

describe.each(ACTS)("%s: nothing is sent after a look that could have seen it", (act) => {
  it.each(MOMENTS)("%s", async (when) => {
    const { slipped, gaps } = await stopsEvery(incident, act, when, TRIALS);
    process.stdout.write(`from the last look to the dispatch (${act}, ${when}): ${gapText(gaps)}\n`);
    expect(slipped).toBeLessThanOrEqual(mostSlipped(when, TRIALS));
  });
});
