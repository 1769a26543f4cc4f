/** An answer that nobody waits for any more changes nothing of the page that somebody reads. */
import { afterEach, expect, test } from "vitest";
import type { TriedPrinted } from "../../src/phases/printed.ts";
import { ok } from "../../src/ports/result.ts";
import type { RunSummary, Sources } from "../../src/ui/sources.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const RUN: RunSummary = {
  run_id: "20261122-0301-aaaa",
  created: "",
  runbook: "small-cleanup",
  title: "",
  operator: "grace",
  targets: [{ key: "ctx-pgtest1", label: "pgtest1" }],
  outcome: "done",
  status: "closed",
  driver: "",
  doubts: [],
};

/** What was asked and is answered only when the test says so. */
class Late<T> {
  readonly #waiting: ((answer: T) => void)[] = [];
  readonly ask = (): Promise<T> => new Promise((resolve) => void this.#waiting.push(resolve));
  get asked(): number {
    return this.#waiting.length;
  }
  answer(answer: T): void {
    this.#waiting.shift()?.(answer);
  }
  /** Answers what was asked last: answers may overtake each other. */
  answerLast(answer: T): void {
    this.#waiting.pop()?.(answer);
  }
}

async function opened(run: RunSummary, sources: Partial<Sources>): Promise<Screen> {
  const world = makeWorld();
  world.runs = [run];
  screen = await openScreen(Object.assign(world, { sources: { ...world.sources, ...sources } }));
  await screen.waitFor("pgtest1");
  return screen;
}

test("a replay does not come up over the board once its journal was left", async () => {
  const late = new Late<never[]>();
  const s = await opened(RUN, { events: late.ask });
  await s.press("j", "enter");
  expect(late.asked).toBe(1);
  await s.press("escape");
  late.answer([]);
  await s.advance(100);
  expect(s.text()).toContain("2 of 3 VMs need you");
  expect(s.text()).not.toContain("the journal has no run");
});

test("a run that somebody else drives does not come up over the help, nor over a filter that is typed", async () => {
  const late = new Late<never[]>();
  const s = await opened({ ...RUN, status: "driven", driver: "grace (pid 7)" }, { events: late.ask });
  for (const key of ["?", "/"]) {
    await s.press("F", key);
    const text = s.text();
    late.answer([]);
    await s.advance(100);
    expect(s.text()).toBe(text);
    await s.press("escape");
  }
  await s.press("F");
  late.answer([]);
  await s.advance(100);
  expect(s.console.model.screens).toEqual(["board", "replay"]);
});

test("what printed statements would do stands on no plan but the one that asked", async () => {
  const late = new Late<ReturnType<typeof ok<readonly TriedPrinted[]>>>();
  const s = await opened(RUN, { printed: late.ask });
  await s.press("p", "p");
  await s.waitFor("Trying what your documents print");
  await s.press("escape", "down", "p");
  await s.waitFor("2 Detach the volumes");
  late.answer(ok([]));
  await s.advance(100);
  expect(s.text()).not.toContain("What your own documents' SQL would do here");
  await s.press("p");
  late.answer(ok([]));
  await s.waitFor("What your own documents' SQL would do here");
});

test("a run that is watched is read on, whatever late answer of another comes in between", async () => {
  const late = new Late<never[]>();
  const s = await opened({ ...RUN, status: "driven", driver: "grace (pid 7)" }, { events: late.ask });
  await s.press("F", "/", "escape", "F");
  late.answerLast([]);
  await s.advance(100);
  expect(s.console.model.screens).toEqual(["board", "replay"]);
  late.answer([]);
  await s.advance(100);
  expect(late.asked).toBe(0);
  await s.advance(500);
  expect(late.asked).toBe(1);
  late.answer([]);
  await s.advance(1);
  await s.advance(500);
  expect(late.asked).toBe(1);
});

test("the database is asked before the journal has answered, and nothing of it is shown before", async () => {
  const [runs, board] = [new Late<readonly RunSummary[]>(), new Late<Awaited<ReturnType<Sources["board"]>>>()];
  const world = makeWorld();
  screen = await openScreen({ ...world, sources: { ...world.sources, runs: runs.ask, board: board.ask } });
  await screen.advance(100);
  expect([runs.asked, board.asked]).toEqual([1, 1]);
  board.answer(ok(world.vms));
  await screen.advance(200);
  expect(screen.text()).not.toContain("pgtest1");
  runs.answer([{ ...RUN, outcome: "IN DOUBT: x", status: "left" }]);
  await screen.advance(200);
  expect(screen.text()).toContain("pgtest1");
});
