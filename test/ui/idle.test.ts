/** While nothing happens nothing is written: times are clock times, and only a limit that is crossed is drawn. */
import { afterEach, expect, test } from "vitest";
import type { RunSummary } from "../../src/ui/sources.ts";
import { approve, begin } from "./person.ts";
import { asLadder } from "./runbook.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, type World } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];

async function opened(world: World, size = SIZES[0]): Promise<Screen> {
  screen = await openScreen(world, size);
  await screen.waitFor("pgtest1");
  return screen;
}

/** Lets time pass, second by second, and gives how much was written meanwhile. */
async function written(s: Screen, seconds: number): Promise<number> {
  const before = s.written().length;
  for (let second = 0; second < seconds; second += 1) s.world.time.advance(1000);
  await s.advance(0);
  return s.written().length - before;
}

/** A run whose first change was accepted at 03:12:01 and may take a minute. */
async function waiting(s: Screen): Promise<void> {
  await begin(s);
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon, until 03:13:01Z at most");
  await s.advance(1000);
}

test.each(SIZES)(
  "a run that waits is drawn at four fifths of its limit, at the limit, and never between ($columns wide)",
  async (size) => {
    const s = await opened(makeWorld(), size);
    await waiting(s);
    expect(s.text()).toContain("run 20261122-0312-k7f3  since 03:12Z");
    expect(await written(s, 45)).toBe(0);
    expect(await written(s, 3)).toBeGreaterThan(0);
    expect(s.text()).toContain("waiting for the Volume Daemon, LITTLE TIME LEFT, until 03:13:01Z: ");
    expect(await written(s, 9)).toBe(0);
    expect(await written(s, 5)).toBeGreaterThan(0);
    expect(s.text()).toContain("waiting for the Volume Daemon, its time was up at 03:13:01Z: ");
    expect(await written(s, 600)).toBe(0);
  },
);

test("so is a rung that is watched, on its page and on that of what is watched", async () => {
  const s = await opened(makeWorld({}, asLadder));
  await s.press("c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("watching, until 03:14:01Z at most: the engine has begun nothing since");
  await s.press("W");
  await s.waitFor("What a run watches");
  await s.advance(1000);
  expect(await written(s, 90)).toBe(0);
  await s.press("escape");
  expect(await written(s, 10)).toBeGreaterThan(0);
  expect(s.text()).toContain("watching, LITTLE TIME LEFT, until 03:14:01Z: the engine has begun");
});

test("a wait of the runbook says which it is, and is not counted", async () => {
  const s = await opened(
    makeWorld({}, (source) =>
      source.replace(
        "          - id: keep\n",
        "          - { id: pause, title: Wait 30 seconds, kind: wait, seconds: 30 }\n          - id: keep\n",
      ),
    ),
  );
  await s.press("c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("Now        waiting: Wait 30 seconds");
  await s.advance(1000);
  expect(await written(s, 25)).toBe(0);
});

test("a question that stands is drawn once it listens, and no more", async () => {
  const s = await opened(makeWorld());
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  await s.advance(1000);
  expect(await written(s, 3600)).toBe(0);
});

test("so is the run of somebody else that is watched", async () => {
  const world = makeWorld();
  const first = await opened(world);
  await waiting(first);
  await first.close();
  const run: RunSummary = {
    run_id: "20261122-0312-k7f3",
    created: "",
    runbook: "small-cleanup",
    title: "Clean up a failed test failover",
    operator: "bob",
    targets: [{ key: "ctx-pgtest1", label: "pgtest1" }],
    outcome: "going on",
    status: "driven",
    driver: "bob (pid 7)",
    doubts: [],
  };
  world.runs = [run];
  screen = await openScreen(world);
  const s = screen;
  await s.waitFor("being recovered");
  await s.press("F");
  await s.waitFor("waiting for the Volume Daemon, until 03:13:01Z at most");
  await s.advance(1000);
  expect(await written(s, 30)).toBe(0);
  for (let second = 0; second < 30; second += 1) await s.advance(1000);
  expect(s.text()).toContain("its time was up at 03:13:01Z");
});

test("a replay tells the time of the event that it stands at, not that of the clock on the wall", async () => {
  const world = makeWorld();
  const first = await opened(world);
  await waiting(first);
  await first.close();
  world.time.advance(86_400_000);
  screen = await openScreen(world, { open: { replay: "20261122-0312-k7f3" } });
  await screen.waitFor("REPLAY");
  await screen.press("G");
  await screen.waitFor("waiting for the Volume Daemon, until 03:13:01Z at most");
  expect(screen.text()).toContain("run 20261122-0312-k7f3  1 s");
});

test("a board that nobody touches is asked about every ten seconds after half a minute, however old what it shows becomes", async () => {
  const world = makeWorld();
  const asked: number[] = [];
  const sources: typeof world.sources = {
    ...world.sources,
    board: () => {
      asked.push(world.time.now());
      world.vms = world.vms.map((vm) => ({ ...vm, seconds: (vm.seconds ?? 0) + 60 }));
      return world.sources.board();
    },
  };
  screen = await openScreen({ ...world, sources });
  const s = screen;
  const looks = async (seconds: number): Promise<number> => {
    const before = asked.length;
    for (let second = 0; second < seconds; second += 1) await s.advance(1000);
    return asked.length - before;
  };
  await s.waitFor("pgtest1");
  expect(await looks(30)).toBeGreaterThanOrEqual(14);
  expect(await looks(60)).toBeLessThanOrEqual(7);
  // Who comes back is shown what is so now.
  const before = asked.length;
  await s.press("down");
  await s.advance(100);
  expect(asked.length).toBe(before + 1);
  expect(await looks(40)).toBeGreaterThanOrEqual(14);
  expect(await looks(30)).toBeLessThanOrEqual(4);
  world.vms = world.vms.map((vm) => ({ ...vm, stuck: false }));
  await looks(10);
  expect(await looks(20)).toBeGreaterThanOrEqual(9);
});
