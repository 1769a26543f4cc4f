/** What the first lines of a page say of all its steps: no more than was seen of each. */
import { expect, it } from "vitest";
import { documentLines } from "../../src/engine/document-lines.ts";
import { summaryOf } from "../../src/engine/document-summary.ts";
import type { DocumentStep } from "../../src/engine/approval-document.ts";
import { aDocument, aStep } from "../support/document.ts";

const revert = (id: string, created: string | null): DocumentStep =>
  aStep({
    risk: "destroy",
    request: { command: "revertSnapshot", params: { id } },
    preview: created === null ? { none: true } : { none: true, snapshot: { state: "BackedUp", created } },
    undo: { kind: "none", why: ["it is lost"] },
  });

function said(...steps: readonly DocumentStep[]): string {
  const targets = [{ key: "k", label: "l", shown: [], steps }];
  const document = aDocument({ targets, summary: summaryOf(targets), at: "2026-11-22T05:12:00.000Z" });
  return documentLines(document, 80)
    .map(({ text }) => text)
    .join("\n");
}

it("names the oldest snapshot that was seen, and how many nobody could see", () => {
  const seen = said(revert("a", "2026-11-22T03:12:00Z"), revert("b", "2026-11-22T04:12:00Z"));
  expect(seen).toContain("Oldest snapshot gone back to: 2026-11-22T03:12:00Z, 2 h 0 min before this page");
  expect(seen).not.toContain("is not known of");
  expect(said(revert("a", "2026-11-22T03:12:00Z"), revert("b", null))).toContain(
    "When the snapshot was made is not known of 1 step",
  );
  expect(said(revert("a", null), revert("b", ""))).toContain("When the snapshot was made is not known of 2 steps");
  expect(said(aStep())).not.toContain("When the snapshot");
});

it("counts as lost what cannot be brought back, each once, and no reason of a step that can be", () => {
  const steps = [
    aStep({ undo: { kind: "none", why: ["the snapshot is gone", "its data too"] } }),
    aStep({ undo: { kind: "none", why: ["the snapshot is gone"] } }),
    aStep({ undo: { kind: "partial", why: ["a trigger ran"] } }),
  ];
  expect(summaryOf([{ key: "k", label: "l", shown: [], steps }]).lost).toEqual([
    { message: "the snapshot is gone", steps: 2 },
    { message: "its data too", steps: 1 },
  ]);
});

it("says that all can be undone only of what Handrail itself takes back", () => {
  const rows = aStep({ kind: "sql.change", preview: null, undo: { kind: "complete", why: [] } });
  expect(said(rows)).toContain("Every step can be undone by Handrail.");
  expect(said(rows, aStep())).toContain("Not undone by Handrail: 1 of 2 steps; each says what undoes it.");
});
