/** The receipt as lines. */
import { describe, expect, it } from "vitest";
import { receiptLines, receiptParts } from "../../src/engine/receipt-text.ts";
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
    expect(lines(null)).toEqual(["not known: no count of them was written down"]);
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
