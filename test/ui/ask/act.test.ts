/** Keys of a page reach no other question. */
import { describe, expect, it } from "vitest";
import { approve, choose, isNameWhole, nameOf, setName, typeName } from "../../../src/ui/ask/act.ts";
import type { View } from "../../../src/ui/update.ts";
import { choice, driving, LATER, page } from "../models.ts";

const VIEW: View = {
  ...LATER,
  lastLine: () => 0,
  lines: () => [],
  actions: () => [],
  press: (model) => ({ model, effects: [] }),
};

describe("where no page is open", () => {
  it.each([
    ["a decision", choice()],
    ["nothing", driving()],
  ])("but %s, approving does nothing, and no key is a letter of a name", (_what, model) => {
    expect(approve(model, { key: "a", text: "a" }, VIEW)).toEqual({ model, effects: [] });
    for (const key of ["a", "backspace", "enter"])
      expect(typeName(model, { key, text: key === "a" ? key : "" }, LATER)).toBeNull();
    expect([nameOf(model), isNameWhole(model)]).toEqual(["", false]);
    expect(setName(model, "one", LATER)).toEqual(model);
  });
});

it("where no decision is open a number decides nothing", () => {
  for (const model of [page(), driving()])
    expect(choose(model, { key: "1", text: "1" }, VIEW)).toEqual({ model, effects: [] });
});

it("the name of a page is whole once all of it was typed, and can be made shorter", () => {
  const typed = setName(page({ typed: "one" }), "one", LATER);
  expect([nameOf(typed), isNameWhole(typed)]).toEqual(["one", true]);
  const shorter = setName(typed, "on", LATER);
  expect([nameOf(shorter), isNameWhole(shorter)]).toEqual(["on", false]);
  expect(shorter.run?.question?.armedAt).toBe(LATER.nowMs);
});
