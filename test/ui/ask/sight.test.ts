/** What of a page was on the screen: lines that were not are one gap, and nothing counts as seen by chance. */
import { describe, expect, it } from "vitest";
import { forget, isAllSeen, isSame, see, unseen, type PageWindow } from "../../../src/ui/ask/sight.ts";

/** Ten lines at a time, of thirty. */
const windowAt = (first: number, over: Partial<PageWindow> = {}): PageWindow => ({
  columns: 80,
  first,
  end: first + 10,
  count: 30,
  ...over,
});
const seenAt = (...firsts: readonly number[]) => {
  const [start = 0, ...rest] = firsts;
  return rest.reduce((sight, first) => see(sight, windowAt(first)), see(null, windowAt(start)));
};

describe("the gap", () => {
  it("begins behind what was seen from above, and ends before what was seen from below", () => {
    expect(seenAt(0)).toEqual({ columns: 80, from: 10, to: 30 });
    expect(seenAt(0, 5)).toEqual({ columns: 80, from: 15, to: 30 });
    expect(seenAt(0, 20)).toEqual({ columns: 80, from: 10, to: 20 });
    expect(seenAt(0, 20, 12)).toEqual({ columns: 80, from: 10, to: 12 });
  });

  it("is closed where both meet, and stays closed", () => {
    const all = seenAt(0, 20, 10);
    expect(isAllSeen(all)).toBe(true);
    expect(isAllSeen({ columns: 80, from: 10, to: 10 })).toBe(true);
    expect(isAllSeen({ columns: 80, from: 10, to: 11 })).toBe(false);
    expect(see(all, windowAt(0, { columns: 120 }))).toBe(all);
  });

  it("is the whole page again in another width", () => {
    expect(see(seenAt(0, 10), windowAt(0, { columns: 120 }))).toEqual({ columns: 120, from: 10, to: 30 });
  });

  it("is the same only by its width and both of its ends", () => {
    const sight = { columns: 80, from: 10, to: 20 };
    expect(isSame(sight, { ...sight })).toBe(true);
    for (const other of [{ columns: 81 }, { from: 11 }, { to: 21 }])
      expect(isSame(sight, { ...sight, ...other })).toBe(false);
  });
});

describe("after something else lay over the page", () => {
  it("what is below the window has to be seen again", () => {
    expect(forget(seenAt(0, 10, 20), windowAt(0))).toEqual({ columns: 80, from: 10, to: 30 });
    expect(forget(seenAt(0), windowAt(5))).toEqual({ columns: 80, from: 10, to: 30 });
    expect(forget(seenAt(0, 10), windowAt(0))).toEqual({ columns: 80, from: 10, to: 30 });
  });

  it("all of it has, where nothing was seen of it in this width", () => {
    expect(forget(null, windowAt(0))).toBeNull();
    expect(forget(seenAt(0), windowAt(0, { columns: 120 }))).toBeNull();
    expect(forget(seenAt(0, 10, 20), windowAt(0, { columns: 120 }))).toEqual({ columns: 120, from: 10, to: 30 });
  });
});

it("what is still to be seen is counted, on the side of the window where it is", () => {
  expect(unseen(seenAt(0), windowAt(0))).toEqual({ count: 20, side: "below", key: "PgDn" });
  expect(unseen(seenAt(0, 20), windowAt(20))).toEqual({ count: 10, side: "above", key: "PgUp" });
  expect(unseen(seenAt(0, 10, 20), windowAt(20))).toBeNull();
});
