/** The rows of a preview on a page with keys: none is left out, and what is the same of all is said once. */
import { describe, expect, it } from "vitest";
import type { DocumentStep } from "../../src/engine/approval-document.ts";
import { documentParts } from "../../src/engine/document-parts.ts";
import { cellsOnce, rowsOf } from "../../src/engine/document-rows.ts";
import { aDocument, aStep } from "../support/document.ts";

const NOTE = "whether tables of other databases point at t is not known: this account does not see them";
const stepOf = (ids: readonly string[]): DocumentStep =>
  aStep({
    kind: "sql.change",
    title: "Clear the rows",
    request_lines: ["UPDATE t SET a = '', b = 'none'"],
    preview: {
      matched: ids.length,
      keys: ids.map((id) => [id]),
      key_columns: ["id"],
      table: "t",
      effects: [{ kind: "unseen", table: "", rows: null, says: NOTE }],
      diff: {
        verb: "update",
        changed: ids.length,
        unchanged: 0,
        rows: ids.map((id) => ({
          key: [id],
          cells: [
            { column: "a", before: `snap-${id}`, after: "" },
            { column: "b", before: "ready", after: "none" },
          ],
        })),
        columns: [],
      },
    },
    undo: { kind: "complete", why: [] },
  });
const pageOf = (steps: Readonly<Record<string, readonly string[]>>): string[] => {
  const targets = Object.entries(steps).map(([label, ids]) => ({
    key: `ctx-${label}`,
    label,
    shown: [],
    steps: [stepOf(ids)],
  }));
  return documentParts(aDocument({ targets }), 80).flatMap(({ lines, head }) =>
    (head === null ? lines : [head]).map(({ text }) => text),
  );
};

describe("rows of several targets", () => {
  it("have their key before their first column, and the notes of the preview apart", () => {
    expect(rowsOf(stepOf(["7"]), 80)).toEqual({
      rows: ["change 1 row of t, by id", "  7  a  snap-7 -> ''", "    b  ready -> none"],
      notes: [expect.stringMatching(/^! whether tables/u), expect.stringMatching(/^ {2}/u)],
    });
  });

  it("say the same warning once for all of them, and what becomes the same in each row once", () => {
    const texts = pageOf({ a: ["1", "2"], b: ["3"], c: ["4"] });
    expect(texts.filter((text) => text.includes("whether tables"))).toHaveLength(1);
    expect(texts.join("\n")).toContain("(for all 3)");
    expect(texts.filter((text) => text.includes("ready -> none"))).toEqual([
      "   change 4 rows of t, by id; in each row: a … -> ''; b ready -> none",
    ]);
    for (const text of ["    a", "      1: snap-1", "      2: snap-2", "    b  3: snap-3", "    c  4: snap-4"])
      expect(texts).toContain(text);
    expect(texts[0]).toMatch(/\(a 1, b 1, c 1\)/u);
  });

  it("say a column in its row where only some have it, whatever their number", () => {
    const rows = (texts: readonly string[]) => ({ rows: texts, notes: [] });
    const shared = ["  1, 2", "    b  x -> y", "  3  a  p -> q", "    b  x -> y"];
    const { previews, alike } = cellsOnce([rows(shared), rows(["  4  a  r -> s"])]);
    expect(alike).toEqual([]);
    expect(previews[0]?.rows).toEqual(shared);
  });
});
