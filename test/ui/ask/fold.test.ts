/** The folds of an approval page: keys open and shut them, and what was seen stays seen. */
import { describe, expect, it } from "vitest";
import { textOf } from "../../../src/ui/line.ts";
import { screenLines } from "../../../src/ui/screen.ts";
import { at, LATER, long, page, press, saysOf } from "../models.ts";
import type { Model } from "../../../src/ui/model.ts";

const screenOf = (model: Model): string => screenLines(model, LATER).map(textOf).join("\n");
const CONTEXT = { led_here: ["2 Detach: done"], next: ["Then: 3 Revert"] };
const HEAD = "+ What led here";

describe("a folded part", () => {
  it("is opened by → and shut by ←", () => {
    const folded = page(CONTEXT);
    expect(screenOf(folded)).toContain(HEAD);
    expect(screenOf(folded)).not.toContain("Led here: 2 Detach: done");
    const open = press(folded, "right", LATER).model;
    expect(screenOf(open)).toContain("Led here: 2 Detach: done");
    expect(screenOf(open)).not.toContain(HEAD);
    const shut = press(open, "left", LATER).model;
    expect(screenOf(shut)).toBe(screenOf(folded));
  });

  it("is offered by a key only while there is one", () => {
    expect(screenOf(page(CONTEXT))).toContain("→ unfold");
    expect(screenOf(press(page(CONTEXT), "right", LATER).model)).not.toContain("→ unfold");
    expect(saysOf(press(page(CONTEXT), "right right", LATER))).toBe("nothing of this page is folded");
    expect(saysOf(press(page(CONTEXT), "left", LATER))).toBe("nothing of this page was unfolded");
  });

  it("need not be seen to approve, opened or not", () => {
    const approved = [{ type: "approve", method: "key", digest: "d1" }];
    const next = Array.from({ length: 40 }, (_unused, index) => `line ${index}`);
    expect(press(page({ next }), "a", LATER).effects).toEqual(approved);
    const open = press(page({ next }), "right", LATER).model;
    expect(press(open, "a", at(2000)).effects).toEqual(approved);
  });

  it("lets nothing pass that has to be seen", () => {
    const model = page({ ...long(30), ...CONTEXT });
    for (const keys of ["a", "right a", "right left a", "end a", "end right a", "right end left a", "end left a"])
      expect(press(model, keys, LATER).effects).toEqual([]);
    const seen = press(model, "pagedown pagedown", LATER).model;
    expect(press(seen, "a", at(2000)).effects).toHaveLength(1);
    const folded = press(seen, "right pagedown left", LATER).model;
    expect(press(folded, "a", at(3000)).effects).toHaveLength(1);
  });
});

it("a page moves by all that the window shows, and no line of it is passed over", () => {
  const shownLines = (model: Model): string[] =>
    screenOf(model)
      .split("\n")
      .filter((text) => /line \d+/u.test(text));
  const first = page(long(30));
  const second = press(first, "pagedown", LATER).model;
  expect(shownLines(second)[0]).toMatch(new RegExp(`line ${shownLines(first).length}\\b`, "u"));
});
