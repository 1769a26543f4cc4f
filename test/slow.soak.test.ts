/** The same minute at its real length: a tenth of a second before its end and after it. */
import { describe, expect, it } from "vitest";
import { exitsOf } from "./support/slow.ts";

describe("a detach that takes as long as the limit", () => {
  it.concurrent("is done when it ends at 55 s", async () => {
    expect(await exitsOf(1, "55", 0)).toEqual([0]);
  });

  it.concurrent("is in doubt when it ends at 65 s, and a resume finds its end", async () => {
    expect(await exitsOf(1, "65", 1)).toEqual([3, 0]);
  });
});
