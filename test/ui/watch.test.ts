/** What a run watches while it goes on: wanted beside observed, by whom, when, and what was seen before. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { approve, begin } from "./person.ts";
import { asLadder, withHold } from "./runbook.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const NARROW = { columns: 80, rows: 24 };
const WIDE = { columns: 120, rows: 40 };
const frame = (name: string, { columns }: { columns: number }): string => `../frames/${name}-${columns}.txt`;
const flat = (s: Screen): string => s.text().replaceAll(/\s+/gu, " ");

async function opened(size = NARROW, runbook = withHold): Promise<Screen> {
  screen = await openScreen(makeWorld({}, runbook), size);
  await screen.waitFor("pgtest1");
  return screen;
}

/** A run that waits for the daemon, under a hold. */
async function underWay(size = NARROW): Promise<Screen> {
  const s = await opened(size);
  await begin(s);
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  return s;
}

/** Somebody takes the second volume off, and the run looks again while it waits. */
async function broken(s: Screen): Promise<void> {
  s.world.detachByHand("vol-2");
  await s.advance(6000);
  await vi.waitFor(async () => {
    s.world.look();
    await s.advance(0);
    expect(s.console.model.run?.state?.targets[0]?.holds["second-stays"]?.holds).toBe(false);
  });
}

describe("the page of what is watched", () => {
  test("says of a hold that nobody looks at it yet, never that it holds", async () => {
    const s = await opened();
    await s.press("c");
    await approve(s, "APPROVAL to begin");
    await s.waitFor("DECISION");
    await s.press("W");
    await s.waitFor("wanted  Nobody takes the second volume off");
    expect(flat(s)).toContain('· later wanted Nobody takes the second volume off asked from the end of "Look before');
    expect(s.text()).not.toContain("holds");
    await s.press("escape");
    await s.waitFor("DECISION");
  });

  test("has wanted beside observed, with its source and the time of the look, and goes back to where it was", async () => {
    const s = await underWay();
    expect(s.lines().at(-1)).toContain("W watched");
    await s.press("W");
    await s.waitFor("wanted  Nobody takes the second volume off");
    await expect(s.text()).toMatchFileSnapshot(frame("watch", NARROW));
    expect(flat(s)).toContain("the Volume Daemon: 1 looked at: vol-2");
    expect(flat(s)).toContain(
      "wanted ends well: Detach volume vol-1 seen 03:12:01Z the Volume Daemon: accepted as op-1",
    );
    await s.press("escape");
    await s.waitFor("waiting for the Volume Daemon");
  });

  test("shows a hold that broke first, and what was seen of it before", async () => {
    const s = await underWay();
    await s.press("W");
    await broken(s);
    await s.waitFor("NOT SO");
    await expect(s.text()).toMatchFileSnapshot(frame("watch-broken", NARROW));
    expect(s.lines().findIndex((text) => text.includes("NOT SO"))).toBeLessThan(
      s.lines().findIndex((text) => text.includes("awaited")),
    );
    expect(flat(s)).toMatch(/seen 03:12:0[67]Z the Volume Daemon: somebody took vol-2 off/u);
    expect(flat(s)).toMatch(/before 03:12:01Z 1 looked at: vol-2/u);
  });

  test("has what the rung waits for, with the clock time at which its box is up", async () => {
    const s = await opened(NARROW, asLadder);
    await s.press("c");
    await approve(s, "APPROVAL to begin");
    await s.waitFor("DECISION");
    await s.advance(500);
    await s.press("1");
    await s.waitFor("watching, ");
    await s.press("W");
    await s.waitFor("wanted  The engine began a step of its own");
    expect(flat(s)).toMatch(
      /awaited wanted The engine began a step of its own seen 03:12:0\dZ the database: the engine has begun nothing since, until 03:14:0\dZ at most/u,
    );
  });

  test("is offered nowhere that nothing is watched", async () => {
    const s = await opened(NARROW, (source) => source);
    await s.press("c");
    await s.waitFor("APPROVAL to begin");
    expect(s.lines().at(-1)).not.toContain("watched");
    await s.press("W");
    await s.waitFor("this run watches nothing");
  });
});

test("a wide window has it beside the steps, and keeps what is no longer so whole", async () => {
  const s = await underWay(WIDE);
  await s.waitFor("── watched ─");
  await expect(s.text()).toMatchFileSnapshot(frame("watched", WIDE));
  await broken(s);
  await s.waitFor("somebody took vol-2 off");
  expect(s.text()).toContain("↺ Nobody takes the second volume off");
});
