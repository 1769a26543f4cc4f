import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordedEvents, recordedSources } from "../../src/cli/rehearsal/recorded.ts";
import { apply } from "../../src/engine/apply.ts";
import type { RunState } from "../../src/engine/state.ts";
import { quietIo } from "../support/incident.ts";

test("the recorded lab run is one that today's engine understands, from the first page to the recovered VM", () => {
  const events = recordedEvents();
  let state: RunState | null = null;
  for (const event of events) state = apply(state, event);
  expect(state?.closed?.ends.map(({ label, end }) => [label, end])).toEqual([["pgtest1", "recovered"]]);
  expect(events.filter(({ type }) => type === "run.resumed")).toHaveLength(1);
});

test("the recording names neither a person nor a machine", () => {
  const events = recordedEvents();
  expect(new Set(events.map(({ actor }) => `${actor.login}@${actor.host}`))).toEqual(new Set(["oncall@oma"]));
  expect(JSON.stringify(events)).not.toMatch(/"root"|\/(?:root|home|work|tmp)\//u);
});

test("the recording can be reported, as every run on the screen", async () => {
  const folder = mkdtempSync(join(tmpdir(), "handrail-recorded-"));
  const before = process.cwd();
  try {
    process.chdir(folder);
    const sources = recordedSources(recordedEvents(), quietIo({ HOME: folder }).io);
    const written = await sources.report("20261125-1204-0gax");
    const file = join(folder, "handrail-20261125-1204-0gax.md");
    expect(written).toEqual({ ok: true, value: file });
    expect(readFileSync(file, "utf8")).toMatch(/^# Report of run 20261125-1204-0gax$/mu);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  }
});
