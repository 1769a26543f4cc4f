/** The journal has the end of a run before its session has let go of everything: every key that is shown works by then. */
import { afterEach, expect, test } from "vitest";
import type { ConsoleWish } from "../../src/ui/console.ts";
import { approve } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** A run that was refused at its first page, while what it holds is not let go before `letGo` is called. */
async function refused(here = false): Promise<{ s: Screen; letGo: () => void }> {
  const world = makeWorld();
  const keys = [world.vms[0]?.key ?? ""];
  const open: ConsoleWish["open"] = here ? { start: { kind: "new", runbook: "small", keys } } : undefined;
  let letGo = (): void => undefined;
  world.putAway = new Promise((resolve) => {
    letGo = resolve;
  });
  const s = await openScreen(world, open === undefined ? {} : { open });
  screen = s;
  if (open === undefined) {
    await s.waitFor("pgtest1");
    await s.press("c");
  }
  await approve(s, "APPROVAL to begin");
  await s.waitFor("DECISION");
  await s.advance(500);
  await s.press("1");
  await s.waitFor("APPROVAL: 2 Detach");
  await s.press("escape");
  await s.waitFor("the run is closed, exit 4");
  return { s, letGo };
}

test("q goes back to the board and asks nothing about a step", async () => {
  const { s, letGo } = await refused();
  await s.press("q");
  await s.waitFor("VMs need you");
  expect(s.text()).not.toContain("Under way");
  letGo();
  await s.advance(500);
  expect(s.text()).toContain("VMs need you");
});

test("q at the board waits, says for what, and then leaves", async () => {
  const { s, letGo } = await refused();
  await s.press("q");
  await s.waitFor("VMs need you");
  let exit: number | null = null;
  void s.console.left.then((code) => (exit = code));
  await s.press("q");
  await s.waitFor("one moment");
  expect(exit).toBeNull();
  letGo();
  await expect(s.console.left).resolves.toBe(4);
});

test("another run can be asked for at once, and begins when everything was let go", async () => {
  const { s, letGo } = await refused();
  s.world.asked = null;
  await s.press("R");
  await s.waitFor("one moment");
  expect(s.world.asked).toBeNull();
  letGo();
  await s.advance(500);
  expect(s.world.asked).toMatchObject({ kind: "retry" });
});

test("a console that was opened for one run ends with that run's code and last lines", async () => {
  const { s, letGo } = await refused(true);
  await s.press("q");
  await s.waitFor("one moment");
  letGo();
  await expect(s.console.left).resolves.toBe(4);
  expect(s.console.farewell.join("\n")).toContain("report with");
});
