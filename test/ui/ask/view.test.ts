/** An approval page: what it is about, what it risks, whether others wait for it, and the name that is typed. */
import { describe, expect, it, test } from "vitest";
import { START } from "../../../src/engine/state.ts";
import type { ApprovalDocument } from "../../../src/engine/approval-document.ts";
import { textOf } from "../../../src/ui/line.ts";
import { approvalBody, approvalHead } from "../../../src/ui/ask/view.ts";
import { at, CREATED, driving, historyOf, page } from "../models.ts";

const LOST = { effects: [], lost: [{ message: "the volume", steps: 1 }], oldest: null, ageless: 0 };

/** The head of a page, in a run that was created so. */
function headOf(over: Partial<ApprovalDocument>, created: object = {}) {
  const question = page(over).run?.question;
  const { run } = driving(null, historyOf({ ...CREATED, body: { ...CREATED.body, ...created } }));
  if (run === null || question?.kind !== "page") throw new Error("no page is open");
  const [title = [], place = []] = approvalHead(run, question, at(0));
  return { title: textOf(title).replaceAll(/ +/gu, " "), tones: title.map(({ tone }) => tone), place: textOf(place) };
}

test.each([
  ["APPROVAL: ", "risk: changes", {}],
  ["APPROVAL to begin: ", "risk: changes", { phase: START }],
  ["APPROVAL: ", "risk: needs the typed name", { risk: "destroy" }],
  ["APPROVAL: ", "risk: cannot be undone", { risk: "change", summary: LOST }],
  ["APPROVAL: ", "risk: cannot be undone", { risk: "destroy", summary: LOST }],
] as const)("'%s' stands before its title and '%s' behind it: %o", (heading, risk, over) => {
  expect(headOf({ title: "1 Look", ...over }).title).toBe(`${heading}1 Look ${risk}`);
});

test("title and risk of a page that destroys are in the colour of danger, those of another are not", () => {
  const ends = ({ tones }: ReturnType<typeof headOf>) => [tones.at(0), tones.at(-1)];
  expect(ends(headOf({ risk: "destroy" }))).toEqual(["danger", "danger"]);
  expect(ends(headOf({ risk: "change" }))).toEqual(["accent", "waiting"]);
});

test("a page says whether it is about a lab, and of which run it is", () => {
  const created = (lab: string | null) => ({ site: { name: "plant", lab, scale: 1 } });
  expect(headOf({}, created(null)).place).toContain("site plant");
  expect(headOf({}, created("incident")).place).toContain("LAB incident");
  expect(headOf({}, created("incident")).place).not.toContain("plant");
  expect(headOf({}).place).toContain("run-1");
});

test("only a page about the first target alone, in a run that supervises it, says that the others wait", () => {
  const target = (key: string) => ({ key, label: key, shown: [], steps: [] });
  const [one, two] = [target("ctx-one"), target("ctx-two")];
  const waits = "the first of 3";
  const batch = (canary: boolean) => ({ batch: { canary, max_parallel: 2, max_failures: 0 } });
  const canary = batch(true);
  expect(headOf({ targets: [one] }, canary).place).toContain(waits);
  expect(headOf({ targets: [two] }, canary).place).not.toContain(waits);
  expect(headOf({ targets: [one, two] }, canary).place).not.toContain(waits);
  expect(headOf({ targets: [one], phase: START }, canary).place).not.toContain(waits);
  expect(headOf({ targets: [one] }, batch(false)).place).not.toContain(waits);
  expect(headOf({ targets: [one] }).place).not.toContain(waits);
});

describe("the name that is typed", () => {
  const lastLine = (typed: string) => {
    const question = page({ typed: "one on" }).run?.question;
    if (question?.kind !== "page") throw new Error("no page is open");
    const line = approvalBody({ ...question, typed }, at(0)).at(-1) ?? [];
    const spans = line.filter(({ text }) => text !== "").map(({ tone, text }) => [tone, text]);
    return { text: textOf(line), name: spans.at(1), typed: spans.at(3), rest: spans.slice(4) };
  };
  const { cursor } = at(0).glyphs;

  it("stands behind the name that is asked for, which is in the colour of danger", () => {
    expect(lastLine("o").text).toBe(`Type one on to approve: o${cursor}`);
    expect(lastLine("o").name).toEqual(["danger", "one on"]);
  });

  it("is told to be right so far, whole, or wrong", () => {
    expect(lastLine("")).toMatchObject({ typed: ["strong", cursor], rest: [] });
    expect(lastLine("one")).toMatchObject({ typed: ["strong", `one${cursor}`], rest: [] });
    expect(lastLine("one on")).toMatchObject({ typed: ["ok", `one on${cursor}`], rest: [] });
    // The end of the name is no beginning of it.
    const wrong = { typed: ["danger", `on on${cursor}`], rest: [["danger", " not the name: Backspace"]] };
    expect(lastLine("on on")).toMatchObject(wrong);
    expect(lastLine("n")).toMatchObject({ typed: ["danger", `n${cursor}`] });
  });
});
