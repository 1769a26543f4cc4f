/** An approval document as a page with keys: what is said once, what is folded, and what never is. */
import { describe, expect, it } from "vitest";
import type { ApprovalDocument, DocumentStep } from "../../src/engine/approval-document.ts";
import { documentParts } from "../../src/engine/document-parts.ts";
import { START } from "../../src/engine/state.ts";
import { aDocument, aStep } from "../support/document.ts";

type Steps = Readonly<Record<string, readonly DocumentStep[]>>;
const about = (steps: Steps, more: Partial<ApprovalDocument> = {}): ApprovalDocument =>
  aDocument({
    targets: Object.entries(steps).map(([label, list]) => ({ key: `ctx-${label}`, label, shown: [], steps: list })),
    ...more,
  });
/** What stands on the page before any key, and what only after one. */
function textsOf(document: ApprovalDocument) {
  const parts = documentParts(document, 80);
  return {
    shown: parts.flatMap(({ lines, head }) => (head === null ? lines : [head])).map(({ text }) => text),
    folded: parts.flatMap(({ lines, head }) => (head === null ? [] : lines)).map(({ text }) => text),
  };
}
const detach = (id: string, name: string): DocumentStep =>
  aStep({
    title: `Detach volume ${name} (${id})`,
    request_lines: [`Volume Daemon detach ${id}`],
    undo: { kind: "other", why: ["it is attached again"] },
  });
const change = (id: string, more: Partial<DocumentStep> = {}): DocumentStep =>
  aStep({
    kind: "sql.change",
    title: "Reset the row",
    request_lines: ["UPDATE t SET a = 1", "WHERE id = :id", `:id = ${id}`],
    preview: {
      matched: 1,
      keys: [[id]],
      key_columns: ["id"],
      table: "t",
      diff: {
        verb: "update",
        changed: 1,
        unchanged: 0,
        rows: [{ key: [id], cells: [{ column: "a", before: `was ${id}`, after: "1" }] }],
        columns: [],
      },
    },
    undo: { kind: "complete", why: [] },
    ...more,
  });

describe("steps that differ in values only", () => {
  it("are one block: the request once, a row for each with its value and what its title adds", () => {
    const { shown } = textsOf(about({ vm: [detach("4d4a", "root"), detach("76e6", "data")] }));
    expect(shown).toEqual([
      "2 steps for 1 target; nothing is done yet. [*]: CloudStack has no preview; you approve the request.",
      expect.stringMatching(/^In short/u),
      "Not undone by Handrail: 2 of 2 steps; each says what undoes it.",
      "vm  ctx-vm",
      "1. Detach volume … (…) [*] (2 times)",
      "   undo: not by Handrail: it is attached again",
      "   Volume Daemon detach …",
      "    4d4a  root",
      "    76e6  data",
      "+ What led here, what comes then, what no and a lost answer do, whose page it is",
    ]);
  });

  it("say whose they are where there are several targets", () => {
    const { shown } = textsOf(about({ a: [detach("4d4a", "root")], b: [detach("76e6", "root")] }));
    expect(shown).toContain("    a  4d4a");
    expect(shown).toContain("    b  76e6");
    expect(shown[0]).toMatch(/^2 steps for 2 targets \(a 1, b 1\)\./u);
    expect(shown).toContain("a  ctx-a; b  ctx-b");
  });

  it("say the key of a target once: not before a request that has it", () => {
    const named = (key: string): DocumentStep => aStep({ request_lines: [`POST /${key}`] });
    const { shown } = textsOf(about({ a: [named("ctx-a")], b: [named("other")] }));
    expect(shown).toContain("b  ctx-b");
    expect(shown.join("\n").match(/ctx-a/gu)).toHaveLength(1);
  });

  it("say every request, whatever differs in them, before any key", () => {
    const request = (lines: readonly string[]): DocumentStep => aStep({ request_lines: lines });
    const texts = [["POST /a", "{ one }"], ["POST /b with more words"], ["POST /c", "{ two }"]];
    const { shown } = textsOf(about({ a: texts.slice(0, 2).map(request), b: texts.slice(2).map(request) }));
    for (const text of texts.flat()) expect(shown.join("\n")).toContain(text);
  });
});

