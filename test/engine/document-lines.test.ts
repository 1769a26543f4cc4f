/** An approval document as lines: every word that is on a page. */
import { describe, expect, it } from "vitest";
import type { ApprovalDocument, DocumentStep } from "../../src/engine/approval-document.ts";
import { documentLines, wayBackText, type DocumentLine } from "../../src/engine/document-lines.ts";
import { START } from "../../src/engine/state.ts";
import { aDocument, aStep } from "../support/document.ts";

const linesOf = (more: Partial<ApprovalDocument>): DocumentLine[] => documentLines(aDocument(more), 80);
const textsOf = (more: Partial<ApprovalDocument>): string[] => linesOf(more).map(({ text }) => text);
const pageOf = (...steps: readonly DocumentStep[]): Partial<ApprovalDocument> => ({
  targets: [{ key: "ctx-a", label: "vm-a", shown: [], steps }],
});
const find = (more: Partial<ApprovalDocument>, part: string): DocumentLine | undefined =>
  linesOf(more).find(({ text }) => text.includes(part));
const IDENTITY = [
  "Runbook book (digest 0000000000000000), site site, db on host:3306",
  "Begun or taken up by ada (uid 1) on host; asked of a person",
  "Page d: an answer counts for this page alone",
];

describe("a page", () => {
  it("has its parts in their order", () => {
    const page = textsOf({
      ...pageOf(aStep({ request_lines: ["POST /x"] })),
      led_here: ["2 Detach: 1 change made"],
      warnings: ["it may take long"],
      risk: "destroy",
      next: ["then it looks"],
      unanswered: ["nobody: it stops"],
      summary: {
        effects: [{ what: "detachVolume", verb: "", count: 1, undo: "other" }],
        lost: [],
        oldest: null,
        ageless: 0,
      },
    });
    expect(page).toEqual([
      "1 step for 1 target. Nothing of this page has been done yet.",
      "It has no preview [*]: approved by the request, looked at before and after.",
      "In short: 1 x detachVolume (undone by other means only)",
      "Not undone by Handrail: 1 of 1 step; each says what undoes it.",
      "Led here: 2 Detach: 1 change made",
      "! it may take long",
      "vm-a  ctx-a",
      "  1. t [*]",
      "     POST /x",
      "     by CloudStack, at most 60 s; undo: not by Handrail",
      "then it looks",
      "nobody: it stops",
      expect.stringMatching(/^If an answer of CloudStack is lost, nothing is sent again/u),
      ...IDENTITY,
    ]);
  });

  it("warns where something is destroyed, and at the start", () => {
    expect(textsOf({ warnings: ["mind"], risk: "change" })).not.toContain("! mind");
    expect(textsOf({ warnings: ["mind"], risk: "change", phase: START })).toContain("! mind");
    expect(find({ warnings: ["mind"], risk: "destroy" }, "! mind")).toEqual({
      tone: "waiting",
      text: "! mind",
      hang: 2,
    });
  });

  it("of the start says that nothing was changed, and sums nothing up", () => {
    const page = { ...pageOf(), phase: START };
    expect(textsOf(page)).toEqual([
      "This page begins the run for 1 target. Nothing has been changed.",
      "vm-a  ctx-a",
      ...IDENTITY,
    ]);
  });

  it("says who is asked, of which lab and site", () => {
    const { identity } = aDocument();
    expect(
      textsOf({ identity: { ...identity, mode: "grant", lab: "a\u001bb" }, digest: "0123456789abcdef0" }).slice(-3),
    ).toEqual([
      String.raw`Runbook book (digest 0000000000000000), site site, LAB a\x1bb, db on host:3306`,
      "Begun or taken up by ada (uid 1) on host; a grant answers what it covers",
      "Page 0123456789abcdef: an answer counts for this page alone",
    ]);
    expect(textsOf({ identity: { ...identity, mode: "none" } }).at(-2)).toContain("nobody is there to be asked");
  });

  it("tells targets of one name apart by what was shown when they were chosen", () => {
    const target = {
      key: "ctx-a",
      label: "vm-a",
      shown: [
        ["created", "today"],
        ["os", "x"],
      ] as const,
      steps: [],
    };
    expect(textsOf({ targets: [target] })).toContain("vm-a  ctx-a  (when chosen: created today, os x)");
  });

  it("lists what the run does beside it, a shell text line by line", () => {
    const acts = [
      { id: "", title: "Locks", lines: ["a lock for each VM"], as: "oma", shell: false },
      { id: "collect", title: "Collect", lines: ["set -e", "journalctl"], as: "root", shell: true },
    ];
    const lines = linesOf({ acts });
    const first = lines.findIndex(({ text }) => text === "Beside the pages that are asked about, this run does:");
    expect(lines.slice(first + 1, first + 8)).toEqual([
      { tone: "strong", text: "  Locks", hang: 4 },
      { tone: "muted", text: "     as oma: no page of its own is asked for it", hang: 7 },
      { tone: "plain", text: "     a lock for each VM", hang: 10 },
      { tone: "strong", text: "  Collect", hang: 4 },
      {
        tone: "waiting",
        text: "     as root: a shell text, whatever it does; what it prints goes into the journal",
        hang: 7,
      },
      { tone: "plain", text: "      1 | set -e", hang: 10 },
      { tone: "plain", text: "      2 | journalctl", hang: 10 },
    ]);
    expect(textsOf({})).not.toContain("Beside the pages that are asked about, this run does:");
  });
});

