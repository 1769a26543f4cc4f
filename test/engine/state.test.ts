/** What is known of a run: what an expression of a target may name, and which of its steps count as made or sent. */
import { expect, it } from "vitest";
import { decisionsOf, isMade, isSent, scopeOf } from "../../src/engine/state.ts";
import { asLadder } from "../ui/runbook.ts";
import { History } from "./history.ts";
import { historyOf, RESCUE } from "./moments.ts";

it("an expression has the rung at which its target left the ladder, '' where it left none", () => {
  const { state, target } = new History();
  expect(scopeOf(state, target).left).toBe("");
  expect(scopeOf(state, { ...target, left: "nudge" }).left).toBe("nudge");
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
