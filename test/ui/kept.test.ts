/** What is made of a list once: the same for the same list, anew for another one, also where the two are equal. */
import { expect, it } from "vitest";
import { keptFor } from "../../src/ui/kept.ts";

it("makes something of each list once, and of an equal one anew", () => {
  const asked: (readonly number[])[] = [];
  const first = keptFor((list: readonly number[]) => {
    asked.push(list);
    return list[0];
  });
  const [one, equal, empty] = [[1], [1], []];
  expect([one, one, equal, empty, empty].map(first)).toEqual([1, 1, 1, undefined, undefined]);
  expect(asked).toEqual([one, equal, empty]);
});
