/** The receipt as lines. */
import { describe, expect, it } from "vitest";
import { receiptLines, receiptPage, receiptParts } from "../../src/engine/receipt-text.ts";
import type { Receipt } from "../../src/engine/receipt.ts";
import { History } from "./history.ts";

const BASE = new History().begun().done("vol-1").receipt;
const TIME = "2026-11-22T03:14:00.000Z";
const command = (words: string): string => `handrail ${words} --lab`;
const partOf = (title: string, more: Partial<Receipt>): readonly string[] =>
  receiptParts({ ...BASE, ...more }, command).find((part) => part.title === title)?.lines ?? [];

it("has its parts in their order, empty ones left out but for what is open", () => {
  const whole: Receipt = {
    ...BASE,
    settled: [{ ...settled }],
    broken: [broken],
    approvals: [approval, { ...approval, result: "rejected" }],
    decisions: [decision],
    joblog: { rows: {}, behind: 0, reason: "" },
  };
  expect(receiptParts(whole, command).map(({ title }) => title)).toEqual([
    "Result",
    "Effects",
    "Was in doubt",
    "No longer so",
    "Approved",
    "Not approved",
    "Decided",
    "Product log",
    "Open",
  ]);
  const bare = { ...BASE, approvals: [], logged: false };
  expect(receiptParts(bare, command).map(({ title }) => title)).toEqual(["Result", "Effects", "Open"]);
});

const settled = {
  step: "detach",
  item: "vol-1",
  target: "ctx-a",
  outcome: "applied",
  basis: "statement",
  message: "it is off",
  by: "ada",
  at: TIME,
  evidence: "e1",
} as const;
const broken = { hold: "engine-gone", target: "ctx-a", message: "it runs", at: TIME, evidence: "e1", over: null };
const approval = {
  approval: "detach#1",
  title: "2 Detach",
  risk: "change",
  page_digest: "0123456789abcdef",
  steps: 2,
  result: "approved",
  by: "ada",
  method: "key",
  message: "",
  at: TIME,
  evidence: "e1",
} as const;
const decision = {
  gate: "way",
  asks: "gate",
  target: "ctx-a",
  choice: "release",
  by: "ada",
  method: "person",
  note: "",
  at: TIME,
  evidence: "e1",
} as const;

describe("effects", () => {
  const effect = {
    what: "jobs",
    verb: "update",
    count: 2,
    undoable: "yes",
    reason: "",
    steps: ["reset"],
    evidence: [],
  };
  const line = (more: object): string | undefined =>
    partOf("Effects", { effects: [{ ...effect, ...more } as never] })[1];

  it.each([
    [{}, "jobs: 2 rows changed (reset); can be undone"],
    [{ verb: "delete", count: 1 }, "jobs: 1 row deleted (reset); can be undone"],
    [
      { verb: "insert", undoable: "in-part", reason: "a trigger" },
      "jobs: 2 rows added (reset); can be undone in part: a trigger",
    ],
    [{ verb: "replace", undoable: "taken-back" }, "jobs: 2 rows replace (reset); taken back since"],
    [
      { what: "revertSnapshot", verb: "", count: 1, undoable: "no", steps: ["a", "b"] },
      "revertSnapshot: 1 request (a, b); CANNOT be undone",
    ],
    [{ undoable: "by-other-means" }, "jobs: 2 rows changed (reset); no undo of Handrail's"],
    [{ undoable: "taken-back-in-part" }, "jobs: 2 rows changed (reset); taken back in part since"],
  ])("%j", (more, text) => expect(line(more)).toBe(text));

  it("end with the command that takes them back, where there is something to take back", () => {
    const undo = `take back what can be, rows shown first: handrail undo ${BASE.run_id} --lab`;
    expect(partOf("Effects", { undo: true }).at(-1)).toBe(undo);
    expect(partOf("Effects", { undo: false })).not.toContain(undo);
  });
});

