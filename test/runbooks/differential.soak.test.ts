/** The same as `differential.test.ts`, on many more files. */
import { expect, it } from "vitest";
import { differences, runbookTexts } from "../support/differential.ts";

it.each([1, 2, 3, 4])("schema and first stage agree on 2 000 files that were changed at random, of seed %i", (seed) => {
  const { broken, taken } = differences(runbookTexts(), seed, 2000);
  expect(broken).toEqual([]);
  expect(taken).toBeGreaterThan(100);
});
