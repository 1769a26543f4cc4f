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
    expect(s.text()).not.toContain("2 Detach the volumes");
  }
});

test("not where the run is over, nor for a typed statement", async () => {
  const typed = { ...run, run_id: "20261112-0302-abcd", runbook: "sql", targets: [{ key: "sql", label: "SQL" }] };
  const s = await board([{ ...run, status: "closed", outcome: "closed, exit 0" }, typed]);
  await s.advance(2000);
  expect(s.text()).not.toMatch(/lost-vm|SQL/u);
});

/** Two VMs, of which each has an open run; the cursor is on zeta. */
async function twoOpen(): Promise<Screen> {
  const world = makeWorld();
  world.vms = [vmNamed("alpha"), vmNamed("zeta")];
  world.runs = ["alpha", "zeta"].map((name) => ({
    ...run,
    run_id: `20261112-0301-${name}`,
    targets: [{ key: `ctx-${name}`, label: name }],
  }));
  screen = await openScreen(world);
  await screen.waitFor("zeta");
  await screen.press("down");
  await screen.waitFor("20261112-0301-zeta");
  return screen;
}

test("and once that is over too, no key acts on the VM that stands first on the board instead", async () => {
  const s = await twoOpen();
  s.world.runs = s.world.runs.filter(({ run_id }) => run_id.endsWith("alpha"));
  await s.press("enter");
  s.world.vms = s.world.vms.filter(({ label }) => label === "alpha");
  await s.advance(2000);
  await s.press("escape");
  await s.waitFor("does not list ctx-zeta; the arrow keys choose another");
  for (const key of ["u", "c", "enter", "space", "p"]) await s.press(key);
  expect(s.world.asked).toBeNull();
  expect(s.console.model.screens).toEqual(["board"]);
  await s.press("down");
  await s.waitFor("20261112-0301-alpha");
});

test("a filter that comes to hide the VM under the cursor moves no key to another one", async () => {
  const s = await twoOpen();
  await s.press("/", "stuck", "enter");
  await s.waitFor("filter: stuck");
  expect(s.console.model.board.selected).toBe("ctx-zeta");
  await s.press("enter");
  await s.waitFor("key ctx-zeta");
  s.world.runs = s.world.runs.map((one) =>
    one.run_id.endsWith("zeta") ? { ...one, status: "driven", driver: "bob (pid 7)" } : one,
  );
  await s.press("escape");
  await s.waitFor("the filter hides zeta; the arrow keys choose another");
  await s.press("u", "enter", "c");
  expect(s.world.asked).toBeNull();
  expect(s.console.model.screens).toEqual(["board"]);
  await s.press("escape");
  await s.waitFor("bob (pid 7) drives a run for it just now");
});
