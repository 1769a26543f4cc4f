/** What something else wrote on the terminal goes with Ctrl-L, on any page and in any line that is typed in. */
import { afterEach, expect, test } from "vitest";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

test.each([
  ["the board", []],
  ["help", ["?"]],
  ["a filter", ["/", "p"]],
])("Ctrl-L draws every cell of %s again", async (_what, keys) => {
  screen = await openScreen(makeWorld());
  const s = screen;
  await s.waitFor("pgtest1");
  await s.press(...keys);
  const lines = s.lines();
  await s.scribble("\u001b[7;1HBroadcast message from root\u001b[9;9H\u001b[1;31mreboot");
  expect(s.text()).toContain("Broadcast");
  await s.press("\u000c");
  await expect.poll(() => s.lines()).toEqual(lines);
});
