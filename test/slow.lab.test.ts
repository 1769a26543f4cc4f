/** The minute that Handrail waits for a detach, at up to five times speed: well before it, well after it, and never. */
import { describe, expect, it } from "vitest";
import { exitsOf } from "./support/slow.ts";

describe("a detach that takes long", () => {
  it.concurrent("is waited for while it ends within the limit", async () => {
    expect(await exitsOf(5, "45", 0)).toEqual([0]);
  });

  it.concurrent("is in doubt after the limit, and a resume finds its end without sending it again", async () => {
    expect(await exitsOf(5, "75", 1)).toEqual([3, 0]);
  });

  it.concurrent("stays in doubt for as long as it does not end, and is never sent again", async () => {
    expect(await exitsOf(5, "never", 1)).toEqual([3, 3]);
  });
});
