import { expect, it } from "vitest";
import { closeAll } from "../../src/connections/close-all.ts";

it("closes each, whatever becomes of the others, waits for all, and tells the first failure", async () => {
  const closed: string[] = [];
  const closing = closeAll([
    () => {
      throw new Error("the first");
    },
    async () => {
      await Promise.resolve();
      closed.push("second");
    },
    () => Promise.reject(new Error("the third")),
    () => closed.push("fourth"),
  ]);
  await expect(closing).rejects.toThrow("the first");
  expect(closed.toSorted((a, b) => a.localeCompare(b))).toEqual(["fourth", "second"]);
});
