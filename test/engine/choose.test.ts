/** A question about several targets: one answer for all, or one for each; given by a person, or beforehand. */
import { describe, expect, it } from "vitest";
import { climb, gate, rescue } from "../../src/engine/ask.ts";
import { choose } from "../../src/engine/choose.ts";
import { failure } from "../../src/engine/failure.ts";
import { APART, type Question } from "../../src/engine/operator-port.ts";
import { ready } from "../../src/engine/schedule.ts";
import { asLadder } from "../ui/runbook.ts";
import { Course } from "./course.ts";
import { planned, type History } from "./history.ts";
import { approved, historyOf, RESCUE, started } from "./moments.ts";

const KEYS = ["ctx-a", "ctx-b", "ctx-c"];
function atGate(keys: readonly string[] = KEYS): History {
  const history = started(historyOf((source) => source, {}, [...keys]));
  for (const target of keys)
    history.add(
      "phase.expanded",
      { target, phase: "look" },
      { title: "", skipped: null, steps: [planned("keep", "gate")] },
    );
  return history;
}
function inPhase(history: History, phase: string): History {
  for (const target of KEYS) history.add("phase.expanded", { target, phase }, { title: "", skipped: null, steps: [] });
  return history;
}
const refsOf = (course: Course) =>
  course.state.targets.flatMap((target) => {
    const [phase] = course.state.runbook.phases;
    const slot = target.phases["look"]?.slots[0];
    return phase === undefined || slot === undefined ? [] : [{ target, phase, slot }];
  });
const ask = (course: Course): Promise<string[]> => course.types(gate(course.driver, refsOf(course)));
/** Answers in their order; what comes after them is no answer. */
function answering(course: Course, ...answers: readonly string[]): void {
  let index = 0;
  course.person.choice = () => answers[index++] ?? null;
}
const decisionsOf = (course: Course) => course.state.targets.map(({ decisions }) => decisions["keep"] ?? null);
const labelsOf = (course: Course): string[] => course.person.asked.map(({ label }) => label);

describe("a question about several targets", () => {
  it("offers to answer for each apart; one about a single target does not", async () => {
    const several = new Course(atGate());
    await ask(several);
    expect(several.person.asked[0]?.apart).toBe(3);
    const single = new Course(atGate(["ctx-a"]));
    await ask(single);
    expect(single.person.asked[0]?.apart).toBeUndefined();
  });

  it("taken apart asks for one after the other, each with its own text, and keeps an answer for each", async () => {
    const course = new Course(atGate());
    answering(course, APART, "keep", "stop", "keep");
    expect((await ask(course)).filter((type) => type === "decision.made")).toHaveLength(3);
    expect(labelsOf(course)).toEqual(["vm-a, vm-b, vm-c", "vm-a", "vm-b", "vm-c"]);
    expect(decisionsOf(course)).toEqual(["keep", "stop", "keep"]);
    expect(course.state.targets.map(({ status }) => status)).toEqual(["going", "stopped", "going"]);
  });

  it("taken apart says what was decided for the others, and offers no more to be taken apart", async () => {
    const course = new Course(atGate());
    answering(course, APART, "keep", "keep", "stop");
    await ask(course);
    const [, first, second, third] = course.person.asked;
    expect(first?.question).not.toContain("Decided");
    expect(second?.question).toContain("Decided for vm-a: keep.");
    expect(third?.question).toContain("Decided for vm-a, vm-b: keep.");
    expect(third?.apart).toBeUndefined();
  });

  it("has each answer in the journal before the next is asked for", async () => {
    const course = new Course(atGate());
    const seen: unknown[] = [];
    let index = 0;
    course.person.choice = () => {
      seen.push(decisionsOf(course));
      return [APART, "keep", "stop", "keep"][index++] ?? null;
    };
    await ask(course);
    expect(seen.slice(1)).toEqual([
      [null, null, null],
      ["keep", null, null],
      ["keep", "stop", null],
    ]);
  });

  it("that is left half-way waits for those that were not answered, and asks about them alone when it is taken up", async () => {
    const course = new Course(atGate());
    answering(course, APART, "keep");
    await ask(course);
    expect(decisionsOf(course)).toEqual(["keep", null, null]);
    expect(course.person.asked).toHaveLength(3);
    expect([...course.driver.heldKeys]).toEqual(["ctx-b", "ctx-c"]);
    expect(course.driver.lacking).toMatchObject({ reason: "decision-needed", exit: 5 });
    // As a process finds it that knows nothing but the journal.
    const [command] = ready(course.state, new Set(), new Set());
    if (command?.do !== "gate") throw new Error(`it goes on with ${command?.do ?? "nothing"}`);
    const later = new Course(course.history);
    answering(later, "stop");
    await later.types(gate(later.driver, command.refs));
    expect(later.person.asked[0]).toMatchObject({ label: "vm-b, vm-c", apart: 2 });
    expect(later.person.asked[0]?.question).toContain("Decided for vm-a: keep.");
    expect(decisionsOf(later)).toEqual(["keep", "stop", "stop"]);
  });

  it("is not taken apart by an answer that no one was offered", async () => {
    const course = new Course(atGate(["ctx-a"]));
    answering(course, APART);
    await ask(course);
    expect(decisionsOf(course)).toEqual([null]);
    expect(course.person.asked).toHaveLength(1);
  });
});

