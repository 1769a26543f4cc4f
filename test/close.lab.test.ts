/** A run that nobody goes on with is closed by a person's word: nothing more of it is done, and it says how it ended. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EventDraft } from "../src/engine/journal-port.ts";
import { boardOf } from "./support/board.ts";
import { crashing } from "./support/crash.ts";
import { effects, keyOf } from "./support/effects.ts";
import { anIncident, RUNBOOK, type Incident } from "./support/incident.ts";
import { APPROVE, tell } from "./support/told.ts";

let incident: Incident;
let key: string;
beforeAll(async () => {
  incident = await anIncident();
});
afterAll(() => incident.down());
beforeEach(async () => {
  await incident.world("stuck-virtio");
  key = await keyOf(incident.lab, "pgtest1");
});

const NOTE = "mended by hand in CloudStack, see INC-4711";
const close = (run: string, values: Record<string, unknown> = {}) =>
  incident.cli("close", [run], { note: NOTE, ...values });
const kinds = (run: string): string[] => incident.events(run).map(({ type }) => type);

describe("handrail close", () => {
  it("ends a run that waits at its first page: nothing was sent for it, and nothing is looked at", async () => {
    const { run } = await incident.cli("run", [RUNBOOK], { vm: [key] });
    expect(await boardOf(incident)).toContain(run);
    const told = await close(run);
    expect(told.exit).toBe(4);
    expect(told.out).toContain(`stopped by decision; nothing was sent for it. the run was closed: ${NOTE}`);
    expect(kinds(run).slice(-2)).toEqual(["run.resumed", "run.closed"]);
    expect(await effects(incident.lab)).toEqual([]);
    expect(await boardOf(incident)).not.toContain(run);
    const again = await close(run);
    expect(again.exit).toBe(64);
    expect(again.err).toContain(`run ${run} is closed (exit 4)`);
    expect((await incident.cli("resume", [run])).exit).toBe(64);
  });

  it("keeps what was done, does what the run promises for its end, and no step more", async () => {
    const { run } = await incident.cli("run", [RUNBOOK], { vm: [key] });
    for (const step of ["start", "detach"]) {
      expect((await tell(incident, "approve", [run, step], { answers: [APPROVE] })).exit).toBe(0);
      expect((await incident.cli("resume", [run])).exit).toBe(5);
    }
    const before = await effects(incident.lab);
    expect(before.length).toBeGreaterThan(0);
    const told = await close(run);
    expect(told.exit).toBe(4);
    expect(await effects(incident.lab)).toEqual(before);
    const rest = kinds(run).slice(kinds(run).lastIndexOf("run.resumed"));
    expect(rest[1]).toBe("evidence.collected");
    // The product's own log is told last.
    expect(rest.findLast((type) => type !== "joblog.written")).toBe("run.closed");
    expect(rest.some((type) => type.startsWith("step.") || type.startsWith("approval."))).toBe(false);
    const report = (await incident.cli("report", [run])).out;
    expect(report).toContain(NOTE);
    expect(report).toContain("Detach");
  });

  it("closes nothing over a change in doubt, and says how to look", async () => {
    const isDetach = (event: EventDraft): boolean => event.type === "step.intent";
    const { run } = await crashing(incident, key, {}, { k: Infinity, manner: "after", stop: isDetach });
    const before = kinds(run);
    const told = await close(run);
    expect(told.exit).toBe(3);
    expect(told.err).toMatch(/is not closed: nobody knows what became of "Detach/u);
    expect(told.err).toContain(`resume ${run}`);
    expect(kinds(run)).toEqual(before);
  });

  it("wants to know why", async () => {
    const { run } = await incident.cli("run", [RUNBOOK], { vm: [key] });
    const before = kinds(run);
    const told = await close(run, { note: "done" });
    expect(told.exit).toBe(64);
    expect(told.err).toContain("say with --note why nobody goes on with it, in at least 15 characters");
    expect(kinds(run)).toEqual(before);
  });
});
