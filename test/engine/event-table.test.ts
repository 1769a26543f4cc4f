/** What a journal may hold that this Handrail cannot read: it says so, and never folds what it does not know. */
import { expect, test } from "vitest";
import { asRunEvent } from "../../src/engine/event-table.ts";
import { draft } from "../../src/engine/events.ts";
import type { JournalEvent } from "../../src/engine/journal-port.ts";
import type { JsonObject } from "../../src/ports/json.ts";
import { History } from "./history.ts";

const stored = (): JournalEvent => new History().store(draft("run", "operator.note", {}, { text: "looked at it" }));

test("an event of this version is read as it is", () => {
  expect(asRunEvent(stored())).toEqual(stored());
});

test("words with blanks, which version 1 had, are read as today's; whatever else there is stays as it was written", () => {
  const read = (type: string, body: JsonObject): unknown => asRunEvent({ ...stored(), schema_v: 1, type, body }).body;
  expect(read("step.marked", { mark: "skipped by the operator", says: "in doubt", evidence: null })).toEqual({
    mark: "skipped-by-operator",
    says: "in doubt",
    evidence: null,
  });
  expect(read("run.paused", { reason: "lock lost", exit: 69, says: "" })).toMatchObject({ reason: "lock-lost" });
  expect(read("rung.ended", { result: "timed out", says: "" })).toMatchObject({ result: "timed-out" });
  expect(read("decision.made", { method: "nobody to ask" })).toMatchObject({ method: "nobody-to-ask" });
  const ends = [
    { key: "a", end: "criteria not met" },
    { key: "b", end: "recovered" },
  ];
  expect(read("run.closed", { exit: 1, ends })).toEqual({
    exit: 1,
    ends: [
      { key: "a", end: "criteria-not-met" },
      { key: "b", end: "recovered" },
    ],
  });
  expect(read("run.closed", { exit: 1 })).toEqual({ exit: 1 });
});

test("what is read in today's words has today's number, its keys in their order and the hash of what is stored", () => {
  const body = { ends: [{ end: "in doubt", key: "a" }], exit: 3 };
  const old: JournalEvent = { ...stored(), schema_v: 1, type: "run.closed", body };
  const today = { ...old, schema_v: 2, body: { ends: [{ end: "in-doubt", key: "a" }], exit: 3 } };
  expect(JSON.stringify(asRunEvent(old))).toBe(JSON.stringify(today));
  expect(JSON.stringify(asRunEvent({ ...old, type: "run.paused", body: { exit: 5 } }).body)).toBe('{"exit":5}');
});

test("an event of a newer version, or of a type that only a newer Handrail knows, is told by its number", () => {
  expect(() => asRunEvent({ ...stored(), seq: 12, schema_v: 3 })).toThrow("event 12 has version 3");
  expect(() => asRunEvent({ ...stored(), seq: 12, type: "target.renamed" })).toThrow(
    "event 12 is of a type that this Handrail does not know: target.renamed",
  );
  expect(() => asRunEvent({ ...stored(), seq: 12, type: "toString" })).toThrow("event 12 is of a type");
});
