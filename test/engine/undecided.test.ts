/** A step that failed and of which nobody has decided yet. */
import { describe, expect, it } from "vitest";
import type { Mark } from "../../src/engine/bodies.ts";
import type { EventOf } from "../../src/engine/events.ts";
import {
  canGoOn,
  decideDoubt,
  decideFailure,
  goOnAfter,
  lookAgain,
  undecidedAfter,
  undecidedDoubt,
} from "../../src/engine/undecided.ts";
import type { TargetState } from "../../src/engine/state.ts";
import { History } from "./history.ts";
import { approved, LOST } from "./moments.ts";

const failed = (): History => approved().sent("vol-1").marked("vol-1", "failed", "no");
const slots = (target: TargetState) => target.phases["detach"]?.slots ?? [];
const marking = (mark: Mark): EventOf<"step.marked"> => {
  const event = approved().marked("vol-1", mark, "why").events.at(-1);
  if (event?.type !== "step.marked") throw new Error("it was marked");
  return event;
};

describe("a step is left to be decided about", () => {
  it("where it failed, was not reached, or is in doubt, and no other", () => {
    const of = (mark: Mark) => undecidedAfter(new History().state, marking(mark));
    expect(of("failed")).toEqual({ phase: "detach", step: "detach", item: "vol-1", tried: "", asks: true });
    expect([of("unreachable"), of("in-doubt")]).not.toContain(null);
    expect([of("refused"), of("already"), of("succeeded")]).toEqual([null, null, null]);
  });

  it("by a person who is there, and not where one statement is all there is", () => {
    const of = (over: object) => undecidedAfter(new History({ over }).state, marking("failed"));
    expect(of({ mode: "grant" })?.asks).toBe(false);
    expect(of({ direct: { kind: "sql", locks: [], of: null } })).toBeNull();
  });

  it("where a look could not tell what became of it", () => {
    const history = approved().sent("vol-1").outcome("vol-1", LOST);
    history.add("step.reconciled", history.place("vol-1"), { outcome: LOST });
    const event = history.events.at(-1);
    if (event?.type !== "step.reconciled") throw new Error("it was looked at");
    const undecided = { phase: "detach", step: "detach", item: "vol-1", tried: "" };
    expect(undecidedDoubt(history.state, event)).toEqual({ ...undecided, asks: true });
    expect(undecidedDoubt({ ...history.state, mode: "none" }, event).asks).toBe(false);
  });
});

describe("a failed target", () => {
  it("can go on from its step, unless that was done and a record says otherwise", () => {
    expect(canGoOn(failed().target)).toBe(true);
    expect(canGoOn(approved().target)).toBe(false);
    expect(canGoOn({ ...failed().target, status: "unreachable" })).toBe(false);
    expect(canGoOn({ ...failed().target, undecided: null })).toBe(false);
    const flawed = approved().sent("vol-1");
    flawed.outcome("vol-1", { kind: "applied", evidence: {}, flaw: "the record says otherwise" });
    flawed.marked("vol-1", "failed", "the record says otherwise");
    expect(canGoOn(flawed.target)).toBe(false);
    // The flaw of another step does not stand in the way of this one.
    flawed.marked("vol-2", "failed", "no");
    expect(canGoOn(flawed.target)).toBe(true);
  });

  it("goes on behind a step that was left out or done by hand, and behind no other", () => {
    const { target } = failed();
    expect(goOnAfter(target, "skipped-by-operator")).toMatchObject({
      status: "going",
      reason: "",
      undecided: null,
    });
    expect(goOnAfter(target, "by-hand")).toMatchObject({ status: "going" });
    expect(goOnAfter(target, "already")).toBe(target);
    const stopped = { ...target, undecided: null };
    expect(goOnAfter(stopped, "by-hand")).toBe(stopped);
  });
});

describe("looking again", () => {
  it("takes the step, and it alone, back to its beginning; that it was sent stays known", () => {
    const history = failed().marked("vol-2", "already", "so");
    const target = lookAgain(history.target);
    expect(target).toMatchObject({ status: "going", reason: "", undecided: null });
    expect(slots(target)[0]).toMatchObject({
      status: "planned",
      mark: null,
      preview: null,
      approval: null,
      attempts: 1,
    });
    expect(slots(target)[0]).toMatchObject({ reason: "", attempt: null, outcome: null, settle: null });
    expect(slots(target)[1]).toMatchObject({ status: "ended", mark: "already" });
  });

  it("opens its phase, and leaves the others as they were", () => {
    const history = failed().add("phase.ended", { target: "ctx-a", phase: "detach" }, { result: "failed" });
    const target = lookAgain(history.target);
    expect([target.phases["detach"]?.status, target.phases["look"]?.status]).toEqual(["open", "skipped"]);
  });

  it("works a phase out anew whose steps could not be", () => {
    const { target } = failed();
    const undecided = { phase: "detach", step: "expansion", item: "", tried: "", asks: true };
    expect(Object.keys(lookAgain({ ...target, undecided }).phases)).toEqual(["look"]);
  });

  it("is nothing where nothing is to be decided", () => {
    const { target } = approved();
    expect(lookAgain(target)).toBe(target);
  });
});

describe("a decision", () => {
  it("about a doubt looks at that change again, or leaves it open", () => {
    const history = approved().sent("vol-1").outcome("vol-1", LOST).sent("vol-2");
    history.add("step.reconciled", history.place("vol-1"), { outcome: LOST });
    const again = decideDoubt(history.target, "again");
    expect(slots(again).map(({ settle }) => settle)).toEqual(["trace", null]);
    expect(again).toMatchObject({ status: "going", undecided: null });
    const other = decideDoubt(history.target, "applied");
    expect(slots(other).map(({ settle }) => settle)).toEqual([null, null]);
    expect(other).toMatchObject({ status: "in-doubt", undecided: null });
  });

  it("about a failure looks again, or ends it, or waits for the mark", () => {
    const { target } = failed();
    expect(decideFailure(target, "again")).toMatchObject({ status: "going" });
    expect(decideFailure(target, "stop")).toMatchObject({ status: "failed", undecided: null });
    expect(decideFailure(target, "skip")).toBe(target);
  });
});
