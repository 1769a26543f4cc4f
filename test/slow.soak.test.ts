/** The same minute at its real length: a tenth of a second before its end and after it. */
import { describe, it } from "vitest";
import { endsAs } from "./support/slow.ts";

describe("a detach that takes as long as the limit", () => {
  it.concurrent("is done when it ends at 59.9 s", () => endsAs(1, { seconds: "59.9", exits: [0] }));

  it.concurrent("is in doubt when it ends at 60.1 s, and a resume finds its end", () =>
    endsAs(1, { seconds: "60.1", exits: [3, 0] }));
});
