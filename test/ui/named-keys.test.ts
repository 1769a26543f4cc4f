/** No page names a key that does nothing there: each is pressed, on every page in many states. `screen.tsx` does the same in every story. */
import { afterEach, describe, expect, test } from "vitest";
import { MODE_TITLES } from "../../src/ui/key-names.ts";
import { modeOf } from "../../src/ui/mode.ts";
import type { Mode } from "../../src/ui/model.ts";
import { at } from "./models.ts";
import { keysIn, silentKeys } from "./named-keys.ts";
import { PAGES } from "./pages.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const SIZES: readonly (readonly [number, number])[] = [
  [60, 15],
  [80, 24],
  [120, 40],
];

test("every mode has a page here", () => {
  const modes = new Set(Object.values(PAGES).map((model) => modeOf(model)));
  expect((Object.keys(MODE_TITLES) as Mode[]).filter((mode) => !modes.has(mode))).toEqual([]);
});

test("keys are found in sentences", () => {
  expect(keysIn("c: Cleanup Failed Job, because it is stuck")).toEqual(["c"]);
  expect(keysIn("Press a to approve all of this page. Esc is no: none of it is done")).toEqual(["a"]);
  expect(keysIn("the run is not closed; u takes it up again")).toEqual(["u"]);
  expect(keysIn("p pauses, x leaves at once, Esc stays")).toEqual(["p", "x", "escape"]);
});

describe.each(SIZES)("at %ix%i", (columns, rows) => {
  test.each(Object.entries(PAGES))("%s: every key that is named does something, or says why not", (_name, model) => {
    for (const ms of [0, 1000]) expect(silentKeys(model, { ...at(ms, rows), columns })).toEqual([]);
  });
});

test("a key of which nobody knows the name is answered like every other", async () => {
  screen = await openScreen(makeWorld());
  await screen.waitFor("2 of 3 VMs need you");
  await screen.press("f5");
  await screen.waitFor("that key does nothing here");
  expect(screen.text()).toContain("? lists the keys");
});

test("what was said of lines that the window did not show is gone with the window", async () => {
  screen = await openScreen(makeWorld(), { columns: 80, rows: 15 });
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press("c");
  await s.waitFor("APPROVAL to begin");
  await s.advance(500);
  await s.press("a");
  await s.waitFor("see to the end first");
  await s.resize(80, 40);
  await s.waitFor("APPROVAL to begin");
  expect(s.text()).not.toContain("see to the end first");
});

test("the key bar of the board has the key that marks, at 80 columns too", async () => {
  screen = await openScreen(makeWorld());
  await screen.waitFor("2 of 3 VMs need you");
  expect(screen.lines().at(-1)).toContain("␣ mark  * all  ⏎ detail  ? help  : find  q quit");
});

test("the help says of a key that does nothing now why it does not", async () => {
  screen = await openScreen(makeWorld(), { columns: 120, rows: 50 });
  await screen.waitFor("2 of 3 VMs need you");
  await screen.press("?");
  await screen.waitFor("take the open run");
  expect(screen.text()).toMatch(/u +take the open run .* Not now: no run is open/u);
});