describe("approvals", () => {
  const lines = (more: object, title: string) => partOf(title, { approvals: [{ ...approval, ...more }] });

  it("say who gave them, how, and for which page", () => {
    expect(lines({}, "Approved")).toEqual(["2 Detach, 2 steps, risk change: ada (key) 03:14:00Z, page 0123456789ab"]);
    expect(lines({ method: "", steps: 1 }, "Approved")).toEqual([
      "2 Detach, 1 step, risk change: ada 03:14:00Z, page 0123456789ab",
    ]);
    expect(lines({}, "Not approved")).toEqual([]);
  });

  it("that were not given say why", () => {
    expect(lines({ result: "rejected", message: "not now" }, "Not approved")).toEqual([
      "2 Detach, 2 steps, risk change: rejected by ada (key) 03:14:00Z, page 0123456789ab: not now",
    ]);
    expect(lines({ result: "open", by: "" }, "Not approved")).toEqual([
      "2 Detach, 2 steps, risk change: nobody answered 03:14:00Z, page 0123456789ab",
    ]);
    expect(lines({ result: "expired", by: "" }, "Approved")).toEqual([]);
  });
});

it("decisions say of whom, by whom and with which words", () => {
  const lines = (more: object) => partOf("Decided", { decisions: [{ ...decision, ...more }] });
  expect(lines({})).toEqual(["way of vm-a: release, ada person 03:14:00Z"]);
  expect(lines({ target: null, by: "", method: "only way", note: "it hangs" })).toEqual([
    "way of all: release, only way 03:14:00Z: it hangs",
  ]);
});

it("what was in doubt says how it is known now", () => {
  expect(partOf("Was in doubt", { settled: [settled] })).toEqual(['it is off  [" said 03:14:00Z]']);
});

it("what is no longer so says when, and whether it is so again", () => {
  expect(
    partOf("No longer so", { broken: [broken, { ...broken, target: "none", over: "2026-11-22T03:15:00Z" }] }),
  ).toEqual([
    "engine-gone of vm-a: it runs  [= seen 03:14:00Z]",
    "engine-gone of : it runs  [= seen 03:14:00Z]; so again when looked at 03:15:00Z",
  ]);
});

describe("rows in the JobLog", () => {
  const lines = (joblog: Receipt["joblog"], logged = true) => partOf("Product log", { joblog, logged });
  it("are those that were counted", () => {
    expect(lines({ rows: { job_steps: 2, log_events: 1 }, behind: 0, reason: "" })).toEqual([
      "job_steps 2 rows, log_events 1 row",
    ]);
    expect(lines({ rows: {}, behind: 0, reason: "" })).toEqual(["none was written"]);
    expect(lines({ rows: {}, behind: 1, reason: "no answer" })).toEqual([
      "none was written",
      "1 entry not written: no answer",
    ]);
    expect(lines({ rows: {}, behind: 2, reason: "no answer" }).at(-1)).toBe("2 entries not written: no answer");
  });
  it("are not known where no count was written down, and no word of a run that writes none", () => {
    expect(lines(null)).toEqual([
      "how many rows about itself this run wrote there is not known: its journal has no count, which is made when a run ends or pauses in order",
    ]);
    expect(lines(null, false)).toEqual([]);
  });
});

it("what is open stands last, also where it is nothing", () => {
  expect(partOf("Open", { open: [] })).toEqual(["nothing that this journal knows of"]);
  expect(partOf("Open", { open: ["a\u001bb"] })).toEqual([String.raw`a\x1bb`]);
});

it("for a terminal the titles stand in a column", () => {
  const lines = receiptLines({ ...BASE, approvals: [], logged: false, open: ["a", "b"] }, command);
  expect(lines.slice(-2)).toEqual(["Open         a", "             b"]);
  expect(lines[0]).toBe(`Result       vm-a: ${BASE.targets[0]?.end.message}  [~ concluded 03:12:07Z]`);
});