describe("what has no preview", () => {
  const SEEN = { none: true, snapshot: { state: "BackedUp", created: "2026-11-22T03:12:00Z" } };
  const blind = aStep();
  const early = aStep({ preview: null });
  const rows = aStep({ kind: "sql.change", preview: { matched: 1, keys: [["1"]], key_columns: ["id"], table: "t" } });
  it.each([
    [[blind], "It has no preview [*]:"],
    [[blind, blind], "They have no preview [*]:"],
    [[blind, rows], "1 of them has no preview [*]:"],
    [[blind, blind, rows], "2 of them have no preview [*]:"],
    // What comes after other steps may have one, once it is its turn: nobody has tried it.
    [[early], "It was not tried out yet [*], since other steps come before:"],
    [[early, early, rows], "2 of them were not tried out yet [*], since other steps come before:"],
  ])("is counted (%#)", (steps, text) => {
    expect(find(pageOf(...steps), "[*]")).toMatchObject({
      tone: "muted",
      text: expect.stringContaining(text),
    });
  });
  it("is no word of a page whose steps all have one", () => {
    expect(find(pageOf(rows), "[*]")).toBeUndefined();
    expect(textsOf(pageOf(rows))).toContain("  1. t");
    expect(textsOf(pageOf(aStep({ preview: SEEN })))).toContain("  1. t [*]");
  });
});

