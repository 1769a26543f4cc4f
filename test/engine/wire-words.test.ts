/** Words on the wire, the words of a person for them, and those of version 1 of the events. */
import { expect, test } from "vitest";
import { inWords, wireWord, wordText } from "../../src/engine/wire-words.ts";

test("a word without blanks is told in a person's, and whatever else there is as it is", () => {
  expect(["in-doubt", "not-run-dry", "skipped-by-operator", "failed"].map(wordText)).toEqual([
    "in doubt",
    "not run: dry",
    "skipped by the operator",
    "failed",
  ]);
});

test("a word of version 1 is today's, and today's, a number and nothing stay what they are", () => {
  expect(["lock lost", "lock-lost", "interrupted", null, 3].map(wireWord)).toEqual([
    "lock-lost",
    "lock-lost",
    "interrupted",
    null,
    3,
  ]);
});

test("only the words of a body are read, never its sentences", () => {
  const note = { text: "in doubt" };
  expect(inWords("operator.note", note)).toBe(note);
  expect(inWords("run.paused", { reason: "in doubt", says: "in doubt" })).toEqual({
    reason: "in-doubt",
    says: "in doubt",
  });
});
