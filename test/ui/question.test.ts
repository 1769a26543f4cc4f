/** What keys do to an open question: a model and a key in, a model and effects out. */
import { describe, expect, test } from "vitest";
import { pasteText, pressKey } from "../../src/ui/input.ts";
import { modeOf } from "../../src/ui/mode.ts";
import { START_MS } from "./world.ts";

import { at, long, press, page, choice, LATER, saysOf } from "./models.ts";
describe("approving a page", () => {
  test("counts once it has stood for 0.4 s, and approves the page by its digest", () => {
    const early = press(page(), "a", at(399));
    expect(early.effects).toEqual([]);
    expect(saysOf(early)).toMatch(/too early/u);
    expect(early.model.run?.question?.armedAt).toBe(START_MS + 799);
    expect(press(early.model, "a", at(700)).effects).toEqual([]);
    expect(press(page(), "a", at(400)).effects).toEqual([{ type: "approve", method: "key", digest: "d1" }]);
  });

  test("counts only when the page was seen to its end", () => {
    const lines = long(30);
    const unseen = press(page(lines), "a", LATER);
    expect(unseen.effects).toEqual([]);
    expect(saysOf(unseen)).toMatch(/lines below: see to the end first/u);
    const together = press(page(lines), "pagedown pagedown pagedown pagedown pagedown a", LATER);
    expect(together.effects).toEqual([]);
    expect(saysOf(together)).toMatch(/too early/u);
    const moved = press(page(lines), "pagedown pagedown pagedown pagedown pagedown", LATER);
    expect(press(moved.model, "a", at(1399)).effects).toEqual([]);
    const seen = press(moved.model, "a", at(1400));
    expect(seen.effects).toEqual([{ type: "approve", method: "key", digest: "d1" }]);
  });

  test("counts only when every line of it was on the screen: the end alone is not all of it", () => {
    const lines = long(60);
    const jumped = press(page(lines), "end a", LATER);
    expect(jumped.effects).toEqual([]);
    expect(saysOf(jumped)).toMatch(/^\d+ more lines above: nobody saw them here; see them first \(PgUp\)$/u);
    const skipped = press(jumped.model, "home end a", LATER);
    expect(skipped.effects).toEqual([]);
    const turned = press(skipped.model, "pageup pageup pageup pageup pageup end", at(3000));
    expect(press(turned.model, "a", at(3100)).effects).toEqual([]);
    const seen = press(turned.model, "a", at(4000));
    expect(seen.effects).toEqual([{ type: "approve", method: "key", digest: "d1" }]);
  });

  test("counts in a window that has grown only once its lines stood there", () => {
    const lines = long(30);
    const grown = press(page(lines), "a", at(1000, 80));
    expect(grown.effects).toEqual([]);
    expect(press(grown.model, "a", at(1399, 80)).effects).toEqual([]);
    expect(press(grown.model, "a", at(1800, 80)).effects).toEqual([{ type: "approve", method: "key", digest: "d1" }]);
  });

  test("counts in no window that is too small to show it, and what such a window would show is not seen", () => {
    const small = { ...LATER, columns: 50 };
    const refused = press(page(), "a", small);
    expect(refused.effects).toEqual([]);
    expect(saysOf(refused)).toContain("too small");
    const lines = long(30);
    const { model } = press(page(lines), "pagedown pagedown pagedown pagedown home", { ...small, rows: 24 });
    expect(press(model, "a", at(3000)).effects).toEqual([]);
  });

  test("of what destroys takes the name, letter by letter, and Enter is no yes", () => {
    const named = press(page({ typed: "one" }), "o n e", LATER);
    expect(modeOf(named.model)).toBe("typed");
    const entered = press(named.model, "enter", LATER);
    expect(entered.effects).toEqual([]);
    expect(entered.model.message).toEqual({
      text: "Enter never approves; type the name, then press a",
      tone: "waiting",
    });
    expect(press(named.model, "a", LATER).effects).toEqual([]);
    expect(press(named.model, "a", at(1400)).effects).toEqual([{ type: "approve", method: "typed", digest: "d1" }]);
    expect(press(page({ typed: "one" }), "o n a", at(1400)).effects).toEqual([]);
  });

  test("pasted text never counts, and the question listens anew", () => {
    const pasted = pasteText(page({ typed: "one" }), "onea", LATER);
    expect(pasted.effects).toEqual([]);
    expect(pasted.model.run?.question).toMatchObject({ typed: "", armedAt: LATER.nowMs + 400 });
  });

  test("a name that comes in one piece is refused and says so; three letters over a slow line are not", () => {
    const together = (text: string) => pressKey(page({ typed: "four" }), { key: "", text }, LATER).model;
    const pasted = together("four");
    expect(pasted.run?.question).toMatchObject({ typed: "", armedAt: LATER.nowMs + 400 });
    expect(pasted.message.text).toBe("that came in one piece, like pasted text; it has to be typed");
    expect(pasted.message.tone).toBe("waiting");
    const typed = together("fou");
    expect(typed.run?.question).toMatchObject({ typed: "fou" });
    expect(typed.message.text).toBe("");
  });

  test("Esc is no", () => {
    expect(press(page(), "escape").effects).toEqual([{ type: "refuse", says: "no was said at the console" }]);
  });
});

describe("deciding", () => {
  test("takes a number, once the question listens", () => {
    expect(press(choice(), "1", at(399)).effects).toEqual([]);
    expect(press(choice(), "1", at(400)).effects).toEqual([{ type: "choose", choice: "no", note: "" }]);
    expect(press(choice(), "1", LATER).effects).toEqual([{ type: "choose", choice: "no", note: "" }]);
    expect(saysOf(press(choice(), "7", LATER))).toBe("there is no choice 7");
  });

  test("asks for words where a choice needs them, and decides nothing before", () => {
    const asked = press(choice(), "2", LATER);
    expect(asked.effects).toEqual([]);
    expect(modeOf(asked.model)).toBe("writing");
    const short = press(asked.model, "n o enter", LATER);
    expect(short.effects).toEqual([]);
    expect(saysOf(short)).toMatch(/says too little: 13 more/u);
    const kept = press(asked.model, `${Array.from("the-disks-are-on").join(" ")} enter`, LATER);
    expect(kept.effects).toEqual([{ type: "choose", choice: "yes", note: "the-disks-are-on" }]);
    expect(kept.model.entry).toBeNull();
  });
});
