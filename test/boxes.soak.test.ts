/** In real time: the nudge's wait, and the boxes of the rungs, are as long as the runbook says, within a second. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRunbook, loadFile, shippedFile } from "../src/cli/runbook-file.ts";
import type { RunEvent } from "../src/engine/events.ts";
import { undisturbedRun } from "./support/climb.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";

const { runbook } = findRunbook(loadFile(shippedFile(), VIRTIO), VIRTIO);
let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ runbook: VIRTIO, scale: 1 });
});

afterAll(() => incident.down());

/** Seconds of the wall clock between two events of a run. */
function seconds(events: readonly RunEvent[], from: (event: RunEvent) => boolean, to: (event: RunEvent) => boolean) {
  const [first, last] = [events.find(from), events.find(to)];
  if (first === undefined || last === undefined) throw new Error("the run has no such events");
  return (Date.parse(last.wall_time) - Date.parse(first.wall_time)) / 1_000;
}

const boxOf = (rung: string): number => runbook.phases.find(({ id }) => id === rung)?.rung?.box ?? 0;

const entered =
  (rung: string) =>
  ({ type, phase_id }: RunEvent): boolean =>
    type === "rung.entered" && phase_id === rung;
const ended =
  (rung: string) =>
  ({ type, phase_id }: RunEvent): boolean =>
    type === "rung.ended" && phase_id === rung;

describe("on a blocked engine", () => {
  it("the nudge waits thirty seconds", async () => {
    const stop = ({ type, step_id }: RunEvent): boolean => type === "step.read" && step_id === "thirty-seconds";
    const events = await undisturbedRun(incident, ["way=plan"], (event) => stop(event as unknown as RunEvent));
    const touched = ({ type, step_id }: RunEvent): boolean => type === "step.verified" && step_id === "touch";
    const took = seconds(events, touched, stop);
    expect(took).toBeGreaterThanOrEqual(30);
    expect(took).toBeLessThan(31);
  });

  it("the boxes of nudge and advance last ninety seconds and five minutes", async () => {
    const events = await undisturbedRun(incident, ["way=plan", "nudge=advance"], () => false);
    expect([boxOf("nudge"), boxOf("advance")]).toEqual([90, 300]);
    for (const rung of ["nudge", "advance"]) {
      const took = seconds(events, entered(rung), ended(rung));
      expect(took, `the box of ${rung}`).toBeGreaterThanOrEqual(boxOf(rung) - 0.05);
      expect(took, `the box of ${rung}`).toBeLessThan(boxOf(rung) + 1);
    }
  });
});
