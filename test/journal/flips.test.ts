import { join } from "node:path";
import { expect, it } from "vitest";
import { compactSample, flipEveryByte } from "./flips.ts";
import { temporaryDirectory } from "./support.ts";

it("no flipped byte of the file goes unnoticed when what is stored reads differently", () => {
  const result = flipEveryByte(compactSample(join(temporaryDirectory(), "j.db"), 4, 512));
  expect(result.missed).toEqual([]);
  expect(result.noticed).toBeGreaterThan(result.flipped / 4);
}, 60_000);
