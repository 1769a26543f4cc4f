/** Every page that a person is asked about shows all of its document, and nothing else, wherever it is shown. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newRun } from "../src/ui/new-model.ts";
import { History } from "../src/ui/run/history.ts";
import { nowSaid } from "../src/ui/run/now.ts";
import { PLAIN_WORDS } from "../src/ui/words.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";
import { walk } from "./support/pages.ts";

let incident: Incident;
let climbing: Incident;
beforeAll(async () => {
  incident = await anIncident();
  climbing = await anIncident({ runbook: VIRTIO });
});
afterAll(async () => {
  await incident.down();
  await climbing.down();
});

const WEB = "web-frontend-02";

describe("the pages of the cleanup", () => {
  it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ["stuck-virtio", ["pgtest1"], {}],
    ["stuck-virtio", ["pgtest1", "pgtest2", "PhilB Test machine", WEB, "QUAD-DC-01"], {}],
    ["mixed-volumes:test-vm", [WEB], { destination: "destroy" }],
  ])("%s, %j", async (world, names, picks) => {
    const pages = await walk(incident, world, names, picks);
    expect(pages.length).toBeGreaterThanOrEqual(4);
    // What is lost for good, and since when, is said in the first lines of the page that does it.
    const revert = pages.find(({ summary }) => summary.effects.some(({ what }) => what === "revertSnapshot"));
    expect(revert?.summary.oldest).toMatch(/^\d{4}-\d\d-\d\dT/u);
    expect(revert?.summary.lost.map(({ message }) => message).join()).toContain("since the snapshot is lost");
  });
});

describe("the pages of the recovery", () => {
  it("say what is ended, and what for", async () => {
    const pages = await walk(climbing, "stuck-virtio:alive", ["pgtest1"], { way: "release", ending: "complete" });
    const release = pages.find(({ targets }) =>
      targets.some(({ steps }) => steps.some(({ kind }) => kind === "process")),
    );
    expect(release?.risk).toBe("destroy");
    expect(release?.typed).toMatch(/^pgtest1-/u);
    // While it is asked, the run screen says whom.
    const history = new History();
    for (const event of climbing.events(pages[0]?.identity.run_id ?? "")) {
      history.push(event);
      if (event.type === "step.intent" && event.step_id === "end-process") break;
    }
    const said = nowSaid(newRun("driving", "", history), 0, PLAIN_WORDS).text;
    expect(said).toContain("asking the process itself to do it");
    expect(said).not.toContain("the database");
  });
});