describe("what is folded", () => {
  it("explains: what led here, what comes then, a lost answer, the limit, whose page it is", () => {
    const context = { led_here: ["2 Detach: done"], next: ["Then: 3 Revert"], unanswered: ["No: it ends"] };
    const { shown, folded } = textsOf(about({ vm: [detach("4d4a", "root")] }, context));
    for (const text of ["Led here: 2 Detach: done", "Then: 3 Revert", "No: it ends"]) {
      expect(shown).not.toContain(text);
      expect(folded).toContain(text);
    }
    expect(folded).toContain("  Each request to CloudStack is given at most 60 s".trim());
    expect(folded.at(-1)).toMatch(/^Page d: an answer counts for this page alone/u);
  });

  it("is nothing of a change that can be taken back whole: what it does to each target is seen before it is approved", () => {
    const { shown } = textsOf(about({ a: [change("11")], b: [change("22")] }));
    expect(shown.filter((text) => text.includes("UPDATE t"))).toHaveLength(1);
    expect(shown).toContain("1. Reset the row (2 times) (undo complete)");
    expect(shown).toContain("   change 2 rows of t, by id, which is :id; in each row: a … -> 1");
    expect(shown).toContain("    a  :id = 11  was 11");
    expect(shown).toContain("    b  :id = 22  was 22");
  });

  it.each([
    ["destroys", { risk: "destroy" }],
    ["needs the name", { raises: ["it touches more"] }],
    ["can be taken back in part only", { undo: { kind: "partial", why: ["a trigger"] } }],
    ["cannot be taken back", { undo: { kind: "none", why: ["gone"] } }],
  ] as const)("is nothing of a change that %s", (_name, more) => {
    const { shown } = textsOf(about({ a: [change("11", more)], b: [change("22", more)] }));
    expect(shown.join("\n")).toContain("in each row: a … -> 1");
    expect(shown).toContain("    b  :id = 22  was 22");
  });

  it("is nothing of what a run does beside its pages", () => {
    const acts = [
      { id: "", title: "Log", lines: ["a row", "which stays"], as: "oma", shell: false },
      { id: "c", title: "Collect", lines: ["set -e", "journalctl"], as: "root", shell: true },
    ];
    const { shown } = textsOf(about({ vm: [] }, { acts, phase: START }));
    expect(shown).toContain("Log, as oma: a row; which stays");
    expect(shown).toContain(" 2| journalctl");
  });
});

it("tells targets of one name apart on the page, others behind the fold", () => {
  const target = (key: string, label: string) => ({ key, label, shown: [["os", key]] as const, steps: [] });
  const twins = textsOf(aDocument({ targets: [target("k1", "twin"), target("k2", "twin"), target("k3", "other")] }));
  expect(twins.shown).toContain("twin  k1  (when chosen: os k1); twin  k2  (when chosen: os k2); other  k3");
  expect(twins.folded).toContain("other  k3  (when chosen: os k3)");
});

it("warns where something is destroyed and at the start, before its steps", () => {
  const shownOf = (more: Partial<ApprovalDocument>): string[] =>
    textsOf(about({ vm: [detach("4d4a", "root")] }, { warnings: ["mind"], ...more })).shown;
  expect(shownOf({ risk: "change" })).not.toContain("! mind");
  expect(shownOf({ phase: START })).toContain("! mind");
  const page = shownOf({ risk: "destroy" });
  expect(page.indexOf("! mind")).toBeLessThan(page.findIndex((text) => text.startsWith("1. ")));
  expect(page).toContain("! mind");
});
