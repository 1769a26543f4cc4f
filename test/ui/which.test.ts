/** What a key acts on is what is shown: marks are counted, and those that are not on the screen are asked about. */
import { afterEach, expect, test } from "vitest";
import { see } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const FIVE = ["alpha", "beta", "gamma", "delta", "epsilon"];

/** Five stuck VMs, all marked, of which the filter shows one. */
async function filtered(size = {}): Promise<Screen> {
  const world = makeWorld();
  world.vms = FIVE.map((name) => vmNamed(name));
  screen = await openScreen(world, size);
  await screen.waitFor("5 of 5 VMs need you");
  await screen.press("*");
  await screen.waitFor("5 marked");
  await screen.press("/", "alpha", "enter");
  await screen.waitFor("5 marked, 4 of them hidden by the filter");
  return screen;
}

const begun = (s: Screen): readonly string[] => s.console.model.run?.state?.targets.map(({ label }) => label) ?? [];

test("marks are counted on the board, those that a filter hides too", async () => {
  const s = await filtered();
  await expect(s.text()).toMatchFileSnapshot("../frames/marks-80.txt");
});

test("a key that would act on hidden marks lists them and asks first", async () => {
  const s = await filtered();
  await s.press("c");
  await s.waitFor("5 VMs are marked; the filter hides 4 of them.");
  for (const name of FIVE) expect(s.text()).toContain(name);
  await expect(s.text()).toMatchFileSnapshot("../frames/which-80.txt");
  await s.press("1");
  await s.waitFor("came too early to count");
  await s.advance(500);
  await s.press("enter");
  await s.waitFor("does nothing here");
  expect(s.world.asked).toBeNull();
  await s.press("1");
  await s.waitFor("APPROVAL to begin");
  expect(begun(s).length).toBe(5);
});

test("only the one that is shown can be meant", async () => {
  const s = await filtered();
  await s.press("c");
  await s.waitFor("Cleanup Failed Job only for alpha");
  await s.advance(500);
  await s.press("2");
  await s.waitFor("APPROVAL to begin");
  expect(begun(s)).toEqual(["alpha"]);
});

test("Esc begins nothing and leaves the marks as they were", async () => {
  const s = await filtered();
  await s.press("c");
  await s.waitFor("the filter hides 4 of them.");
  await s.advance(500);
  await s.press("escape");
  await s.waitFor("5 marked, 4 of them hidden");
  expect(s.console.model.run).toBeNull();
});

test("the detail of one VM does not act on others that are marked without asking", async () => {
  const world = makeWorld();
  world.vms = FIVE.map((name) => vmNamed(name));
  const s = await openScreen(world);
  screen = s;
  await s.waitFor("5 of 5 VMs need you");
  await s.press("space", "down", "space", "down", "enter");
  await s.waitFor("key ctx-");
  const looked = FIVE.find((name) => s.lines()[0]?.includes(name) === true);
  await s.press("c");
  await s.waitFor("2 VMs are marked; this screen does not show all of them.");
  await s.advance(500);
  await s.press("2");
  await s.waitFor("APPROVAL to begin");
  expect(begun(s)).toEqual([looked]);
});

test("marking all of what a filter shows leaves the hidden marks alone", async () => {
  const s = await filtered();
  await s.press("*");
  await s.waitFor("4 marked, 4 of them hidden by the filter");
  await s.press("*");
  await s.waitFor("5 marked, 4 of them hidden by the filter");
  expect([...s.console.model.board.marked].sort()).toEqual(FIVE.map((name) => `ctx-${name}`).sort());
});

test("u takes up the open run of the VM under the cursor, never that of another", async () => {
  const world = makeWorld();
  const s = await openScreen(world);
  screen = s;
  await s.waitFor("pgtest1");
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  await see(s);
  await s.advance(500);
  await s.press("a");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("escape");
  await s.waitFor("paused, decision needed");
  const run_id = s.console.model.run?.state?.run_id ?? "";
  const [target] = s.console.model.run?.state?.targets ?? [];
  world.runs = [
    {
      run_id,
      created: "",
      runbook: "small-cleanup",
      title: "",
      operator: "ada",
      targets: [{ key: target?.key ?? "", label: target?.label ?? "" }],
      outcome: "paused: decision needed",
      status: "paused",
      driver: "",
      doubts: [],
    },
  ];
  world.asked = null;
  await s.press("q");
  await s.waitFor("Take the run up again (u)");
  await s.press("down");
  await s.waitFor("key ctx-pgtest2");
  await s.press("u");
  await s.waitFor("no run of this VM is open; j lists those of others");
  expect(world.asked).toBeNull();
  await s.press("up");
  await s.waitFor("key ctx-pgtest1");
  await s.press("u");
  await s.waitFor("DECISION");
  expect(world.asked).toEqual({ kind: "resume", run_id });
  // Of a run that was taken up again only its newest end is told when the console is left.
  await s.advance(500);
  await s.press("escape");
  await s.waitFor("paused, decision needed");
  expect(s.console.farewell).toEqual(["report with: handrail report"]);
});

test("Next says which action is suggested for how many of the marked", async () => {
  const world = makeWorld();
  const s = await openScreen(world);
  screen = s;
  await s.waitFor("pgtest1");
  await s.press("space");
  await s.waitFor("c is suggested for the 1 marked VM; Esc takes the marks away");
  await s.press("space", "space");
  await s.waitFor("3 marked");
  expect(s.text()).toContain("c is suggested for 2 of the 3 marked VMs; each acts on all");
});
