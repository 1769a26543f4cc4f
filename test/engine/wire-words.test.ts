/** Words on the wire, the words of a person for them, and those of version 1 of the events. */
import { expect, test } from "vitest";
import { inWords, WIRE_TEXTS, wireWord, wordText } from "../../src/engine/wire-words.ts";

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

test.each(Object.entries(WIRE_TEXTS))("%s is told as '%s', and that is read as the word again", (word, text) => {
  expect([wordText(word), wireWord(text), wireWord(word)]).toEqual([text, word, word]);
  expect([word, text]).toEqual([expect.stringMatching(/^[a-z]+(-[a-z]+)+$/u), expect.not.stringContaining("-")]);
});

test("a name that every object has is no word of the table", () => {
  expect(["constructor", "toString", "__proto__"].map(wordText)).toEqual(["constructor", "toString", "__proto__"]);
  expect(["constructor", "toString", "__proto__"].map(wireWord)).toEqual(["constructor", "toString", "__proto__"]);
});

test("only the words of a body are read, never its sentences", () => {
  const note = { text: "in doubt" };
  expect(inWords("operator.note", note)).toBe(note);
  expect(inWords("run.paused", { reason: "in doubt", says: "in doubt" })).toEqual({
    reason: "in-doubt",
    says: "in doubt",
  });
});
