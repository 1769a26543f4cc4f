/** Rehearsals on a journal: the failure comes again from what was recorded alone, with the whole world gone. */
import { readFileSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { shippedFile } from "../src/cli/runbook/source.ts";
import { downLab, fault } from "../src/packs/appliance/lab/index.ts";
import { keyOf } from "./support/effects.ts";
import { anIncident, type Incident, type Said } from "./support/incident.ts";

let incident: Incident;
let failed: Said;
let done: Said;
let plan: Said;
const DECIDE = ["snapshots=stop"];

beforeAll(async () => {
  incident = await anIncident();
  await incident.world("stuck-virtio");
  const vm = [await keyOf(incident.lab, "pgtest1")];
  done = await incident.recover({ vm, phases: "detach" });
  await fault(incident.lab, "cloudstack-fail-job", { command: "revertSnapshot", code: 431, text: "no space left" });
  failed = await incident.recover({ vm, decide: DECIDE });
  plan = await incident.cli("plan", ["failed-execution-cleanup"], { vm });
  await downLab(incident.lab);
  vi.spyOn(Socket.prototype, "connect").mockImplementation(() => {
    throw new Error("a rehearsal asked the network");
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await incident.down();
});

function edited(from: string, to: string): string {
  const file = join(incident.root, "edited.yaml");
  const text = readFileSync(shippedFile(), "utf8");
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
  return file;
}

it("of a failed run reproduces the failure, with its sentence and its exit code", async () => {
  expect([failed.exit, failed.out.includes("no space left")]).toEqual([1, true]);
  const said = await incident.cli("rehearse", [], { journal: failed.run });
  expect(said.out).toMatch("REHEARSAL ends as the run did");
  expect([said.exit, said.err]).toEqual([1, ""]);
  expect(said.out).toMatch("no space left");
});

it("of a run of chosen phases ends as it did", async () => {
  const said = await incident.cli("rehearse", [], { journal: done.run });
  expect(said.out).toMatch("REHEARSAL ends as the run did");
  expect(said.exit).toBe(0);
});

it("of a plan says that there is nothing, and which run can be rehearsed", async () => {
  expect(plan.exit).toBe(5);
  const said = await incident.cli("rehearse", [], { journal: plan.run });
  expect([said.exit, said.err]).toEqual([
    64,
    expect.stringMatching(/nothing to rehearse\. The newest that can be:\n/u),
  ]);
  const [, run] = /handrail rehearse --journal (\S+) --lab/u.exec(said.err) ?? [];
  expect(run).toBe(failed.run);
});

it("with another question stops where the journal has no answer", async () => {
  const file = edited(
    "WHERE v.vm_context_id = :context{target.context_id} AND COALESCE(v.status, '') <> 'deleted'\n               ORDER BY v.id",
    "WHERE v.vm_context_id = :context{target.context_id}\n               ORDER BY v.id",
  );
  const said = await incident.cli("rehearse", [], { journal: failed.run, file });
  expect(said.exit).toBe(1);
  expect(said.out).toMatch(
    /REHEARSAL stops at event \d+: the journal has no answer: volumes asks something else today/u,
  );
});

it("with another condition of a phase stops at that phase and says how it differs", async () => {
  const file = edited(
    "when: facts.tracked.size() > 0 || facts.half_cleared.size() > 0\n        otherwise: no snapshot",
    "when: facts.tracked.size() > 99\n        otherwise: no snapshot",
  );
  const said = await incident.cli("rehearse", [], { journal: failed.run, file });
  expect(said.exit).toBe(1);
  expect(said.out).toMatch("phase snapshots was entered; today it is no snapshot is tracked");
});
