/** A run that nobody goes on with is closed from the screen: what is known of it first, then the reason, and then its end. */
import { afterEach, expect, test } from "vitest";
import { approve, begin } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, type World } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const RUN_ID = "20261122-0312-k7f3";

/** A run that was begun and paused at its first question, on the board again. */
async function paused(): Promise<Screen> {
  const world = makeWorld();
  const s = await openScreen(world);
  screen = s;
  await s.waitFor("pgtest1");
  await s.press("c");
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.press("escape");
  await s.waitFor("paused, decision needed");
  list(world, { status: "paused", outcome: "paused: decision needed" });
  await s.press("escape");
  await s.waitFor("Take the run up again");
  return s;
}

function list(world: World, over: Pick<World["runs"][number], "status" | "outcome">): void {
  const { created: time } = { created: "2026-11-22T03:12:00.000Z" };
  const targets = [{ key: "ctx-pgtest1", label: "pgtest1" }];
  const rest = { runbook: "small-cleanup", title: "", operator: "ada", driver: "", doubts: [] };
  world.runs = [{ run_id: RUN_ID, created: time, targets, ...rest, ...over }];
}

test("X on the board shows what is known, X there asks why, and Enter closes it", async () => {
  const s = await paused();
  await s.press("X");
  await s.waitFor("No change is in doubt");
  await expect(s.text()).toMatchFileSnapshot("../frames/close-80.txt");
  s.world.asked = null;
  await s.press("X");
  await s.waitFor("Why is it closed?");
  await s.press("by hand", "enter");
  await s.waitFor("8 more characters at least");
  expect(s.world.asked).toBeNull();
  await s.press(", see INC-4711", "enter");
  await s.waitFor("the run is closed, exit 4");
  expect(s.world.asked).toEqual({ kind: "close", run_id: RUN_ID, note: "by hand, see INC-4711" });
  expect(s.text().replaceAll(/\s+/gu, " ")).toContain("the run was closed: by hand, see INC-4711");
  expect(s.world.sent).toEqual([]);
  await s.press("enter");
  await s.waitFor("- not run");
  expect(s.text()).not.toContain("planned");
});

test("what was made, what nobody approved and what was not come to stands there before the reason is asked", async () => {
  const world = makeWorld();
  const s = await openScreen(world);
  screen = s;
  await s.waitFor("pgtest1");
  await begin(s);
  await approve(s, "APPROVAL: 2 Detach");
  for (const operation of ["op-1", "op-2"]) {
    await s.waitFor(operation);
    world.finish();
  }
  await s.waitFor("APPROVAL: 3");
  await s.advance(500);
  await s.press("escape");
  await s.waitFor("paused");
  list(world, { status: "paused", outcome: "paused: not approved" });
  await s.press("escape", "X");
  await s.waitFor("No change is in doubt");
  const text = s.text().replaceAll(/\s+/gu, " ");
  expect(text).toContain("Effects 2 changes made and seen");
  expect(text).toMatch(/Not approved 3 Delete the snapshots, .*rejected by ada/u);
  expect(text).toMatch(/Not done 3 Delete the snapshots l takes it up again/u);
});

test("Esc takes the reason back, and the run stays open", async () => {
  const s = await paused();
  await s.press("j", "X");
  await s.waitFor("No change is in doubt");
  s.world.asked = null;
  await s.press("X", "never mind all of this", "escape", "escape", "escape");
  await s.waitFor("RUN (UTC)");
  expect(s.world.asked).toBeNull();
  expect(s.console.model.entry).toBeNull();
});

test("a run that is closed, driven or in doubt is not closed, and the key says why", async () => {
  const s = await paused();
  await s.press("j");
  await s.waitFor("RUN (UTC)");
  const [run] = s.world.runs;
  if (run === undefined) throw new Error("no run");
  const doubt = { run_id: RUN_ID, target: "ctx-pgtest1", label: "pgtest1", phase: "detach", step: "detach", item: "" };
  const rest = { title: "Detach", status: "in-doubt" as const, reason: "", event: "event-1", at: "" };
  for (const [over, says] of [
    [{ status: "closed" as const }, "that run is closed already"],
    [{ status: "driven" as const, driver: "bob (pid 7)" }, "bob (pid 7) drives that run; F follows it"],
    [{ doubts: [{ ...doubt, ...rest }] }, "a change of it is in doubt: l looks first what became of it"],
  ] as const) {
    s.world.runs = [
      { ...run, ...over },
      { ...run, run_id: "20261122-0100-open", targets: [] },
    ];
    await s.press("escape", "j");
    await s.press("X");
    if ("doubts" in over) await s.press("X");
    await s.waitFor(says);
    expect(s.console.model.entry).toBeNull();
  }
});
