/** What the fold makes of conditions that are no longer so. */
import { expect, it } from "vitest";
import { brokenIn } from "../../../src/engine/holds.ts";
import { slotsOf } from "../../../src/engine/end.ts";
import { approved, entered } from "../moments.ts";
import type { History } from "../history.ts";

const place = (item: string) => ({ target: "ctx-a", phase: "detach", step: "detach", item });
const SAW = { count: 1, names: [], none_expected: null };
const says = "volume vol-1 is on again";
const lapsed = (history: History): History =>
  history.add("step.lapsed", place("vol-1"), { says, since: "", evidence: [], saw: SAW });
const broken = (holds: boolean, target = "ctx-a"): History =>
  approved().add("hold.observed", { target }, { hold: "gone", holds, says: "the engine runs", evidence: [], saw: SAW });
const approvals = ({ target }: History) => slotsOf(target).map(({ approval }) => approval);
const covers = ({ state }: History) => state.approvals["detach#1"]?.covers.length;

it("a finished step that came undone is planned again, in an open phase, and its target's approvals are void", () => {
  const history = lapsed(approved().done("vol-1"));
  expect(slotsOf(history.target)[0]).toMatchObject({
    status: "planned",
    mark: "lapsed",
    reason: says,
    preview: null,
    approval: null,
    attempt: null,
    attempts: 1,
    lapses: 1,
    outcome: null,
    settle: null,
  });
  expect(history.target.phases["detach"]).toMatchObject({ status: "open", reopened: true, rung: null });
  expect([approvals(history), covers(history)]).toEqual([[null, null], 0]);
});

it("what was found done already is no effect of ours that came undone", () => {
  expect(slotsOf(lapsed(approved().marked("vol-1", "already")).target)[0]).toMatchObject({ lapses: 0, attempts: 0 });
});

it("a condition that is broken voids what was approved for its target, and for no other", () => {
  expect([approvals(broken(false)), covers(broken(false))]).toEqual([[null, null], 0]);
  expect([approvals(broken(true)), covers(broken(true))]).toEqual([["detach#1", "detach#1"], 2]);
  expect(covers(broken(false, "ctx-b"))).toBe(2);
  expect(broken(false).target.holds["gone"]).toMatchObject({ holds: false, says: "the engine runs" });
});

it("what is no longer so is said, finished steps first, and nothing that holds", () => {
  const both = lapsed(broken(false).done("vol-1"));
  expect(brokenIn(both.target)).toEqual([`"Detach volume vol-1" came undone: ${says}`, "the engine runs"]);
  expect(brokenIn(broken(true).target)).toEqual([]);
  expect(brokenIn(entered().done("vol-1").target)).toEqual([]);
});
