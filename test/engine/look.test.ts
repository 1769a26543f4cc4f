/** What a run does that only looks: reads of the runbook, waits, criteria, evidence. */
import { describe, expect, it } from "vitest";
import { collect, criterion, read, waitTogether } from "../../src/engine/look.ts";
import type { PlannedStep } from "../../src/engine/bodies.ts";
import { failure } from "../../src/ports/outcome.ts";
import { err } from "../../src/ports/result.ts";
import { Course, SILENT, standstill } from "./course.ts";
import { all, EVIDENCE, historyOf, HOLD, started, WAIT, type Change } from "./moments.ts";

const same: Change = (source) => source;
const bare = { item_key: "", item: null, title: "", request: null, says: "", cannot_undo: null, risk: "read" } as const;
const planned = (step: string, does: "read" | "gate" = "read"): PlannedStep => ({ ...bare, step, does });
const looking = (change: Change = same, keys: readonly string[] = ["ctx-a"], steps = ["volumes", "pause"]): Course => {
  const history = started(historyOf(change, {}, [...keys]));
  for (const target of keys)
    history.add(
      "phase.expanded",
      { target, phase: "look" },
      { title: "Look", skipped: null, steps: steps.map((step) => planned(step)) },
    );
  return new Course(history);
};
const field =
  (text: string): Change =>
  (source) =>
    source.replace(
      "            facts: { volumes: result }\n",
      `            facts: { volumes: result }\n            ${text}\n`,
    );

describe("a look of the runbook", () => {
  const of = (course: Course) => course.types(read(course.driver, course.ref("", "volumes", "look")));
  it("keeps its facts", async () => {
    const course = looking();
    expect(await of(course)).toEqual(["step.read"]);
    expect(course.body("step.read")).toMatchObject({
      says: "Ask for each volume",
      facts: { volumes: [{ volume_id: "vol-1" }, {}] },
    });
  });

  it("is left out where its condition says so, and failed where that has no value", async () => {
    expect(await of(looking(field("when: \"decisions['keep'] == 'keep'\"")))).toEqual(["marked skipped-by-condition"]);
    expect(await of(looking(field("when: \"decisions['keep'] == ''\"")))).toEqual(["step.read"]);
    const course = looking(field("when: decisions[target.context_id] == 'x'"));
    expect(await of(course)).toEqual(["marked failed"]);
  });

  it("is not known where nobody answers", async () => {
    const course = looking();
    course.outside.silence = SILENT;
    expect(await of(course)).toEqual(["marked unreachable"]);
    const refused = looking();
    refused.outside.silence = failure("refused", "no");
    expect(await of(refused)).toEqual(["marked failed"]);
  });

  it.each([
    ["refuse", "marked refused"],
    ["fail", "marked failed"],
    ["unreachable", "marked unreachable"],
  ])("whose expectation is not met ends as the runbook says: %s", async (unmet, mark) => {
    const expectation = all(field("because: too few"), field(`unmet: ${unmet}`), field("expect: result.size() > 5"));
    const course = looking(expectation);
    expect(await of(course)).toEqual([mark]);
    expect(course.said).toBe("too few");
    expect(await of(looking(all(field(`unmet: ${unmet}`), field("expect: result.size() == 2"))))).toEqual([
      "step.read",
    ]);
  });

  it("says what it is called where the runbook says no more, and keeps no fact without a value", async () => {
    const course = looking(field("expect: result.size() > 5"));
    await of(course);
    expect(course.said).toBe("Ask for each volume");
    const none: Change = (source) =>
      source.replace("facts: { volumes: result }", 'facts: { volumes: result, first: "result[7]" }');
    expect(await of(looking(none))).toEqual(["marked failed"]);
  });

  it("is not refused where what the run rests on is gone as well", async () => {
    const course = looking(all(HOLD, field("expect: result.size() > 5")));
    course.happen("phase.ended", { target: "ctx-a", phase: "look" }, { result: "done" });
    expect(await of(course)).toEqual(["hold.observed"]);
    expect(standstill(course)).toBe("hold-broken");
  });
});

describe("a wait", () => {
  const of = (course: Course) => {
    const refs = course.state.targets.map((target) => {
      const slot = target.phases["look"]?.slots.find(({ step }) => step === "pause");
      if (slot === undefined) throw new Error("there is the wait");
      return { ...course.ref("", "pause", "look"), target, slot };
    });
    return course.types(waitTogether(course.driver, refs));
  };
  it("is one for all, and over for each", async () => {
    const course = looking(WAIT, ["ctx-a", "ctx-b"]);
    expect(await of(course)).toEqual(["step.read", "step.read"]);
    expect(course.outside.slept).toEqual([30]);
  });

  it("that was cut short was none", async () => {
    const course = looking(WAIT);
    course.person.stopping.abort({ by: "the operator", exit: 130 });
    expect(await of(course)).toEqual([]);
  });

  it("leaves out those whose condition says so", async () => {
    const when = (condition: string): Change =>
      all(WAIT, (source) => source.replace("kind: wait, seconds: 30", `kind: wait, seconds: 30, when: "${condition}"`));
    const course = looking(when("target.context_id == 'ctx-b'"), ["ctx-a", "ctx-b"]);
    expect(await of(course)).toEqual(["marked skipped-by-condition", "step.read"]);
    const nobody = looking(when("target.context_id == 'x'"));
    expect(await of(nobody)).toEqual(["marked skipped-by-condition"]);
    expect(nobody.outside.slept).toEqual([]);
    expect(await of(looking(when("decisions[target.context_id] == 'x'")))).toEqual(["marked failed"]);
  });
});

describe("a success criterion", () => {
  const of = (course: Course) => {
    const [target] = course.state.targets;
    if (target === undefined) throw new Error("there is a target");
    return course.types(criterion(course.driver, target, "volumes-off"));
  };
  it("is observed with what was seen", async () => {
    const course = looking();
    expect(await of(course)).toEqual(["criterion.observed"]);
    expect(course.body("criterion.observed")).toMatchObject({
      holds: false,
      says: "a volume is still attached",
      saw: { count: 2 },
    });
  });

  it("is neither met nor unmet where nobody answers: the run waits", async () => {
    const course = looking();
    course.outside.silence = SILENT;
    expect(await of(course)).toEqual([]);
    expect(course.driver.lacking).toEqual({
      reason: "unreachable",
      exit: 69,
      says: "vm-a: success criterion volumes-off could not be looked at: nobody answered",
    });
  });
});

it("collects evidence, and notes a tool that is missing without failing of it", async () => {
  const course = new Course(started(historyOf(EVIDENCE)));
  expect(await course.types(collect(course.driver, "ps"))).toEqual(["evidence.collected"]);
  expect(course.body("evidence.collected")).toEqual({
    collect: "ps",
    title: "Processes",
    exit: 0,
    output: "out",
    truncated: false,
  });
  const script = { run: () => Promise.resolve(err(failure("refused", "no shell here"))) };
  const other = new Course(course.history, { ports: { ...course.outside.ports, script } });
  await other.types(collect(other.driver, "ps"));
  expect(other.body("evidence.collected")).toMatchObject({ exit: null, output: "no shell here" });
});