describe("what was decided beforehand", () => {
  it("answers for its target; the others are asked about together", async () => {
    const course = new Course(atGate(), { decisions: { "ctx-b": { keep: "stop" } } });
    answering(course, "keep");
    await ask(course);
    expect(labelsOf(course)).toEqual(["vm-a, vm-c"]);
    expect(decisionsOf(course)).toEqual(["keep", "stop", "keep"]);
    expect(course.person.asked[0]?.question).toContain("Decided for vm-b: stop.");
  });

  it("may differ for each, and nobody is asked then", async () => {
    const decisions = { "ctx-a": { keep: "keep" }, "ctx-b": { keep: "stop" }, "ctx-c": { keep: "keep" } };
    const course = new Course(atGate(), { decisions });
    await ask(course);
    expect(course.person.asked).toEqual([]);
    expect(decisionsOf(course)).toEqual(["keep", "stop", "keep"]);
  });

  it("and is no choice of one leaves that one open, not the others", async () => {
    const decisions = { "ctx-a": { keep: "nonsense" }, "ctx-b": { keep: "stop" }, "ctx-c": { keep: "keep" } };
    const course = new Course(atGate(), { decisions });
    await ask(course);
    expect(decisionsOf(course)).toEqual([null, "stop", "keep"]);
    expect([...course.driver.heldKeys]).toEqual(["ctx-a"]);
  });
});

it("a rung is climbed by each as it was decided for it", async () => {
  const course = new Course(inPhase(started(historyOf(asLadder, {}, [...KEYS])), "nudge"));
  const phase = course.state.runbook.phases.find(({ id }) => id === "nudge");
  if (phase === undefined) throw new Error("no rung");
  answering(course, APART, "detach", "again", "stop");
  await course.types(climb(course.driver, phase, course.state.targets));
  expect(course.state.targets.map(({ decisions }) => decisions["nudge"])).toEqual(["detach", "again", "stop"]);
});

it("a phase that failed ends for each as it was decided for it, and stops for whom nobody answered", async () => {
  const course = new Course(inPhase(started(historyOf(RESCUE, {}, [...KEYS])), "detach"));
  const phase = course.state.runbook.phases.find(({ rescue: question }) => question !== undefined);
  if (phase === undefined) throw new Error("no phase has a rescue");
  const other = phase.rescue?.choices.find(({ then: way }) => way !== "stop")?.id ?? "";
  answering(course, APART, other);
  await course.types(rescue(course.driver, course.state.targets, phase));
  expect(course.state.targets.map(({ decisions }) => decisions[phase.id])).toEqual([other, "stop", "stop"]);
});

describe("a step that failed for several", () => {
  const failed = (): Course => {
    const history = approved(historyOf((source) => source, {}, ["ctx-a", "ctx-b"]));
    const place = { target: "ctx-b", phase: "detach" };
    const steps = history.state.targets[0]?.phases["detach"]?.slots ?? [];
    history.add("phase.expanded", place, { title: "", skipped: null, steps });
    for (const target of ["ctx-a", "ctx-b"])
      history.add(
        "step.marked",
        { target, phase: "detach", step: "detach", item: "vol-1" },
        { mark: "failed", says: "busy", evidence: null },
      );
    return new Course(history);
  };
  const refs = (course: Course) =>
    course.state.targets.flatMap((target) => {
      const phase = course.state.runbook.phases.find(({ id }) => id === "detach");
      const slot = target.phases["detach"]?.slots[0];
      return phase === undefined || slot === undefined ? [] : [{ target, phase, slot }];
    });

  it("is decided for each apart, and what is left open waits", async () => {
    const course = failed();
    const asked: Question[] = [];
    course.person.failed = (question) => {
      asked.push(question);
      if (question.apart !== undefined) return { kind: "decided", choice: APART, note: "" };
      return asked.length === 2 ? { kind: "decided", choice: "stop", note: "" } : { kind: "later" };
    };
    const types = await course.types(failure(course.driver, refs(course)));
    expect(asked.map(({ label }) => label)).toEqual(["vm-a, vm-b", "vm-a", "vm-b"]);
    expect(types.filter((type) => type === "decision.made")).toHaveLength(1);
    expect([...course.driver.heldKeys]).toEqual(["ctx-b"]);
  });
});

it("a question that the engine itself asks of all is not taken apart", async () => {
  const course = new Course(atGate());
  const question: Question = { gate: "q", asks: "canary", label: "l", question: "Go on?", choices: [] };
  answering(course, APART);
  const parties = course.state.targets.map((target) => ({ target, place: { target: target.key }, question: "Go on?" }));
  await course.types(choose(course.driver, parties, () => question));
  expect(course.person.asked).toHaveLength(1);
});
