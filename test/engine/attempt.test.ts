/** One attempt at a change, in the order that loses nothing. */
import { describe, expect, it } from "vitest";
import { execute } from "../../src/engine/attempt.ts";
import { APPROVAL_MS } from "../../src/engine/state.ts";
import type { Outcome } from "../../src/ports/outcome.ts";
import { err } from "../../src/ports/result.ts";
import type { Undo } from "../../src/ports/sql.ts";
import { Course, refusalOf, SILENT, standstill } from "./course.ts";
import {
  ALREADY,
  all,
  approved,
  historyOf,
  HOLD,
  LOST,
  ofDetach,
  REQUIRE,
  SQL,
  STAYS,
  type Change,
} from "./moments.ts";

const same: Change = (source) => source;
const courseOf = (change: Change = same, over: object = {}): Course => new Course(approved(historyOf(change, over)));
const run = (course: Course, item = "vol-1"): Promise<string[]> =>
  course.types(execute(course.driver, course.ref(item)));
/** The phase that looked was carried out: what it made sure of has to stay so. */
const holding = (change: Change = HOLD): Course =>
  courseOf(change).happen("phase.ended", { target: "ctx-a", phase: "look" }, { result: "done" });

describe("an approved change", () => {
  it("is sent once its intent is kept, and looked at when it is done", async () => {
    const course = courseOf();
    const sent: number[] = [];
    await course.carry(execute(course.driver, course.ref("vol-1")), () => sent.push(course.outside.sent.length));
    expect(course.history.events.slice(-3).map(({ type }) => type)).toEqual([
      "step.intent",
      "step.outcome",
      "step.verified",
    ]);
    // Nothing had been sent when the intent was stored.
    expect(sent).toEqual([0, 1, 1]);
    expect(course.outside.sent).toEqual(["detach vol-1"]);
    expect(course.body("step.intent")).toMatchObject({ approval: "detach#1", limit: 60 });
    expect(course.ref("vol-1").slot).toMatchObject({ status: "ended", mark: "succeeded" });
  });

  it("is not sent where its locks are gone", async () => {
    const course = courseOf();
    course.locks = err(SILENT);
    expect(await run(course)).toEqual([]);
    expect(course.driver.pausing).toMatchObject({ reason: "lock-lost", exit: 69 });
    const taken = courseOf();
    taken.locks = err({ ...SILENT, kind: "refused" });
    await run(taken);
    expect(taken.driver.pausing).toMatchObject({ exit: 75 });
    expect([...course.outside.sent, ...taken.outside.sent]).toEqual([]);
  });

  it("is not sent without an approval", async () => {
    const course = courseOf();
    const ref = course.ref("vol-1");
    const bare = { ...ref, slot: { ...ref.slot, approval: null } };
    await expect(course.carry(execute(course.driver, bare))).rejects.toThrow("without an approval");
  });
});

describe("an approval", () => {
  const given = (course: Course): number => course.state.approvals["detach#1"]?.given_mono ?? 0;
  it("gets too old", async () => {
    const course = courseOf();
    course.outside.ms = given(course) + APPROVAL_MS + 1;
    expect(await run(course)).toEqual(["approval.expired"]);
    expect(course.body("approval.expired")).toMatchObject({
      approval: "detach#1",
      says: "it was not used within five minutes",
    });
    expect(course.outside.sent).toEqual([]);
    const young = courseOf();
    young.outside.ms = given(young) + APPROVAL_MS;
    expect(await run(young)).toContain("step.intent");
  });

  it("of a clock that began anew is too old", async () => {
    const course = courseOf();
    course.outside.ms = given(course) - 2;
    expect(await run(course)).toEqual(["approval.expired"]);
  });

  it("that is in use lasts as long as the run does not stand still", async () => {
    const course = courseOf();
    await run(course);
    course.outside.ms = course.state.last_mono + APPROVAL_MS + 1;
    expect(await run(course, "vol-2")).toEqual(["approval.expired"]);
    expect(course.body("approval.expired").says).toBe("the run stood still for more than five minutes");
    const going = courseOf();
    await run(going);
    going.outside.ms = going.state.last_mono + APPROVAL_MS;
    expect(await run(going, "vol-2")).toContain("step.intent");
  });

  it("that expired while the last look was taken is asked for again", async () => {
    const course = holding();
    const ref = course.ref("vol-1");
    const { driver, outside } = course;
    outside.volumes.clear();
    outside.onLook = () => {
      outside.onLook = () => undefined;
      course.happen("approval.expired", {}, { approval: "detach#1", says: "slept" });
    };
    expect(await course.types(execute(driver, ref))).toEqual(["approval.expired", "hold.looked"]);
    expect(outside.sent).toEqual([]);
  });
});

