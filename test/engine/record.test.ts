/** What a run yields is durable before anybody hears of it, and nothing goes on where it could not be written. */
import { expect, it } from "vitest";
import { draft } from "../../src/engine/events.ts";
import type { EventDraft, JournalEvent, JournalPort, JournalRefusal } from "../../src/engine/journal-port.ts";
import { record } from "../../src/engine/record.ts";
import { err, ok } from "../../src/ports/result.ts";
import { History } from "./history.ts";

const FULL: JournalRefusal = { kind: "full", opened: true, message: "the disk is full" };
const note = (text: string): EventDraft => draft("run", "operator.note", { target: "ctx-a" }, { text });

/** A run that yields these moments, over a journal that takes what `takes` says; what was tried, told and gone on to. */
async function carried(moments: readonly EventDraft[][], takes: (drafts: readonly EventDraft[]) => boolean) {
  const history = new History();
  const tried: string[][] = [];
  const told: unknown[] = [];
  const gone: number[] = [];
  const run = async function* (): AsyncGenerator<readonly EventDraft[], History["state"], readonly JournalEvent[]> {
    for (const moment of moments) gone.push((yield moment).length);
    return history.state;
  };
  const append: JournalPort["append"] = (drafts) => {
    tried.push(drafts.map(({ body }) => String(body["text"])));
    return takes(drafts) ? ok(drafts.map((each) => history.store(each))) : err(FULL);
  };
  const journal = { append } as unknown as JournalPort;
  const result = await record(run(), journal, [({ body }) => told.push("text" in body ? body.text : "")]);
  return { result, tried, told, gone };
}

it("goes on with what was stored, once everybody was told", async () => {
  const { result, tried, told, gone } = await carried([[note("a"), note("b")], [note("c")]], () => true);
  expect(result.ok).toBe(true);
  expect(tried).toEqual([["a", "b"], ["c"]]);
  expect(told).toEqual(["a", "b", "c"]);
  expect(gone).toEqual([2, 1]);
});

it("tries each event of a refused moment by itself, tells of those that were taken, and ends", async () => {
  const takes = (drafts: readonly EventDraft[]): boolean => drafts.length === 1 && drafts[0]?.body["text"] === "b";
  const { result, tried, told, gone } = await carried([[note("a"), note("b")], [note("c")]], takes);
  expect(result).toEqual(err(FULL));
  expect(tried).toEqual([["a", "b"], ["a"], ["b"]]);
  expect(told).toEqual(["b"]);
  expect(gone).toEqual([]);
});

it("tries an event that came alone no second time", async () => {
  const { result, tried, told } = await carried([[note("a")]], () => false);
  expect([result, tried, told]).toEqual([err(FULL), [["a"]], []]);
});
