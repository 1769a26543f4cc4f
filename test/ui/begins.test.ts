/** A console that is opened begins where the work broke off: its cursor, Next and the header say the same. */
import { afterEach, describe, expect, test } from "vitest";
import type { Doubt } from "../../src/engine/doubt.ts";
import { board } from "./models.ts";
import { leftCount } from "../../src/ui/board/rows.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { cursorRow, placeOnOpen } from "../../src/ui/subject.ts";
import { makeWorld, vmNamed, type World } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

type Run = World["runs"][number];

const run = (name: string, over: Partial<Run> = {}): Run => ({
  run_id: `20261112-0301-${name}`,
  created: "2026-11-12T03:01:00.000Z",
  runbook: "small-cleanup",
  title: "Clean up a failed test failover",
  operator: "ada",
  targets: [{ key: `ctx-${name}`, label: name }],
  outcome: "left in the middle",
  status: "left",
  driver: "",
  doubts: [],
  ...over,
});

const doubt = (name: string): Doubt => ({
  run_id: `20261112-0301-${name}`,
  target: `ctx-${name}`,
  label: name,
  phase: "detach",
  step: "detach",
  item: "vol-1",
  title: "Detach volume vol-1",
  status: "intended",
  reason: "",
  event: "e-1",
  at: "2026-11-12T03:01:00.000Z",
});

async function opened(runs: World["runs"], select?: string): Promise<Screen> {
  const world = makeWorld();
  world.vms = ["alpha", "beta", "gamma"].map((name) => vmNamed(name));
  world.runs = [...runs];
  screen = await openScreen(world, select === undefined ? {} : { open: { select } });
  return screen;
}

/** The row that the cursor stands on. */
const cursorLine = (s: Screen): string => s.lines().find((text) => text.startsWith("▌")) ?? "";

describe("the console that is opened", () => {
  test("has its cursor on what was left in the middle, and Next leads to it", async () => {
    const s = await opened([run("gamma")], "ctx-alpha");
    await s.press("escape");
    await s.waitFor("1 left in the middle, 3 of 3 VMs need you");
    expect(cursorLine(s)).toMatch(/left in the middle gamma/u);
    expect(s.text()).toMatch(/Next +u: Take the run up again/u);
  });

  test("has it on what is in doubt before what was left", async () => {
    const s = await opened([run("alpha"), run("gamma", { doubts: [doubt("gamma")] })]);
    await s.press("escape");
    await s.waitFor("1 in doubt, 1 left in the middle, 3 of 3");
    expect(cursorLine(s)).toContain("gamma");
  });

  test("moves it to a run of which it turns out later that nobody drives it any more", async () => {
    const s = await opened([run("gamma", { status: "driven", driver: "ada (pid 1)" })]);
    await s.waitFor("being recovered");
    expect(cursorLine(s)).toContain("alpha");
    s.world.runs = [run("gamma")];
    await s.advance(2000);
    await s.waitFor("1 left in the middle");
    expect(cursorLine(s)).toContain("gamma");
  });

  test("leaves it where a person put it", async () => {
    const s = await opened([run("gamma", { status: "driven", driver: "ada (pid 1)" })]);
    await s.waitFor("being recovered");
    await s.press("down");
    s.world.runs = [run("gamma")];
    await s.advance(2000);
    await s.waitFor("1 left in the middle");
    expect(cursorLine(s)).toContain("beta");
  });
});

test("a paused run comes behind what was left, and a list that is sorted by name changes nothing of it", () => {
  const model = board();
  const withRuns = (...items: Run[]): typeof model =>
    placeOnOpen({
      ...model,
      board: { ...model.board, selected: null, sort: "name" },
      journal: { ...model.journal, items },
    });
  const paused = run("three", { status: "paused", outcome: "paused: stopped" });
  expect(cursorRow(withRuns())?.target.label).toBe("one");
  expect(cursorRow(withRuns(paused))?.target.label).toBe("three");
  expect(cursorRow(withRuns(paused, run("two")))?.target.label).toBe("two");
  expect(leftCount([paused, run("two"), run("one", { doubts: [doubt("one")] })])).toBe(1);
});
