/** What a look after a lost answer can know of keys that the page did not show. */
import { expect, it } from "vitest";
import { hidesKeys } from "../../../src/connections/mysql/change/settle.ts";
import type { TableDiff } from "../../../src/ports/sql.ts";
import { tableOf } from "./table.ts";

const info = tableOf([{ name: "id" }, { name: "note" }]);
/** A change of two rows in one column, of which the page shows so many. */
const diff = (column: string, shownCount: number) =>
  ({
    changed: 2,
    rows: Array.from({ length: shownCount }, (_, index) => ({ key: [`${index}`], cells: [] })),
    columns: [{ column }],
  }) as unknown as TableDiff;

it("keys that move are hidden where not every row is on the page, and only then", () => {
  expect([hidesKeys(info, diff("id", 1)), hidesKeys(info, diff("id", 2))]).toEqual([true, false]);
  expect([hidesKeys(info, diff("note", 1)), hidesKeys(info, undefined)]).toEqual([false, false]);
});
