/** The lines in which somebody types, and what the last lines of the screen say meanwhile. */
import { describe, expect, test } from "vitest";
import { fieldText } from "../../src/ui/field.ts";
import { foot } from "../../src/ui/footer.ts";
import { textOf } from "../../src/ui/line.ts";
import { modeOf } from "../../src/ui/mode.ts";
import type { Model } from "../../src/ui/model.ts";
import { openQuestion } from "../../src/ui/run/driven.ts";
import { at, board, choice, driving, LATER, long, page, press, saysOf, type Pressed } from "./models.ts";

const footOf = (model: Model): string => foot(model, LATER).map(textOf).join("\n");
const barOf = (model: Model): string => textOf(foot(model, LATER)[1] ?? []);

/** Types words into a line: a blank is no separator of keys there. */
const type = (model: Model, text: string): Pressed =>
  Array.from(text).reduce<Pressed>((now, char) => press(now.model, char === " " ? "space" : char, LATER), {
    model,
    effects: [],
  });

const FIELDS: readonly (readonly [string, () => Model])[] = [
  ["filter", () => press(board(), "/", LATER).model],
  ["writing", () => press(choice(), "2", LATER).model],
  ["typed", () => page({ typed: "one two three" })],
];

describe.each(FIELDS)("the line of mode %s", (mode, open) => {
  test("is cleared by Ctrl-U, and by Esc before Esc means anything else", () => {
    const typed = type(open(), "onetwo");
    expect(fieldText(press(typed.model, "ctrl-u", LATER).model)).toBe("");
    const cleared = press(typed.model, "escape", LATER);
    expect([fieldText(cleared.model), modeOf(cleared.model)]).toEqual(["", mode]);
    expect(cleared.effects).toEqual([]);
    const again = press(cleared.model, "escape", LATER);
    expect(again.effects.length > 0 || modeOf(again.model) !== mode).toBe(true);
  });

  test("offers Esc for what it does", () => {
    expect(barOf(open())).not.toContain("Esc clear");
    expect(barOf(type(open(), "one").model)).toContain("Esc clear");
  });
});

test("Ctrl-W takes one word back", () => {
  const pressed = type(press(board(), "/", LATER).model, "ab");
  const words = { ...pressed.model, board: { ...pressed.model.board, filter: "one two-three " } };
  expect(fieldText(press(words, "ctrl-w", LATER).model)).toBe("one ");
  expect(fieldText(press(words, "ctrl-w ctrl-w ctrl-w", LATER).model)).toBe("");
});

test("half a name and Esc is not no yet, and it says so", () => {
  const half = press(page({ typed: "one" }), "o n escape", LATER);
  expect(half.effects).toEqual([]);
  expect(saysOf(half)).toBe("the name was cleared, and nothing was refused; Esc once more is no");
  expect(press(half.model, "escape", LATER).effects).toMatchObject([{ type: "refuse" }]);
});

test("a is offered only where it approves: while the name is typed it is a letter of it", () => {
  expect(barOf(page({ typed: "one" }))).not.toContain("a approve");
  expect(barOf(press(page({ typed: "one" }), "o n", LATER).model)).not.toContain("a approve");
  expect(barOf(press(page({ typed: "one" }), "o n e", LATER).model)).toContain("a approve");
});

test("more of a page is offered only where there is more below", () => {
  expect(barOf(page())).not.toContain("PgDn");
  expect(barOf(page(long(30)))).toContain("PgDn more");
  expect(barOf(press(page(long(30)), "end", LATER).model)).not.toContain("PgDn");
  expect(barOf(choice())).not.toContain("PgDn");
});

test("what was said of a key is not said on a page that has come since", () => {
  const early = press(driving(), "a", LATER);
  expect(footOf(early.model)).toContain("a does nothing here");
  const { run } = page();
  const asked = openQuestion(early.model, run?.question ?? null, at(0));
  expect(footOf(asked)).not.toContain("does nothing here");
  expect(footOf(asked)).toContain("a approve");
});
