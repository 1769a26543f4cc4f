/** The limits of time that a run is under, and when one of them is crossed. */
import { expect, test } from "vitest";
import { limitMs, usageOf, usageText } from "../../src/engine/limits.ts";
import { approved, historyOf } from "./moments.ts";

const BEGIN = "2026-11-22T03:12:00.000Z";
const after = (seconds: number): number => Date.parse(BEGIN) + seconds * 1000;

test("little of a time is left from four fifths of it on, and it is up at its limit", () => {
  const usages = [-1, 0, 47.9, 48, 59.9, 60, 600].map((seconds) => usageOf(BEGIN, after(60), after(seconds)));
  expect(usages).toEqual(["within", "within", "within", "little-left", "little-left", "up", "up"]);
});

test("a site that hurries is at its limit sooner on the clock", () => {
  const site = { name: "lab", lab: "lab", scale: 10 };
  const { state } = approved(historyOf((source) => source, { site }));
  expect(limitMs(state, BEGIN, 60)).toBe(after(6));
});

test("the text differs where a limit was crossed in between, and nowhere else", () => {
  const history = approved();
  expect(usageText(history.state, after(0))).toBe(usageText(history.state, after(86_400)));
  history.sent("vol-1").add("step.accepted", history.place("vol-1"), { id: "op-7", adopted: false });
  const begun = Date.parse(history.state.last_at);
  const texts = [0, 30, 48, 59, 60, 90].map((seconds) => usageText(history.state, begun + seconds * 1000));
  expect(texts.map((text) => texts.indexOf(text))).toEqual([0, 0, 2, 2, 4, 4]);
});
