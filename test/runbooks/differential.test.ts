/** The schema for editors and the first stage of the loader agree, whatever a file holds; lint says each thing with its place. */
import { expect, it } from "vitest";
import { compared, differences, runbookTexts } from "../support/differential.ts";

const texts = runbookTexts();

it("both take the shipped runbooks and those of other people's incidents", () => {
  expect(texts.length).toBeGreaterThan(9);
  expect(texts.map((text) => compared(text))).toEqual(texts.map(() => ({ difference: null, isTaken: true })));
});

it("they agree on 120 files that were changed at random", () => {
  const { broken, taken } = differences(texts, 20_5, 120);
  expect(broken).toEqual([]);
  // A test that refuses everything, or nothing, would compare little.
  expect([taken > 6, taken < 114]).toEqual([true, true]);
});
