/** Words that are looked for in a text, and keys that are looked for in the help. */
import { afterEach, expect, test } from "vitest";
import { modeOf } from "../../src/ui/mode.ts";
import type { Model } from "../../src/ui/model.ts";
import { at, board, press, saysOf } from "./models.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** A window in which the help has to scroll. */
const SMALL = at(0, 15);
const help = (): Model => press(board(), "?", SMALL).model;

test("the window goes to the first line from here that has the words, and Enter stays there", () => {
  const found = press(help(), "/ q u i t", SMALL).model;
  expect(modeOf(found)).toBe("search");
  expect(found.help.scroll).toBe(0);
  const leave = press(help(), "/ H a n d r", SMALL).model;
  expect(leave.help.scroll).toBeGreaterThan(0);
  const kept = press(leave, "enter", SMALL);
  expect([modeOf(kept.model), kept.model.help.scroll]).toEqual(["help", leave.help.scroll]);
  expect(saysOf(kept)).toMatch(/^"Handr" in \d+ lines?; this is 1$/u);
});

test("n and N go to the next line and the one before, round and round", () => {
  const kept = press(help(), "/ m a r k enter", SMALL);
  const [, count = ""] = /in (\d+) lines/u.exec(saysOf(kept)) ?? [];
  expect(Number(count)).toBeGreaterThan(1);
  expect(saysOf(press(kept.model, "n", SMALL))).toContain("this is 2");
  expect(saysOf(press(kept.model, "N", SMALL))).toContain(`this is ${count}`);
  expect(saysOf(press(kept.model, "N n", SMALL))).toContain("this is 1");
});

test("words that no line has are said to be in none, and Esc puts the window back", () => {
  const down = press(help(), "down down", SMALL).model;
  const none = press(down, "/ q q q enter", SMALL);
  expect(saysOf(none)).toBe('no line of this page has "qqq"');
  expect(modeOf(none.model)).toBe("search");
  const back = press(press(down, "/ l e a v e", SMALL).model, "escape", SMALL).model;
  expect([modeOf(back), back.help.scroll]).toEqual(["search", down.help.scroll]);
  expect(modeOf(press(back, "escape", SMALL).model)).toBe("help");
});

test("what was looked for on one page is not looked for on another", () => {
  const model = press(press(help(), "/ m a r k enter", SMALL).model, "escape ?", SMALL).model;
  expect(saysOf(press(model, "n", SMALL))).not.toContain("mark");
});

test("the wheel moves the window as three arrow keys do", async () => {
  const s = (screen = await openScreen(makeWorld(), { columns: 80, rows: 15 }));
  await s.waitFor("2 of 3 VMs need you");
  await s.press("?", "wheeldown");
  expect(s.console.model.help.scroll).toBe(3);
});

test("a key that means nothing in the help shows what it does on the page below", async () => {
  const s = (screen = await openScreen(makeWorld(), { columns: 80, rows: 15 }));
  await s.waitFor("2 of 3 VMs need you");
  await s.press("?");
  await s.waitFor("Esc back");
  expect(s.text()).not.toContain("sort by need");
  await s.press("s");
  await s.waitFor("sort by need");
  await s.press("S");
  await s.waitFor("S does nothing here");
});

test("words are found in a plan, and counted while they are typed", async () => {
  const s = (screen = await openScreen(makeWorld(), { columns: 80, rows: 24 }));
  await s.waitFor("pgtest1");
  await s.press("p");
  await s.waitFor("[x] 2 Detach");
  await s.press("/", "detach");
  await s.waitFor(/\/detach▌ {2}"detach" in \d+ lines?; this is 1/u);
  await s.press("down");
  await s.waitFor("this is 2");
  await s.press("enter", "escape");
  await s.waitFor("2 of 3 VMs need you");
  expect(s.world.sent).toEqual([]);
});
