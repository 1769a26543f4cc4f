/** The palette: every action of a page, found by typing. */
import { afterEach, describe, expect, test } from "vitest";
import { bindingFor, keyTable } from "../../src/ui/keys.ts";
import { modeOf } from "../../src/ui/mode.ts";
import type { Model } from "../../src/ui/model.ts";
import { actionsOf } from "../../src/ui/palette/actions.ts";
import { openQuestion } from "../../src/ui/run/driven.ts";
import { at, board, choice, driving, LATER, page, press, saysOf, summary, withRuns } from "./models.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { makeWorld } from "./world.ts";

const keysIn = (model: Model): string[] => actionsOf(model, LATER).map(({ key }) => key);
const opened = (model: Model): Model => press(model, ":", LATER).model;
const typed = (model: Model, text: string): Model => press(model, Array.from(text).join(" "), LATER).model;

describe("what it lists", () => {
  test("is every row of the key table for the page below, but moves and itself", () => {
    const table = keyTable(board().runbooks);
    const rows = table.filter(({ modes, id }) => modes.includes("board") && id !== "move" && id !== "palette");
    const listed = keysIn(opened(board())).map((key) => bindingFor(table, "board", key));
    expect(new Set(listed)).toEqual(new Set(rows.filter(({ id }) => id !== "abandon")));
  });

  test("is what can be done now first, and behind it the rest with its reason", () => {
    const actions = actionsOf(opened(board()), LATER);
    const first = actions.findIndex(({ can }) => can !== true);
    expect(first).toBeGreaterThan(0);
    expect(actions.slice(first).every(({ can }) => can !== true)).toBe(true);
    expect(actions.find(({ key }) => key === "u")?.can).toBe("no run is open");
  });

  test("is narrowed by words of keys, labels and helps, with just that key first", () => {
    expect(keysIn(typed(opened(board()), "journal"))).toEqual(["j"]);
    expect(keysIn(typed(opened(board()), "?"))).toEqual(["?"]);
    expect(keysIn(typed(opened(board()), "s"))[0]).toBe("s");
    expect(keysIn(typed(opened(board()), "qqq"))).toEqual([]);
  });

  test("never has what approves, answers, or leaves without asking", () => {
    const { run } = page();
    const asked = openQuestion(opened(driving()), run?.question ?? null, at(0));
    expect(keysIn(asked)).not.toContain("a");
    expect(keysIn(openQuestion(asked, choice().run?.question ?? null, at(0)))).not.toContain("1");
    expect(keysIn(opened(driving()))).not.toContain("ctrl-\\");
  });
});

describe("Enter", () => {
  test("does what the key does on the page below", () => {
    const chosen = press(typed(opened(board()), "journal"), "enter", LATER);
    const key = press(board(), "j", LATER);
    expect(chosen.model.screens).toEqual(key.model.screens);
    expect(chosen.effects).toEqual(key.effects);
  });

  test("does what the cursor is on", () => {
    const moved = press(opened(board()), "down down up", LATER).model;
    expect(moved.palette.selected).toBe(keysIn(moved)[1]);
  });

  test("says why an action cannot be done now, and stays", () => {
    const refused = press(typed(opened(board()), "u"), "enter", LATER);
    expect(saysOf(refused)).toBe("no run is open");
    expect(modeOf(refused.model)).toBe("palette");
  });

  test("does nothing where the page below has become another", () => {
    const { run } = page();
    const asked = openQuestion(typed(opened(driving()), "note"), run?.question ?? null, at(0));
    const pressed = press(asked, "enter", LATER);
    expect(pressed.effects).toEqual([]);
    expect([modeOf(pressed.model), pressed.model.entry]).toEqual(["approval", null]);
    expect(saysOf(pressed)).toBe("another page has come meanwhile, so nothing was done");
    // The page was covered: it listens anew, and no key counts before.
    expect(press(pressed.model, "a", LATER).effects).toEqual([]);
  });

  test("does not fall on another action where the one under the cursor is no more", () => {
    const stray = { ...opened(board()), palette: { text: "", selected: "gone", mode: "board" as const } };
    const pressed = press(stray, "enter", LATER);
    expect([pressed.effects, modeOf(pressed.model)]).toEqual([[], "palette"]);
  });
});

test.each([
  ["an approval", page()],
  ["a name that is typed", page({ typed: "one" })],
  ["a decision", choice()],
])("there is none over %s", (_name, model) => {
  expect(modeOf(press(model, ": ctrl-p", LATER).model)).not.toBe("palette");
});

test("Esc clears what was typed, then goes back to the page as it was", () => {
  const model = withRuns(summary());
  const back = press(typed(opened(model), "jou"), "escape escape", LATER);
  expect(back.model.screens).toEqual(model.screens);
});

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

test.each([
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
])("an action is found by typing and done by Enter ($columns wide)", async (size) => {
  const s = (screen = await openScreen(makeWorld(), size));
  await s.waitFor("2 of 3 VMs need you");
  await s.press(":", "run");
  await s.waitFor("find: run");
  await expect(s.text()).toMatchFileSnapshot(`../frames/palette-${size.columns}.txt`);
  await s.press("escape", "journal", "enter");
  await s.waitFor("The journal is empty");
  await s.press("q");
  await s.waitFor("2 of 3 VMs need you");
});
