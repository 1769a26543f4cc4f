import { expect, test } from "vitest";
import { countText, keysText, saidOnce } from "../../src/engine/words.ts";

test("what several targets are asked alike is said once, below what differs", () => {
  const ask = (vm: string, pid: number): string =>
    `The engine of ${vm} is blocked: it hangs in process ${pid}.\n  It cannot see the database. What next?`;
  expect(saidOnce([ask("a", 1), ask("b", 2)]).split("\n")).toEqual([
    "The engine of a is blocked: it hangs in process 1.",
    "The engine of b is blocked: it hangs in process 2.",
    "It cannot see the database. What next?",
  ]);
});

test("nothing that is asked of one target alone is lost", () => {
  expect(saidOnce(["One. Two. Three?"])).toBe("One. Two. Three?");
  expect(saidOnce(["Only a. Same.", "Same."]).split("\n")).toEqual(["Only a.", "Same."]);
});

test("a number has its noun in the right form", () => {
  expect([0, 1, 2].map((count) => countText(count, "change"))).toEqual(["0 changes", "1 change", "2 changes"]);
  expect(countText(1, "row is", "rows are")).toBe("1 row is");
});

test("of many keys the first are named and the others counted", () => {
  const preview = (count: number) => ({
    key_columns: ["id", "part"],
    keys: Array.from({ length: count }, (_unused, at) => [String(at), "a"]),
  });
  expect(keysText(preview(2), 2)).toBe("id, part 0/a, 1/a");
  expect(keysText(preview(4), 2)).toBe("id, part 0/a, 1/a and 2 more");
});
