/** In real time: the nudge's wait, and the boxes of the rungs, are as long as the runbook says, within a second. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRunbook, loadFile } from "../src/cli/runbook/file.ts";
import { shippedFile } from "../src/cli/runbook/source.ts";
import type { RunEvent } from "../src/engine/events.ts";
import type { EventDraft } from "../src/engine/journal-port.ts";
import { cloudstackState, sqlQuietly } from "../src/packs/appliance/lab/index.ts";
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

  it("the box of the completion by hand lasts ten minutes where CloudStack says otherwise than the daemon", async () => {
    const spoil = async ({ type, phase_id }: EventDraft): Promise<void> => {
      if (type !== "rung.entered" || phase_id !== "complete-volumes") return;
      const cloud = cloudstackState(incident.lab);
      const on = Object.values(cloud.volumes).find(({ vm, deviceid }) => vm !== cloud.appliance && deviceid === 0);
      if (on === undefined) throw new Error("no test VM has a root disk");
      // In CloudStack it stays where the run put it: what was done still holds, and only the daemon says otherwise.
      await sqlQuietly(incident.lab, "UPDATE device_mappings SET vm_id = ? WHERE volume_uuid = ?", [
        cloud.appliance,
        on.id,
      ]);
    };
    const events = await undisturbedRun(incident, ["way=release", "ending=complete"], () => false, spoil);
    expect(boxOf("complete-volumes")).toBe(600);
    const took = seconds(events, entered("complete-volumes"), ended("complete-volumes"));
    expect(took).toBeGreaterThanOrEqual(600 - 0.05);
    expect(took).toBeLessThan(601);
  });
});
