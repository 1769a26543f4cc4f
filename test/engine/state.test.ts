/** What is known of a run: what an expression of a target may name, and which of its steps count as made or sent. */
import { expect, it } from "vitest";
import { decisionsOf, doneOf, isMade, isSent, scopeOf } from "../../src/engine/state.ts";
import type { Mark } from "../../src/engine/bodies.ts";
import { asLadder } from "../ui/runbook.ts";
import { History, planned } from "./history.ts";
import { approved, historyOf, RESCUE } from "./moments.ts";

it("an expression has the rung at which its target left the ladder, '' where it left none", () => {
  const { state, target } = new History();
  expect(scopeOf(state, target).left).toBe("");
  expect(scopeOf(state, { ...target, left: "nudge" }).left).toBe("nudge");
});

it("what is done stands there for each change of the runbook, and for nothing that only looks", () => {
  const history = new History();
  const look = { target: "ctx-a", phase: "look" };
  history.add("phase.expanded", look, { title: "Look", skipped: null, steps: [planned("volumes", "read")] });
  history.add("step.read", { ...look, step: "volumes", item: "" }, { says: "", facts: {} });
  expect(doneOf(history.state, history.target)).toEqual({ detach: [], delete: [] });
  const marked = (mark: Mark): object => {
    const { state, target } = approved().marked("vol-1", mark);
    return doneOf(state, target);
  };
  for (const mark of ["already", "by-hand"] as const) expect(marked(mark)).toEqual({ detach: ["vol-1"], delete: [] });
  expect(marked("failed")).toEqual({ detach: [], delete: [] });
});

it("a decision that was not made is '', for each gate, rescue and rung of the runbook and for nothing else", () => {
  const of = ({ state, target }: History): object => decisionsOf(state, target);
  expect(of(new History())).toEqual({ keep: "" });
  expect(of(historyOf(RESCUE))).toEqual({ keep: "", detach: "" });
  expect(of(historyOf(asLadder))).toEqual({ keep: "", nudge: "" });
  const { state, target } = new History();
  expect(decisionsOf(state, { ...target, decisions: { keep: "stop" } })).toEqual({ keep: "stop" });
});

it("a change is made once it was sent and seen to have worked", () => {
  expect(isMade({ attempts: 1, mark: "succeeded" })).toBe(true);
  expect(isMade({ attempts: 0, mark: "succeeded" })).toBe(false);
  expect(isMade({ attempts: 1, mark: "failed" })).toBe(false);
});

it("a change was sent, whatever became of it, and stays so where it came undone", () => {
  expect(isSent({ attempts: 1, lapses: 0 })).toBe(true);
  expect(isSent({ attempts: 0, lapses: 1 })).toBe(true);
  expect(isSent({ attempts: 0, lapses: 0 })).toBe(false);
});
