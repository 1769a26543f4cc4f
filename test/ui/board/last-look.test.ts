/** While the database lets somebody wait, the board shows what it said last: dimmed, with its time, and deaf to keys. */
import { afterEach, expect, test } from "vitest";
import { err, ok, type Result } from "../../../src/ports/result.ts";
import type { BoardTarget, LastLook } from "../../../src/ui/sources.ts";
import { openScreen, type Screen } from "../screen.tsx";
import { makeWorld, vmNamed } from "../world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const LOOK: LastLook = {
  atMs: Date.parse("2026-11-21T02:58:11.500Z"),
  rows: [
    { status: "stuck", name: "pgtest1", operation: "test failover" },
    { status: "in doubt\u001b[31m", name: "web-frontend-02", operation: "test failover" },
  ],
};

type Answer = Result<readonly BoardTarget[], string>;

/** A board whose database answers when it is told to. */
async function waiting(look: LastLook | null): Promise<{
  s: Screen;
  kept: LastLook[];
  started: () => number;
  answer: (result: Answer) => Promise<void>;
}> {
  const world = makeWorld();
  const kept: LastLook[] = [];
  let starts = 0;
  let release = (_answer: Answer): void => undefined;
  const board = (): Promise<Answer> =>
    new Promise((resolve) => {
      release = resolve;
    });
  const start: typeof world.sources.start = (...args) => {
    starts += 1;
    return world.sources.start(...args);
  };
  const sources = {
    ...world.sources,
    board,
    start,
    lastLook: () => Promise.resolve(look),
    remember: (now: LastLook) => {
      kept.push(now);
      return Promise.resolve();
    },
  };
  const s = await openScreen({ ...world, sources });
  screen = s;
  await s.waitFor("Asking the appliance's database");
  return {
    s,
    kept,
    started: () => starts,
    answer: async (result) => {
      release(result);
      await s.advance(0);
      await s.advance(150);
    },
  };
}

test("it comes after a moment, dimmed and with its time, and goes when the database answers", async () => {
  const { s, kept, answer } = await waiting(LOOK);
  expect(s.text()).not.toContain("pgtest1");
  await s.advance(400);
  await s.waitFor("What the board said on 2026-11-21 at 02:58:11Z");
  expect(s.text()).toContain("? was stuck");
  expect(s.text()).toContain("? was in doubt\\x1b[31m");
  expect(s.lines().filter((text) => text.includes("▌"))).toEqual([]);
  await answer(ok([vmNamed("mail-01")]));
  await s.waitFor("1 of 1 VMs need you");
  expect(s.text()).not.toContain("What the board said");
  expect(s.text()).not.toContain("pgtest1");
  expect(kept.at(-1)?.rows).toEqual([expect.objectContaining({ status: "stuck", name: "mail-01" })]);
});

test("no key acts on what it shows", async () => {
  const { s, started } = await waiting(LOOK);
  await s.advance(400);
  await s.waitFor("was stuck");
  const before = s.lines().slice(0, 12);
  await s.press("c", "enter", "r", "down", "space", "*", "p", "escape");
  await s.advance(1000);
  expect(started()).toBe(0);
  await s.waitFor("was stuck");
  expect(s.lines().slice(0, 12)).toEqual(before);
});

test("where the database fails at first, it stands below the reason", async () => {
  const { s, kept, answer } = await waiting(LOOK);
  await answer(err("connect ECONNREFUSED 127.0.0.1:3306"));
  await s.waitFor("cannot be read: connect ECONNREFUSED");
  await s.waitFor("What the board said on 2026-11-21");
  expect(kept).toEqual([]);
});

test("where nobody looked before, and where the database answers at once, there is none", async () => {
  const { s, answer } = await waiting(null);
  await s.advance(1000);
  expect(s.text()).not.toContain("What the board said");
  await answer(ok([]));
  await s.advance(1000);
  expect(s.text()).not.toContain("What the board said");
});
