/** What a journal may hold that this Handrail cannot read: it says so, and never folds what it does not know. */
import { expect, test } from "vitest";
import { asRunEvent } from "../../src/engine/event-table.ts";
import { draft } from "../../src/engine/events.ts";
import type { JournalEvent } from "../../src/engine/journal-port.ts";
import { History } from "./history.ts";

const stored = (): JournalEvent => new History().store(draft("run", "operator.note", {}, { text: "looked at it" }));

test("an event of this version is read as it is", () => {
  expect(asRunEvent(stored())).toEqual(stored());
});

test("an event of a newer version, or of a type that only a newer Handrail knows, is told by its number", () => {
  expect(() => asRunEvent({ ...stored(), seq: 12, schema_v: 2 })).toThrow("event 12 has version 2");
  expect(() => asRunEvent({ ...stored(), seq: 12, type: "target.renamed" })).toThrow(
    "event 12 is of a type that this Handrail does not know: target.renamed",
  );
  expect(() => asRunEvent({ ...stored(), seq: 12, type: "toString" })).toThrow("event 12 is of a type");
});
