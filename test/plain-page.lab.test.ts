/** The page that ends a process, in a plain terminal: it says no less than the screen, and the run screen says whom it asks. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { newRun } from "../src/ui/new-model.ts";
import { History } from "../src/ui/run/history.ts";
import { nowSaid } from "../src/ui/run/now.ts";
import { PLAIN_WORDS } from "../src/ui/words.ts";
import { keyOf } from "./support/effects.ts";
import { anIncident, VIRTIO, type Incident } from "./support/incident.ts";
import { APPROVE, tell } from "./support/told.ts";

let incident: Incident;
let key: string;
beforeAll(async () => {
  incident = await anIncident({ runbook: VIRTIO });
  await incident.world("stuck-virtio:alive");
  key = await keyOf(incident.lab, "pgtest1");
});
afterAll(() => incident.down());

it("shows the exact signals, the start tick, that there is no preview, the warnings, and what is lost", async () => {
  const { shown, exit } = await tell(incident, "run", [VIRTIO], {
    values: { vm: [key], decide: ["way=release"] },
    answers: [APPROVE, [/and Enter to approve/u, "\u001b"]],
  });
  expect(exit).toBe(4);
  const page = shown.split("=== Approval needed").at(-1) ?? "";
  expect(page).toMatch(/^! /mu);
  const whole = page.replace(/\s+/gu, " ");
  expect(whole).toMatch(/TERM to process \d+, after 10 s KILL/u);
  expect(whole).toMatch(/started at tick \d+ and holds \/dev\//u);
  expect(whole).toContain("no preview [*]");
  expect(whole).toMatch(/\d of \d steps? cannot be undone: an ended process cannot be brought back/u);
});

it("is asked of the process, not of the database", async () => {
  await incident.world("stuck-virtio:alive");
  const grant = await incident.grant({ vm: [key] });
  const decide = ["way=release", "ending=complete"];
  const { run } = await incident.cli("run", [VIRTIO], { vm: [key], grant, decide });
  const history = new History();
  for (const event of incident.events(run)) {
    history.push(event);
    if (event.type === "step.intent") break;
  }
  const said = nowSaid(newRun("driving", "", history), 0, PLAIN_WORDS).text;
  expect(said).toContain("asking the process itself to do it");
});
