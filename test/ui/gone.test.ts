/** A VM that the database has lost is on the board for as long as a run of it needs somebody. */
import { afterEach, expect, test } from "vitest";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed, type World } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const run: World["runs"][number] = {
  run_id: "20261112-0301-abcd",
  created: "2026-11-12T03:01:00.000Z",
  runbook: "failed-execution-cleanup",
  title: "Failed Execution Cleanup",
  operator: "oncall",
  targets: [{ key: "ctx-lost", label: "lost-vm" }],
  outcome: "paused: hold broken",
  status: "paused",
  driver: "",
  doubts: [],
};

async function board(runs: World["runs"]): Promise<Screen> {
  const world = makeWorld();
  world.vms = [vmNamed("alpha")];
  world.runs = runs;
  screen = await openScreen(world);
  await screen.waitFor("alpha");
  return screen;
}

test("with the run that waits, and what is wrong with it", async () => {
  const s = await board([run]);
  await s.waitFor("lost-vm");
  await s.press("down");
  await s.waitFor("the database does not list it any more");
  expect(s.text()).toContain("20261112-0301-abcd");
});

test("for which nothing can begin, and the key says so before it asks", async () => {
  const s = await board([run]);
  await s.waitFor("lost-vm");
  await s.press("down", "c");
  await s.waitFor("the database does not list ctx-lost");
  expect(s.text()).not.toContain("there is no VM");
});

test("for which nothing is planned, neither on the board nor in its detail", async () => {
  const s = await board([run]);
  await s.waitFor("lost-vm");
  for (const key of ["down", "enter"]) {
    await s.press(key, "p");
    await s.waitFor("the database does not list ctx-lost");
    expect(s.text()).not.toContain("It is done when all of this was seen");
  }
});

test("not where the run is over, nor for a typed statement", async () => {
  const typed = { ...run, run_id: "20261112-0302-abcd", runbook: "sql", targets: [{ key: "sql", label: "SQL" }] };
  const s = await board([{ ...run, status: "closed", outcome: "closed, exit 0" }, typed]);
  await s.advance(2000);
  expect(s.text()).not.toMatch(/lost-vm|SQL/u);
});
