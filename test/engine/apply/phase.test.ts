/** What phases, rungs and decisions make of a target. */
import { describe, expect, it } from "vitest";
import { DECISION_FOLD, PHASE_FOLD, RUNG_FOLD } from "../../../src/engine/apply/phase.ts";
import { RUN_FOLD } from "../../../src/engine/apply/run.ts";
import { apply } from "../../../src/engine/apply.ts";
import type { Bodies } from "../../../src/engine/bodies.ts";
import { History } from "../history.ts";

const PHASE = { target: "ctx-a", phase: "detach" };
const decided = (over: Partial<Bodies["decision.made"]>): Bodies["decision.made"] => ({
  gate: "detach",
  asks: "rescue",
  choice: "go",
  then: "go-on",
  method: "person",
  ...over,
});

describe("a rung", () => {
  const entered = (): History => new History().begun().add("rung.entered", PHASE, { box: 120 });

  it("is watched from its entering on, and left behind where it is done", () => {
    const history = entered().add("rung.observed", PHASE, { holds: false, says: "not yet" });
    expect(history.target.phases["detach"]?.rung).toMatchObject({ box: 120, says: "not yet", result: null });
    history.add("rung.ended", PHASE, { result: "done", says: "it reacted" });
    expect(history.target).toMatchObject({ left: "detach", phases: { detach: { status: "done" } } });
  });

  it("whose time is over is neither done nor left", () => {
    const history = entered().add("rung.ended", PHASE, { result: "timed-out", says: "nothing" });
    expect(history.target).toMatchObject({ left: null, phases: { detach: { status: "open" } } });
    expect(history.target.phases["detach"]?.rung?.result).toBe("timed-out");
  });

  it("that was not entered cannot end", () => {
    const history = new History().begun().add("rung.ended", PHASE, { result: "done", says: "" });
    expect(() => history.state).toThrow("a rung that was not entered");
  });

  it("is watched once more after a climb that says so, and done after any other", () => {
    const climb = (then: Bodies["decision.made"]["then"]): History =>
      entered().add("decision.made", PHASE, decided({ asks: "climb", then }));
    expect(climb("again").target.phases["detach"]).toMatchObject({ rung: null, status: "open" });
    expect(climb("go-on").target.phases["detach"]).toMatchObject({ status: "done" });
  });
});

describe("a decision", () => {
  it("is kept by its gate, with the event that it rests on", () => {
    const { target } = new History().begun().add("decision.made", PHASE, decided({ choice: "detach by hand" }));
    expect(target.decisions).toEqual({ detach: "detach by hand" });
    expect(target.decided["detach"]).toMatch(/^e\d+$/u);
    expect(target.phases["detach"]?.status).toBe("failed");
  });

  it("to stop stops the target, but at a rescue, which leaves it failed", () => {
    const failed = new History().begun().marked("vol-1", "failed", "why");
    expect(failed.add("decision.made", PHASE, decided({ then: "stop" })).target.status).toBe("failed");
    const climb = new History().begun().add("rung.entered", PHASE, { box: 1 });
    climb.add("decision.made", PHASE, decided({ asks: "climb", then: "stop" }));
    expect(climb.target).toMatchObject({ status: "stopped", reason: "stopped by decision at detach" });
  });

  it("that goes on takes a failed target along", () => {
    const failed = new History().begun().marked("vol-1", "failed", "why");
    expect(failed.add("decision.made", PHASE, decided({})).target).toMatchObject({ status: "going", undecided: null });
  });
});

describe("the run", () => {
  it("keeps how it was paused and closed, and forgets the pause when it is taken up again", () => {
    const paused = { reason: "interrupted", exit: 4, says: "Ctrl-C" } as const;
    const history = new History().begun().add("run.paused", {}, paused);
    expect(history.state.paused).toEqual(paused);
    history.add("run.resumed", {}, { mode: "person", tool: "test" });
    expect(history.state).toMatchObject({ paused: null, sessions: 2 });
    expect(history.closed(0).state.closed).toMatchObject({ exit: 0 });
  });

  it("voids every approval when it is taken up again, and looks again at what was under way", () => {
    const history = new History().begun().sent("vol-1").add("run.resumed", {}, { mode: "person", tool: "test" });
    expect(Object.values(history.state.approvals).map(({ status }) => status)).toEqual(["expired"]);
    expect(history.target.phases["detach"]?.slots.map(({ settle }) => settle)).toEqual(["trace", null]);
  });

  it("ages approvals by a jump ahead of the clock, and by none back", () => {
    const given = (seconds: number): number | undefined =>
      new History().begun().add("clock.jumped", {}, { seconds, before: "", after: "" }).state.approvals["@start#1"]
        ?.given_mono;
    expect((given(0) ?? 0) - (given(60) ?? 0)).toBe(60_000);
    expect(given(-60)).toBe(given(0));
  });

  it("is created once, first", () => {
    const history = new History();
    const [created] = history.events;
    if (created === undefined) throw new Error("it was created");
    expect(() => apply(history.state, created)).toThrow("created twice");
    const other = new History().begun().events.at(-1);
    expect(() => other && apply(null, other)).toThrow("does not begin with run.created");
  });

  it("tells targets of one name apart", () => {
    const row = (id: string) => ({ context_id: id });
    const targets = ["ctx-a", "ctx-b"].map((key) => ({ key, label: "vm", row: row(key) }));
    const labels = new History({ over: { targets } }).state.targets.map(({ label }) => label);
    expect(new Set(labels).size).toBe(2);
  });
});

it("has a row for each event of its families", () => {
  const rows = { ...PHASE_FOLD, ...RUNG_FOLD, ...DECISION_FOLD, ...RUN_FOLD };
  expect(Object.keys(rows)).toHaveLength(2 + 3 + 2 + 8);
});
