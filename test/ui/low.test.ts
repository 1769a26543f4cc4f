/** The smallest window: which lab or site it is stands on every page, and so does what a key leads to. */
import { afterEach, expect, test } from "vitest";
import { SITE } from "./models.ts";
import { begin, approve } from "./person.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld, vmNamed } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const SMALL = { columns: 60, rows: 15 };

test.each([
  ["the lab", { lab: "incident" }, "LAB incident"],
  ["the site", { name: "plant" }, "plant"],
] as const)("%s stands on each page of a run in a window of 60x15", async (_name, over, place) => {
  const world = { ...makeWorld(), site: { ...SITE, ...over } };
  world.vms = ["pgtest1", "pgtest2", "pgtest3"].map((label) => vmNamed(label));
  const s = (screen = await openScreen(world, SMALL));
  await s.waitFor("pgtest1");
  expect(s.text()).toContain(place);
  await begin(s, "*", "c");
  await approve(s, "APPROVAL: 2 Detach");
  await s.waitFor("waiting for the Volume Daemon");
  expect(s.lines()[0]).toMatch(new RegExp(`^${place} +as \\S+  2 targets`, "u"));
  expect(s.lines()[0]).toMatch(/run \d{8}-\d{4}-\w+$/u);
  for (const key of ["enter", "right", ":", "escape", "?"]) {
    await s.press(key);
    expect(s.text()).toContain(place);
  }
});

test("Next on the board is not cut in 80 columns: its reason stands with the suggestion", async () => {
  const s = (screen = await openScreen(makeWorld()));
  await s.waitFor("pgtest1");
  const next = s.lines().find((text) => text.startsWith("Next"));
  expect(next).toBe("Next       c: Cleanup Failed Job (asks before every change)");
  expect(s.text()).toContain("because the test failover ended");
  expect(s.lines().at(-1)).toContain("⏎ detail");
});
