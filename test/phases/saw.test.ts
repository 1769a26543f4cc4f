import { describe, expect, it } from "vitest";
import { isNothing, sawIn, sawText } from "../../src/phases/saw.ts";

describe("what was in an answer", () => {
  it.each([
    ["no list at all", { healthy: true }, undefined, "", false],
    ["nothing", [], undefined, "nothing was seen", true],
    ["nothing, as expected", [], "it was deleted", "none seen, as expected: it was deleted", false],
    ["texts", ["a", "b"], undefined, "2 looked at: a, b", false],
    ["rows by their first word", [{ pid: 7, ticks: "599353", program: "qemu" }], undefined, "1 looked at: qemu", false],
    ["rows of numbers only by the first", [{ id: "17" }], undefined, "1 looked at: 17", false],
    ["rows without a text", [{ pid: 7 }, null, []], undefined, "3 looked at", false],
    ["many", ["a", "b", "c", "d", "e"], undefined, "5 looked at: a, b, c and 2 more", false],
  ])("%s", (_what, answer, expected, text, nothing) => {
    const saw = sawIn(answer, expected);
    expect([sawText(saw), isNothing(saw)]).toEqual([text, nothing]);
  });
});
