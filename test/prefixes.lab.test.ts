/**
 * No reader runs ahead: for every beginning of the journals of real runs, each reader is asked what it says of it, and is
 * held against a plain reading of the same events (`support/held.ts`).
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anIncident, type Incident } from "./support/incident.ts";
import type { RunEvent } from "../src/engine/events.ts";
import { uncited } from "./support/evidence.ts";
import { checkPrefixes } from "./support/prefixes.ts";
import { record, type Recording } from "./support/recordings.ts";
import { sampled } from "./support/sample.ts";

let incident: Incident;
let recordings: readonly Recording[];

beforeAll(async () => {
  incident = await anIncident();
  recordings = await record(incident);
});

afterAll(() => incident.down());

describe("no reader says more than the events hold", () => {
  it("in journals that hold what readers got wrong: doubts, refusals, undos in part and whole, and every kind of end", () => {
    const all = recordings.flatMap(({ events }) => events);
    const exits = all.flatMap((event) =>
      event.type === "run.closed" || event.type === "run.paused" ? [event.body.exit] : [],
    );
    expect(new Set(exits)).toEqual(new Set([0, 1, 3, 4, 5]));
    const marks = new Set(all.flatMap((event) => (event.type === "step.marked" ? [event.body.mark] : [])));
    for (const mark of ["already", "failed", "undone", "undone-in-part", "refused", "not-run-dry"])
      expect(marks).toContain(mark);
    const types = new Set(all.map(({ type }) => type));
    for (const type of ["step.reconciled", "approval.rejected", "run.resumed", "joblog.written"])
      expect(types).toContain(type);
  });

  it("of any beginning of any journal", async () => {
    expect(recordings.length).toBeGreaterThan(10);
    const wrong = [];
    for (const recording of sampled(recordings, 24)) wrong.push(...(await checkPrefixes(recording)));
    expect(wrong).toEqual([]);
  });
});

describe("a claim of a receipt rests on each event that it cites", () => {
  it("and is not made without it, at the end of every run and at every fifth moment before", () => {
    const wrong = recordings.flatMap(({ name, events }) => {
      const runs = new Map<string, RunEvent[]>();
      for (const event of events) runs.set(event.run_id, [...(runs.get(event.run_id) ?? []), event]);
      return [...runs.values()].flatMap((own) =>
        own.flatMap((_event, at) => {
          if (at % 5 !== 0 && at !== own.length - 1) return [];
          return uncited(own.slice(0, at + 1)).map((text) => `${name}, event ${at + 1}: ${text}`);
        }),
      );
    });
    expect(wrong).toEqual([]);
  });
});
