/** The minute that Handrail waits for a detach, at five times speed: two seconds before it, two after it, and never. */
import { describe, it } from "vitest";
import { endsAs } from "./support/slow.ts";

describe("a detach that takes long", () => {
  it.concurrent("is waited for while it ends within the limit", () => endsAs(5, { seconds: "58", exits: [0] }));

  it.concurrent("is in doubt after the limit, and a resume finds its end without sending it again", () =>
    endsAs(5, { seconds: "62", exits: [3, 0] }));

  it.concurrent("stays in doubt for as long as it does not end, and is never sent again", () =>
    endsAs(5, { seconds: "never", exits: [3, 3] }));
});
