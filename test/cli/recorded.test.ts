import { expect, test } from "vitest";
import { recordedEvents } from "../../src/cli/rehearsal/recorded.ts";
import { apply } from "../../src/engine/apply.ts";
import type { RunState } from "../../src/engine/state.ts";

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
