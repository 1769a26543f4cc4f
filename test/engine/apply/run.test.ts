/** What a run that is taken up again, or closed by hand, makes of its targets; and what is seen of its criteria. */
import { describe, expect, it } from "vitest";
import type { Slot } from "../../../src/engine/state.ts";
import type { Mark } from "../../../src/engine/bodies.ts";
import { History } from "../history.ts";
import { approved, historyOf } from "../moments.ts";

const slotOf = (history: History): Slot | undefined => history.target.phases["detach"]?.slots[0];
const UNTOUCHED = { preview: null, approval: null } as const;

describe("a run that somebody closes", () => {
  const closed = (history: History): History =>
    history.add("run.resumed", {}, { mode: "person", tool: "t", closes: "rebuilt by hand" });

  it.each([
    ["in-doubt", "nobody knows. ", "nobody knows; the run was closed: rebuilt by hand"],
    ["unreachable", "no answer", "no answer; the run was closed: rebuilt by hand"],
    ["already", "it was so", "the run was closed: rebuilt by hand"],
  ] as const)("leaves a target with a step that is %s, and keeps why it stood still", (mark, says, reason) => {
    const { target } = closed(approved().marked("vol-1", mark, says));
    expect(target).toMatchObject({ status: "stopped", reason, undecided: null, criteria: {} });
  });

  it("leaves what had an end as it ended", () => {
    const { target } = closed(approved().marked("vol-1", "refused", "not so"));
    expect(target).toMatchObject({ status: "refused", reason: "not so" });
  });
});

describe("a run that is taken up again", () => {
  const resumed = (mark: Mark): History =>
    approved().marked("vol-1", mark, "why").add("run.resumed", {}, { mode: "person", tool: "t" });

  it("begins a step anew that could not be reached, and no page of before counts for it", () => {
    const history = resumed("unreachable");
    expect(slotOf(history)).toMatchObject({ status: "planned", mark: null, reason: "", ...UNTOUCHED });
    expect(history.target).toMatchObject({ status: "going", reason: "" });
  });

  it("looks for what is in doubt, and leaves what has ended", () => {
    expect(slotOf(resumed("in-doubt"))).toMatchObject({ settle: "trace", mark: "in-doubt" });
    expect(slotOf(resumed("already"))).toMatchObject({ status: "ended", mark: "already", reason: "why" });
  });

  it("previews and asks anew for what was not begun", () => {
    const history = approved();
    expect(slotOf(history)?.approval).toBe("detach#1");
    history.add("run.resumed", {}, { mode: "person", tool: "t" });
    expect(slotOf(history)).toMatchObject({ status: "planned", ...UNTOUCHED });
  });
});

it("a criterion of version 0.1, which kept no count, counts as empty for the reason that its probe has", () => {
  const expected = (source: string): string =>
    source.replace(
      /expect: .*\n {8}because: a volume is still attached/u,
      "expect: result.size() == 0\n        none_expected: all are gone\n        because: a volume is still attached",
    );
  const looked = (history: History) => history.looked(true, "not counted").target.criteria["volumes-off"]?.saw;
  expect(looked(historyOf(expected))).toEqual({ count: 0, names: [], none_expected: "all are gone" });
  expect(looked(new History())).toEqual({ count: 0, names: [], none_expected: null });
});
