import { join } from "node:path";
import { expect, it } from "vitest";
import { compactSample, flipBytes } from "./flips.ts";
import { temporaryDirectory } from "./support.ts";

it("no flipped byte of a whole file of sixty events goes unnoticed", () => {
  const result = flipBytes(compactSample(join(temporaryDirectory(), "j.db"), 60, 4096));
  expect(result.missed).toEqual([]);
  expect(result.noticed).toBeGreaterThan(result.flipped / 4);
});
