/** What of a change is asked about twice, and what is not. */
import { expect, it } from "vitest";
import type { Aim } from "../../../src/connections/mysql/change/aim.ts";
import { raisesOf } from "../../../src/connections/mysql/change/preview.ts";
import type { SideEffect } from "../../../src/ports/sql.ts";

const touches = { table: "jobs", rows: { exactly: 1 }, within: { column: "id", in: ["1"] } };
const aim = (within: object | null = touches.within) => ({ touches: [{ ...touches, within }] }) as unknown as Aim;
const change = { sql: "", values: {}, touches } as never;
const raises = (kind: SideEffect["kind"], rows: number | null) =>
  raisesOf(aim(), change, [{ kind, rows, table: "t", says: "it reaches t" }], { kind: "complete", why: [] });

it.each<[SideEffect["kind"], number | null, boolean]>([
  ["cascade", 0, false],
  ["cascade", 1, true],
  ["cascade", null, true],
  ["more rows", 0, false],
  ["more rows", 2, true],
  ["unknown", null, true],
  ["trigger", 3, false],
  ["history", null, false],
  ["unseen", null, false],
])("of an effect of the kind %s on %s rows: %s", (kind, rows, isRaised) => {
  expect(raises(kind, rows)).toEqual(isRaised ? ["it reaches t"] : []);
});

it("that it is bound to no target, and that it cannot be undone", () => {
  expect(raisesOf(aim(null), change, [], { kind: "none", why: ["a", "b"] })).toEqual([
    "it is not bound to selected targets",
    "it cannot be undone: a; b",
  ]);
});