describe("a step", () => {
  it("that destroys stands out, and says why it needs the typed name", () => {
    const page = pageOf(aStep({ risk: "destroy", raises: ["it is a snapshot"] }), aStep());
    expect(find(page, "  1. t")).toEqual({ tone: "danger", text: "  1. t [*]", hang: 5 });
    expect(find(page, "  2. t")).toEqual({ tone: "strong", text: "  2. t [*]", hang: 5 });
    expect(find(page, "NEEDS")).toEqual({
      tone: "danger",
      text: "     NEEDS THE TYPED NAME: it is a snapshot",
      hang: 7,
    });
  });

  it("whose rows nobody has seen says in a sentence how far it may reach", () => {
    const unseen = pageOf(aStep({ undo: { kind: "unseen", why: [] }, message: "at most 3 rows" }));
    expect(textsOf(unseen)).toContain("     at most 3 rows");
    expect(textsOf(pageOf(aStep({ message: "at most 3 rows" })))).not.toContain("     at most 3 rows");
  });

  it.each<[DocumentStep["undo"]["kind"], string[]]>([
    ["complete", ["     by CloudStack, at most 60 s; undo: complete, kept in the journal before the commit: a; b"]],
    ["partial", ["     by CloudStack, at most 60 s", "     undo: PARTIAL, the rows above only: a; b"]],
    ["other", ["     by CloudStack, at most 60 s; undo: not by Handrail: a; b"]],
    ["none", ["     by CloudStack, at most 60 s", "     CANNOT BE UNDONE: a; b"]],
    ["unseen", ["     by CloudStack, at most 60 s; undo: not known yet: a; b"]],
  ])("says how it is taken back, loudly where that is not whole: %s", (kind, texts) => {
    const lines = linesOf(pageOf(aStep({ undo: { kind, why: ["a", "b"] } })));
    const first = lines.findIndex(({ text }) => text.startsWith("     by "));
    expect(lines.slice(first, first + texts.length).map(({ text }) => text)).toEqual(texts);
    const tone = { none: "danger", partial: "waiting" }[kind as string] ?? "muted";
    expect(lines[first + texts.length - 1]?.tone).toBe(tone);
    expect(wayBackText({ kind, why: [] })).not.toContain(":  ");
  });
});

describe("the line of what can be taken back", () => {
  const of = (...kinds: readonly DocumentStep["undo"]["kind"][]): Partial<ApprovalDocument> => ({
    ...pageOf(...kinds.map((kind) => aStep({ undo: { kind, why: [] } }))),
    summary: {
      effects: [],
      lost: [
        { message: "the snapshot", steps: 1 },
        { message: "the process", steps: 2 },
      ],
      oldest: null,
      ageless: 0,
    },
  });
  it.each<[DocumentStep["undo"]["kind"][], string, string]>([
    [["complete"], "plain", "Every step can be undone by Handrail."],
    [["complete", "other"], "plain", "Not undone by Handrail: 1 of 2 steps; each says what undoes it."],
    [["other", "partial"], "waiting", "1 of 2 steps can be undone only in part."],
    [["partial", "unseen", "unseen"], "waiting", "Whether 2 of 3 steps can be undone is known after the preview."],
    [["unseen", "none"], "danger", "1 of 2 steps cannot be undone: the snapshot; the process (2 steps)"],
  ])("%j", (kinds, tone, text) => {
    expect(linesOf(of(...kinds))).toContainEqual({ tone, text, hang: 2 });
  });
});

it("effects are rows of tables, or requests", () => {
  const effects = [
    { what: "jobs", verb: "delete", count: 2, undo: "complete" },
    { what: "revertSnapshot", verb: "", count: 3, undo: "none" },
    { what: "steps", verb: "update", count: 1, undo: "partial" },
    { what: "x", verb: "update", count: 1, undo: "unseen" },
  ] as const;
  expect(textsOf({ summary: { effects, lost: [], oldest: null, ageless: 0 } })).toContain(
    "In short: delete 2 rows of jobs (undo complete), 3 x revertSnapshot (CANNOT BE UNDONE), update 1 row of steps (undo PARTIAL), update 1 row of x (undo not known yet)",
  );
});

it.each([
  ["2026-11-22T03:11:01Z", "0 min"],
  ["2026-11-22T02:12:01Z", "59 min"],
  ["2026-11-22T02:12:00Z", "1 h 0 min"],
  ["2026-11-20T03:12:01Z", "47 h 59 min"],
  ["2026-11-20T03:12:00Z", "2 days"],
])("the age of a snapshot of %s is %s", (oldest, age) => {
  const summary = { effects: [], lost: [], oldest, ageless: 2 };
  const lines = linesOf({ summary });
  const danger = lines.filter(({ tone }) => tone === "danger").map(({ text }) => text);
  expect(danger).toEqual([
    `Oldest snapshot gone back to: ${oldest}, ${age} before this page`,
    "When the snapshot was made is not known of 2 steps",
  ]);
});
