import { join } from "node:path";
import { expect, it } from "vitest";
import { compactSample, flipBytes } from "./flips.ts";
import { temporaryDirectory } from "./support.ts";

// Every seventh byte here; every byte of a larger file in the soak test.
it("no flipped byte of the file goes unnoticed when what is stored reads differently", () => {
  const result = flipBytes(compactSample(join(temporaryDirectory(), "j.db"), 4, 512), 7);
  expect(result.missed).toEqual([]);
  expect(result.noticed).toBeGreaterThan(result.flipped / 4);
});
