/** A question's advised choice: first, lit, with its reason; and what follows from each, where the window has the room. */
import { expect, it } from "vitest";
import type { Question } from "../../../src/engine/operator-port.ts";
import { textOf, type Line } from "../../../src/ui/line.ts";
import type { Model } from "../../../src/ui/model.ts";
import { openQuestion } from "../../../src/ui/run/driven.ts";
import { screenLines } from "../../../src/ui/screen.ts";
import { at, driving, LATER, press, QUESTION, saysOf } from "../models.ts";

const said = (text: string, brief = text) => ({ text, brief });
const ADVISED: Partial<Question> = {
  advice: { choice: "no", message: "it can be done later" },
  follows: { no: said("leads to 2 Detach"), yes: said("ends here; nothing more is changed") },
};
const asking = (over: Partial<Question>): Model =>
  openQuestion(driving(), { kind: "choice", question: { ...QUESTION, ...over }, armedAt: 0, scroll: 0 }, at(0));
const linesOf = (model: Model, look = LATER): readonly Line[] => screenLines(model, look);
const textsOf = (model: Model, look = LATER): string[] => linesOf(model, look).map((each) => textOf(each).trimEnd());

it("says under each choice what follows, and under the advised one why", () => {
  const texts = textsOf(asking(ADVISED));
  const first = texts.indexOf("  1  No");
  expect(texts.slice(first, first + 5)).toEqual([
    "  1  No",
    "     advised: it can be done later",
    "     leads to 2 Detach",
    "  2  Yes [stops here]",
    "     ends here; nothing more is changed",
  ]);
});

it("lights the key of the advised choice, and names it first in the last line", () => {
  const keyOf = (model: Model, text: string) =>
    linesOf(model)
      .find((each) => textOf(each).startsWith(`  ${text}  `))
      ?.find((part) => part.text.trim() === text)?.tone;
  expect(keyOf(asking(ADVISED), "1")).toBe("focus");
  expect(keyOf(asking(ADVISED), "2")).toBe("strong");
  expect(keyOf(asking({}), "1")).toBe("strong");
  expect(textsOf(asking(ADVISED)).at(-1)).toMatch(/^1-2 decide/u);
  expect(textsOf(asking({})).at(-1)).not.toMatch(/^1-2 decide/u);
  expect(textsOf(asking(ADVISED)).find((text) => text.startsWith("Next"))).toContain("1 is advised. 1-2 decide.");
});

it("keeps every choice on a small window, and the advice before what follows from the others", () => {
  const small = { ...LATER, columns: 60, rows: 15 };
  const many = Array.from({ length: 4 }, (_unused, index) => ({
    id: `c${index}`,
    title: `Way ${index}`,
    then: "go-on" as const,
  }));
  const follows = Object.fromEntries(many.map(({ id }) => [id, said(`leads to ${id}`)]));
  const texts = textsOf(asking({ choices: many, follows, advice: { choice: "c0", message: "why" } }), small);
  for (const [index, { title }] of many.entries()) expect(texts).toContain(`  ${index + 1}  ${title}`);
  expect(texts).not.toContain("     leads to c3");
  const [one, two] = many;
  if (one === undefined || two === undefined) throw new Error("no choices");
  const few = textsOf(asking({ choices: [one, two], follows, advice: { choice: "c0", message: "why" } }), {
    ...small,
    rows: 16,
  });
  expect(few).toContain("     advised: why");
});

it("says of every choice that goes on what follows, where the window has no room for the phases' names", () => {
  const long = `leads to ${"2 Detach the volumes, ".repeat(8)}(12 kinds of change, 1 of which CANNOT be undone)`;
  const brief = "leads to 12 kinds of change, 1 of which CANNOT be undone";
  const choices = ["complete", "abandon"].map((id) => ({ id, title: id, then: "go-on" as const }));
  const stop = { id: "stop", title: "Stop", then: "stop" as const };
  const follows = { complete: said(long, brief), abandon: said(long, brief), stop: said("ends here") };
  const advice = { choice: "complete", message: `it can be abandoned later${", as was said".repeat(4)}` };
  const question = "Which way? ".repeat(40);
  const texts = textsOf(asking({ question, choices: [...choices, stop], follows, advice }));
  expect(texts.filter((text) => text.includes(brief))).toHaveLength(2);
  const low = textsOf(asking({ question, choices: [...choices, stop], follows, advice }), { ...LATER, rows: 18 });
  expect(low.filter((text) => text.includes(brief))).toHaveLength(2);
});

it("says what follows from each choice in the smallest window, too: below the question, found by scrolling", () => {
  const choices = ["complete", "abandon", "stop", "later"].map((id) => ({ id, title: id, then: "go-on" as const }));
  const follows = Object.fromEntries(choices.map(({ id }) => [id, said(`all of ${id}`, `${id} leads to 2 changes`)]));
  const small = { ...LATER, columns: 60, rows: 15 };
  const advice = { choice: "complete", message: "why" };
  const seen = new Set<string>();
  let model = asking({ choices, follows, advice });
  for (let line = 0; line < 20; line += 1) {
    for (const text of textsOf(model, small)) seen.add(text.trim());
    model = press(model, "down", small).model;
  }
  expect(seen).toContain("1 complete: advised: why; complete leads to 2 changes");
  expect(seen).toContain("2 abandon: abandon leads to 2 changes");
  expect(seen).toContain("4 later: later leads to 2 changes");
});

it("Enter decides nothing, whatever is advised", () => {
  const pressed = press(asking(ADVISED), "enter", LATER);
  expect(pressed.effects).toEqual([]);
  expect(saysOf(pressed)).toMatch(/does nothing here/u);
});
