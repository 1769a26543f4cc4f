/** A climb that dies at every event around an effect, on every rung and in both manners. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventDraft } from "../src/engine/journal-port.ts";
import { ABANDON, around, COMPLETE, INJECTED, survive, undisturbed, WHOLE_PLAN } from "./support/climb.ts";
import type { Manner } from "./support/crash.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";

let incident: Incident;

beforeAll(async () => {
  incident = await anIncident({ runbook: VIRTIO, scale: 120 });
});

afterAll(() => incident.down());

const MANNERS: readonly Manner[] = ["after", "unwritten"];

/** The exit codes that are honest after a death at an event. */
function rightAfter({ type, step_id }: EventDraft, manner: Manner): readonly number[] {
  // A nudge leaves no trace of whether it was sent.
  if (step_id === "touch") return [0, 3];
  if (step_id !== "revert") return [0];
  // It was never sent, and no list proves that.
  if (type === "step.intent" && manner === "after") return [3];
  // Its job is found while it goes on; one that has ended is not listed, and its id was lost.
  return type === "step.accepted" && manner === "unwritten" ? [0, 3] : [0];
}

describe("a climb", () => {
  it.each([
    ["completed by hand", COMPLETE],
    ["abandoned after the nudge", ABANDON],
    ["abandoned after the advance", WHOLE_PLAN],
  ])("that is %s survives its death at any event that matters", async (_name, decide) => {
    const drafts = await undisturbed(incident, decide);
    for (const [at, event] of drafts.entries()) {
      if (!around(event) && !/^(rung\.|decision\.)/u.test(event.type)) continue;
      for (const manner of MANNERS) {
        const { exit } = await survive(incident, decide, { k: at + 1, manner });
        expect(rightAfter(event, manner), `died at ${manner} ${at + 1} (${event.type} ${event.step_id})`).toContain(
          exit,
        );
      }
    }
  });

  it("survives its death around the injected step, which is written once", async () => {
    const drafts = await undisturbed(incident, INJECTED);
    const moments = drafts.flatMap((event, at) => (event.step_id === "inject-step" && around(event) ? [at + 1] : []));
    expect(moments.length).toBeGreaterThan(1);
    for (const k of moments) {
      for (const manner of MANNERS) {
        const { exit } = await survive(incident, INJECTED, { k, manner });
        // An inserted row without a key of ours cannot be told from somebody else's: an honest doubt, and never a second row.
        expect([0, 3], `died at ${manner} ${k}`).toContain(exit);
      }
    }
  });
});