describe("what has to be so before a change is sent", () => {
  it("fails the step where it is not", async () => {
    const course = courseOf(REQUIRE);
    expect(await run(course)).toEqual(["marked failed"]);
    expect(course.said).toBe("not done: volume vol-1 is still attached");
    expect(course.outside.sent).toEqual([]);
  });

  it("lets it be sent where it is", async () => {
    const course = courseOf(REQUIRE);
    course.outside.volumes.clear();
    expect(await run(course)).toContain("step.intent");
  });

  it("is not known where nobody answers", async () => {
    const course = courseOf(REQUIRE);
    course.outside.silence = SILENT;
    expect(await run(course)).toEqual(["marked unreachable"]);
    const refused = courseOf(REQUIRE);
    refused.outside.silence = { ...SILENT, kind: "refused" };
    expect(await run(refused)).toEqual(["marked failed"]);
  });

  it("does not fail it where what the run rests on is gone as well", async () => {
    const course = holding(all(REQUIRE, HOLD));
    expect(await run(course)).not.toContain("marked failed");
    expect(standstill(course)).toBe("hold-broken");
  });

  it("is done already where its own probe says so: nothing is sent then", async () => {
    const course = courseOf(ALREADY);
    course.outside.volumes.clear();
    expect(await run(course)).toEqual(["marked already"]);
    expect(course.outside.sent).toEqual([]);
  });

  it("is looked for once more right before it is sent", async () => {
    const course = holding();
    expect(await run(course)).toEqual(["hold.observed", "approval.expired"]);
    expect(course.outside.sent).toEqual([]);
  });

  it("cannot be prepared where nobody answers", async () => {
    const course = courseOf();
    course.outside.operations = err(SILENT);
    expect(await run(course)).toEqual(["marked unreachable"]);
    const refused = courseOf();
    refused.outside.operations = err({ ...SILENT, kind: "refused" });
    expect(await run(refused)).toEqual(["marked failed"]);
    expect([...course.outside.sent, ...refused.outside.sent]).toEqual([]);
  });
});

describe("an outcome", () => {
  const ended = async (outcome: Outcome, change: Change = same, before: (course: Course) => void = () => undefined) => {
    const course = courseOf(change);
    course.outside.submit = () => ({ kind: "ended", outcome });
    before(course);
    return { course, types: (await run(course)).slice(1) };
  };

  it("that nobody knows leaves it in doubt: nothing more is said", async () => {
    const { course, types } = await ended(LOST);
    expect(types).toEqual(["step.outcome"]);
    expect(course.ref("vol-1").slot.status).toBe("in-doubt");
  });

  it("that drifted goes back to its beginning", async () => {
    const { types } = await ended(refusalOf(null, "drifted"));
    expect(types).toEqual(["step.outcome"]);
  });

  it.each(["not-sent", "rolled-back"] as const)(
    "%s is worth another look once the other side is there",
    async (why) => {
      const { types } = await ended(refusalOf(null, why));
      expect(types).toEqual(["step.outcome", "marked unreachable"]);
    },
  );

  it("that was refused fails", async () => {
    const { course, types } = await ended(refusalOf("999"));
    expect(types).toEqual(["step.outcome", "marked failed"]);
    expect(course.said).toBe("it says no");
    expect(course.body("step.marked").evidence).toEqual({ asked: "once" });
  });

  const MEANS = all(ofDetach("errors: { '431': already }"), ofDetach("already: is-off"));
  it("that may mean already is believed where a look shows it", async () => {
    const { types } = await ended(refusalOf("431"), MEANS, ({ outside }) => {
      const { submit } = outside;
      outside.submit = (volume) => {
        outside.volumes.set(volume, "detached");
        return submit(volume);
      };
    });
    expect(types).toEqual(["step.outcome", "marked already"]);
  });

  it("that may mean already fails where no look shows it, and says what was looked at", async () => {
    const { course, types } = await ended(refusalOf("431"), MEANS);
    expect(types).toEqual(["step.outcome", "marked failed"]);
    expect(course.said).toMatch(
      /^it says no\. Code 431 could mean "already done", but volume vol-1 is still attached\. A new run/u,
    );
    const stopped: Change = (source) => source.replace("is still attached", "is still attached.");
    const full = await ended(refusalOf("431"), all(MEANS, stopped));
    expect(full.course.said).toContain("volume vol-1 is still attached. A new run");
    const other = await ended(refusalOf("530"), MEANS);
    expect(other.course.said).toBe("it says no");
  });

  it("that was refused while what it rests on broke is no failure", async () => {
    const course = new Course(approved(historyOf(STAYS)).done("vol-1"));
    course.outside.volumes.set("vol-1", "detached");
    course.outside.submit = () => {
      course.outside.volumes.set("vol-1", "appliance");
      return { kind: "ended", outcome: refusalOf(null) };
    };
    const types = await run(course, "vol-2");
    expect(types).not.toContain("marked failed");
    expect(standstill(course)).toBe("hold-broken");
  });
});

describe("a change that is held open", () => {
  const held = (): { course: Course; decisions: boolean[] } => {
    const decisions: boolean[] = [];
    const undo: Undo = { kind: "complete", why: [], changes: [], sha256: "s" };
    const course = new Course(approved(historyOf(SQL)));
    course.outside.apply = async (keep) => {
      const commit = await keep(undo);
      decisions.push(commit);
      return commit ? { kind: "applied", evidence: {} } : refusalOf(null);
    };
    return { course, decisions };
  };
  it("is committed once its undo is kept", async () => {
    const { course, decisions } = held();
    course.outside.volumes.clear();
    expect(await run(course)).toEqual(["step.intent", "step.undo-prepared", "step.outcome", "step.verified"]);
    expect(decisions).toEqual([true]);
  });

  it("is rolled back by whoever stops the run before that", async () => {
    const { course, decisions } = held();
    const drafts = execute(course.driver, course.ref("vol-1"));
    const intent = await drafts.next();
    if (intent.done === true) throw new Error("it begins with its intent");
    course.driver.fold([course.history.store(intent.value)]);
    expect((await drafts.next()).value).toMatchObject({ type: "step.undo-prepared" });
    expect(decisions).toEqual([]);
    await drafts.return(undefined);
    expect(decisions).toEqual([false]);
  });
});
