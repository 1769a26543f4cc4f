/** Events are told soon after they are written, each once, until nobody wants to hear of them. */
import { expect, it, onTestFinished, vi } from "vitest";
import type { JournalEvent } from "../../src/engine/journal-port.ts";
import { watchEvents } from "../../src/journal/watch.ts";

/** A journal that grows, or fails, by hand; `reads` counts how often its events were read. */
function watched(from = 0) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const stop = new AbortController();
  const [told, source] = [[] as number[][], { length: 0, reads: 0, open: true, broken: false }];
  const events = (after: number): JournalEvent[] => {
    source.reads += 1;
    if (source.broken) throw new Error("locked");
    return Array.from({ length: source.length }, (_, index) => ({ seq: index + 1 }) as JournalEvent).slice(after);
  };
  const begin = (): void =>
    watchEvents(
      { open: () => source.open, version: () => String(source.length), events },
      from,
      (news) => told.push(news.map(({ seq }) => seq)),
      { signal: stop.signal },
    );
  const pass = (): unknown => vi.advanceTimersByTime(100);
  return { told, source, stop, begin, pass };
}

it("each event is told once, in order, in one go for each look", () => {
  const { told, source, begin, pass } = watched(1);
  source.length = 3;
  begin();
  expect(told).toEqual([]);
  pass();
  expect(told).toEqual([[2, 3]]);
  source.length = 5;
  pass();
  pass();
  expect(told).toEqual([
    [2, 3],
    [4, 5],
  ]);
});

it("nothing is read while nothing was committed, and nobody is told of nothing", () => {
  const { told, source, begin, pass } = watched();
  begin();
  for (let looks = 0; looks < 5; looks += 1) pass();
  expect([source.reads, told]).toEqual([1, []]);
});

it("a read that fails is tried again, and loses nothing", () => {
  const { told, source, begin, pass } = watched();
  begin();
  Object.assign(source, { length: 2, broken: true });
  pass();
  expect(told).toEqual([]);
  source.broken = false;
  pass();
  expect(told).toEqual([[1, 2]]);
});

it("whoever stops, even before it began, is told nothing more, and no timer stays", () => {
  const { told, source, stop, begin, pass } = watched();
  begin();
  expect(vi.getTimerCount()).toBe(1);
  stop.abort();
  expect(vi.getTimerCount()).toBe(0);
  source.length = 1;
  begin();
  pass();
  expect([told, vi.getTimerCount()]).toEqual([[], 0]);
});

it("closing the journal ends it", () => {
  const { source, begin, pass } = watched();
  begin();
  source.open = false;
  pass();
  expect([source.reads, vi.getTimerCount()]).toEqual([0, 0]);
});