describe("as a page", () => {
  const many = (count: number, over: (at: number) => object = () => ({})): Receipt => {
    const [first] = BASE.targets;
    if (first === undefined) throw new Error("a receipt without targets");
    const targets = Array.from({ length: count }, (_unused, at) => ({
      ...first,
      label: `vm-${at}`,
      end: {
        ...first.end,
        kind: "recovered" as const,
        message: "recovered",
        basis: "observation" as const,
        at: TIME,
        ...over(at),
      },
    }));
    return { ...BASE, targets, open: [] };
  };
  const lines = (title: string, receipt: Receipt): readonly string[] =>
    receiptPage(receipt, command).find((part) => part.title === title)?.lines ?? [];

  it("three of one end stand each for itself, and more of them together, with the times of the first and the last", () => {
    expect(lines("Result", many(3))).toHaveLength(3);
    expect(lines("Result", many(5))).toEqual(["vm-0, vm-1, vm-2 and 2 more: recovered  [= seen 03:14:00Z]"]);
    const times = many(4, (at) => ({ at: `2026-11-22T03:1${4 - at}:00.000Z` }));
    expect(lines("Result", times)).toEqual(["vm-0, vm-1, vm-2 and 1 more: recovered  [= seen 03:11:00Z to 03:14:00Z]"]);
  });

  it("what is no recovery stands first, and what differs in a word or in how it is known is another line", () => {
    const mixed = many(10, (at) =>
      at === 7 ? { kind: "failed", message: "FAILED: busy" } : at === 8 ? { basis: "statement" } : {},
    );
    expect(lines("Result", mixed)).toEqual([
      "vm-7: FAILED: busy  [= seen 03:14:00Z]",
      "vm-0, vm-1, vm-2 and 5 more: recovered  [= seen 03:14:00Z]",
      'vm-8: recovered  [" said 03:14:00Z]',
    ]);
  });

  it("what is open stands second, without what the result says already, and then what was done and the criteria", () => {
    const [first] = many(1).targets;
    const failed = many(1, () => ({ kind: "failed", message: "FAILED: busy" }));
    const page = receiptPage({ ...failed, open: ["vm-0: FAILED: busy", "vm-0: left out: b"] }, command);
    expect(page.map(({ title }) => title).slice(0, 4)).toEqual(["Result", "Open", "Effects", "Criteria"]);
    expect(page[1]?.lines).toEqual(["vm-0: left out: b"]);
    expect(receiptPage({ ...failed, open: ["vm-0: FAILED: busy"] }, command)[1]?.title).toBe("Effects");
    expect(lines("Open", many(1))).toEqual(["nothing that this journal knows of"]);
    expect(first?.criteria[0]?.kind).toBe("not-seen");
  });

  it("criteria are those of each of a few, and of many those that are not met", () => {
    const [claim] = BASE.targets[0]?.criteria ?? [];
    if (claim === undefined) throw new Error("a receipt without criteria");
    const withKind = (count: number, kind: "met" | "not-met"): Receipt => {
      const receipt = many(count);
      const targets = receipt.targets.map((target) => ({ ...target, criteria: [{ ...claim, kind, message: "off" }] }));
      return { ...receipt, targets };
    };
    expect(lines("Criteria", withKind(2, "met"))).toEqual([
      "vm-0: met: off  [~ concluded 03:12:07Z]",
      "vm-1: met: off  [~ concluded 03:12:07Z]",
    ]);
    expect(lines("Criteria", withKind(4, "met"))).toEqual([]);
    expect(lines("Criteria", withKind(4, "not-met"))).toHaveLength(4);
  });

  it("what is open of several stands together, and what names none of them stays as it is", () => {
    const open = [
      ...["vm-0", "vm-1", "vm-2", "vm-3"].map((label) => `${label}: left out: b`),
      "vm-1: by hand",
      "no VM: c",
    ];
    expect(lines("Open", { ...many(4), open })).toEqual([
      "vm-0, vm-1, vm-2 and 1 more: left out: b",
      "vm-1: by hand",
      "no VM: c",
    ]);
  });
});
