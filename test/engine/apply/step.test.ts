/** What the events of a step make of it: nothing is done, undone or open that no event says. */
import { describe, expect, it } from "vitest";
import { HOLD_FOLD } from "../../../src/engine/apply/hold.ts";
import { STEP_FOLD } from "../../../src/engine/apply/step.ts";
import type { Slot } from "../../../src/engine/state.ts";
import { History } from "../history.ts";

const slotOf = (history: History, item = "vol-1"): Slot => {
  const slot = history.target.phases["detach"]?.slots.find(({ item_key }) => item_key === item);
  if (slot === undefined) throw new Error("there is such a step");
  return slot;
};
const unknown = { kind: "unknown", message: "the answer was lost", evidence: {} } as const;
const refused = { kind: "not-applied", why: "refused", code: null, message: "no", evidence: {} } as const;
const drifted = { ...refused, why: "drifted" } as const;
const saw = { count: 1, names: [], none_expected: null } as const;

describe("an attempt", () => {
  it("is begun by its intent, and counted", () => {
    const history = new History().begun().sent("vol-1");
    expect(slotOf(history)).toMatchObject({ status: "intended", attempts: 1, attempt: { id: "try-vol-1", limit: 60 } });
    expect(slotOf(history, "vol-2")).toMatchObject({ status: "planned", attempts: 0, attempt: null });
  });

  it("waits where it was accepted, and keeps the id", () => {
    const history = new History().begun().sent("vol-1");
    history.add("step.accepted", history.place("vol-1"), { id: "op-7", adopted: false });
    expect(slotOf(history)).toMatchObject({ status: "waiting", attempt: { remote: "op-7" } });
  });

  it("is no success when it was applied, only when it was seen to be", () => {
    const history = new History().begun().sent("vol-1").applied("vol-1");
    expect(slotOf(history)).toMatchObject({ status: "applied", mark: null });
    expect(slotOf(history.seen("vol-1"))).toMatchObject({ status: "ended", mark: "succeeded", reason: "it is off" });
  });

  it("of which nobody knows is in doubt, target and all, and is looked at once at once", () => {
    const history = new History().begun().sent("vol-1").outcome("vol-1", unknown);
    expect(slotOf(history)).toMatchObject({ status: "in-doubt", mark: "in-doubt", settle: "look" });
    expect(history.target).toMatchObject({ status: "in-doubt", reason: "the answer was lost", undecided: null });
    history.add("step.reconciled", history.place("vol-1"), { outcome: unknown });
    expect(slotOf(history).settle).toBeNull();
    expect(history.target.undecided).not.toBeNull();
  });

  it("that was refused is planned again with its page, one that drifted needs a new one", () => {
    const begun = (): History => new History().begun().sent("vol-1");
    expect(slotOf(begun().outcome("vol-1", refused))).toMatchObject({
      status: "planned",
      attempt: { id: "try-vol-1" },
    });
    expect(slotOf(begun().outcome("vol-1", drifted))).toMatchObject({
      status: "planned",
      attempt: null,
      preview: null,
    });
    const looked = begun().outcome("vol-1", unknown);
    looked.add("step.reconciled", looked.place("vol-1"), { outcome: refused });
    expect(slotOf(looked)).toMatchObject({ status: "planned", attempt: null });
    expect(looked.target.status).toBe("going");
  });

  it.each(["applied", "accepted"] as const)("that was never begun cannot be %s: the journal is not whole", (what) => {
    const history = new History().begun();
    if (what === "applied") history.applied("vol-1");
    else history.add("step.accepted", history.place("vol-1"), { id: "op-7", adopted: false });
    expect(() => history.state).toThrow("an attempt that was not begun");
  });

  it("of a step or phase that nobody planned is a bug", () => {
    expect(() => new History().begun().sent("vol-9").state).toThrow("a step that was not planned");
    expect(() => new History().sent("vol-1").state).toThrow("a phase that was not entered");
  });
});

describe("a mark", () => {
  it.each([
    ["failed", "failed"],
    ["refused", "refused"],
    ["unreachable", "unreachable"],
  ] as const)("%s takes its target along", (mark, status) => {
    const { target } = new History().begun().marked("vol-1", mark, "why");
    expect(target).toMatchObject({ status, reason: "why" });
  });

  it.each(["already", "skipped-by-condition", "succeeded"] as const)("%s leaves its target going", (mark) => {
    const history = new History().begun().marked("vol-1", mark);
    expect(history.target.status).toBe("going");
    expect(slotOf(history)).toMatchObject({ status: "ended", mark });
  });

  it("in doubt is no end", () => {
    expect(slotOf(new History().begun().marked("vol-1", "in-doubt"))).toMatchObject({ status: "in-doubt" });
  });
});

describe("a step that came undone", () => {
  const lapse = (history: History): History =>
    history.add("step.lapsed", history.place("vol-1"), { since: "", says: "it is back", evidence: [], saw });

  it("is planned again, its phase open, and counted where it was ours", () => {
    const history = lapse(new History().begun().done("vol-1"));
    expect(slotOf(history)).toMatchObject({
      status: "planned",
      mark: "lapsed",
      lapses: 1,
      attempt: null,
      outcome: null,
    });
    expect(history.target.phases["detach"]).toMatchObject({ status: "open", reopened: true });
  });

  it("is not counted where it was found done already", () => {
    expect(slotOf(lapse(new History().begun().marked("vol-1", "already")))).toMatchObject({ lapses: 0 });
  });
});

it("a condition that does not hold is kept, and voids what was approved", () => {
  const history = new History().begun();
  const covers = [{ target: "ctx-a", step: "detach", item_key: "vol-1" }];
  const page = { approval: "detach#1", page_digest: "d", risk: "change", typed: null, covers } as const;
  history.add("approval.requested", {}, page);
  history.add("approval.given", {}, { ...page, method: "key", by: "ada", grant: null });
  expect(slotOf(history).approval).toBe("detach#1");
  history.add("hold.observed", { target: "ctx-a" }, { hold: "quiet", holds: true, says: "", evidence: [], saw });
  expect(slotOf(history).approval).toBe("detach#1");
  history.add("hold.observed", { target: "ctx-a" }, { hold: "quiet", holds: false, says: "busy", evidence: [], saw });
  expect(slotOf(history).approval).toBeNull();
  expect(history.target.holds["quiet"]).toMatchObject({ holds: false, says: "busy" });
});

it("a person's word ends a doubt and nothing else", () => {
  const doubt = (): History => new History().begun().sent("vol-1").outcome("vol-1", unknown);
  const said = (as: "applied" | "not-applied", leaves?: true): History => {
    const history = doubt();
    const body = { as, note: "looked at it", ...(leaves === undefined ? {} : { leaves }) };
    return history.add("operator.resolved", history.place("vol-1"), body);
  };
  expect(slotOf(said("applied"))).toMatchObject({ status: "ended", mark: "by-hand" });
  expect(said("applied").target).toMatchObject({ status: "going", undecided: null });
  expect(slotOf(said("not-applied"))).toMatchObject({ status: "planned", attempt: null });
  expect(slotOf(said("not-applied", true))).toMatchObject({ status: "ended", mark: "failed" });
  expect(said("not-applied", true).target.status).toBe("failed");
  const known = new History().begun().done("vol-1");
  known.add("operator.resolved", known.place("vol-1"), { as: "not-applied", note: "no" });
  expect(slotOf(known)).toMatchObject({ status: "ended", mark: "succeeded" });
});

it("facts of a read are kept beside those of before", () => {
  const history = new History().begun();
  const read = { target: "ctx-a", phase: "detach", step: "detach", item: "vol-1" };
  history
    .add("step.read", read, { says: "one", facts: { a: 1 } })
    .add("step.read", read, { says: "two", facts: { b: 2 } });
  expect(history.target.facts).toEqual({ a: 1, b: 2 });
});

it("has a row for every event of a step", () => {
  expect(Object.keys({ ...STEP_FOLD, ...HOLD_FOLD })).toHaveLength(12);
});
