/** What becomes of a step that failed, and of one whose end nobody knows. */
import { describe, expect, it } from "vitest";
import { askDoubt } from "../../src/engine/doubt-question.ts";
import { expandPhase } from "../../src/engine/enter.ts";
import { failure } from "../../src/engine/failure.ts";
import { questionLines } from "../../src/engine/question-text.ts";
import type { FailureAnswer } from "../../src/engine/operator-port.ts";
import { Course, SILENT, standstill } from "./course.ts";
import { History, planned } from "./history.ts";
import {
  HOLD,
  LOST,
  PREPARE,
  RESCUE,
  all,
  approved,
  entered,
  historyOf,
  ofPhase,
  skip,
  started,
  type Change,
} from "./moments.ts";

const same: Change = (source) => source;
const failed = (change: Change = same): Course =>
  new Course(approved(historyOf(change)).sent("vol-1").marked("vol-1", "failed", "it broke."));
const ask = (course: Course): Promise<string[]> => course.types(failure(course.driver, [course.ref("vol-1")]));
const decided = (choice: string, note = ""): FailureAnswer => ({ kind: "decided", choice, note });
const choicesOf = (course: Course): string[] => (course.person.asked[0]?.choices ?? []).map(({ id }) => id);
const titles = (course: Course): string => (course.person.asked[0]?.choices ?? []).map(({ title }) => title).join("\n");

describe("a step that failed", () => {
  it("is asked about with its reason and with what may become of it", async () => {
    const course = failed();
    course.person.failed = () => decided("again");
    expect(await ask(course)).toEqual(["decision.requested", "decision.made"]);
    expect(course.person.asked[0]?.question).toBe(
      '"Detach volume vol-1" failed for vm-a: it broke. What becomes of it?',
    );
    expect(choicesOf(course)).toEqual(["again", "by-hand", "skip", "stop"]);
    expect(Object.keys(course.person.asked[0]?.notes ?? {})).toEqual(["skip", "by-hand"]);
    expect(course.body("decision.made")).toEqual({
      gate: "detach",
      asks: "failure",
      choice: "again",
      then: "again",
      method: "person",
    });
    expect(course.ref("vol-1").slot).toMatchObject({ status: "planned", approval: null });
  });

  it("is left out with a reason", async () => {
    const course = failed();
    course.person.failed = () => decided("skip", "it is not attached anywhere");
    expect(await ask(course)).toEqual(["decision.requested", "decision.made", "marked skipped-by-operator"]);
    expect(course.said).toBe("it is not attached anywhere");
    expect(course.body("decision.made").note).toBe("it is not attached anywhere");
    expect(course.state.targets[0]?.status).toBe("going");
  });

  it("counts as done by hand where that can be seen, and is asked about again where not", async () => {
    const course = failed();
    course.person.failed = () => decided("by-hand", "I did it in the console");
    expect(await ask(course)).toEqual(["decision.requested", "decision.made", "step.verified"]);
    expect(course.body("step.verified")).toMatchObject({ holds: false, says: "volume vol-1 is still attached" });
    expect(course.state.targets[0]?.status).toBe("failed");
    await ask(course);
    expect(course.person.asked[1]?.question).toContain("that cannot be seen: volume vol-1 is still attached.");
    course.outside.silence = SILENT;
    await ask(course);
    expect(course.body("step.verified")).toMatchObject({
      says: "it could not be looked at: nobody answered",
      evidence: null,
    });
    course.outside.silence = null;
    course.outside.volumes.clear();
    expect(await ask(course)).toEqual(["decision.requested", "decision.made", "marked by-hand"]);
    expect(course.said).toBe("I did it in the console; seen: Volume vol-1 is detached");
  });

  it("stops where nobody is there to ask", async () => {
    const course = failed();
    expect(await ask(course)).toEqual(["decision.requested", "decision.made"]);
    expect(course.body("decision.made")).toMatchObject({ choice: "stop", then: "stop", method: "nobody-to-ask" });
  });

  it("waits where it was put off, or answered with what is no choice", async () => {
    const course = failed();
    course.person.failed = () => ({ kind: "later" });
    expect(await ask(course)).toEqual(["decision.requested"]);
    expect(course.driver.lacking).toMatchObject({ reason: "decision-needed", exit: 5 });
    const odd = failed();
    odd.person.failed = () => decided("nonsense");
    expect(await ask(odd)).toEqual(["decision.requested"]);
  });

  it("is an interruption where the run was asked to stop meanwhile", async () => {
    const course = failed();
    course.person.failed = () => {
      course.person.stopping.abort({ by: "the operator", exit: 130 });
      return { kind: "later" };
    };
    await ask(course);
    expect([course.driver.pausing?.reason, course.driver.lacking]).toEqual(["interrupted", null]);
  });

  it("may be said to be done by hand only where a look could tell", async () => {
    const REVERT: Change = (source) => source.replace("command: deleteSnapshot", "command: revertSnapshot");
    const of = async (command: string): Promise<string[]> => {
      const step = {
        step: "delete",
        does: "change",
        item_key: "",
        item: { volume_id: "vol-1" },
        title: "Revert",
        says: "",
      } as const;
      const request = { command, params: { id: "snap" } };
      const steps = [{ ...step, request, cannot_undo: "gone", risk: "destroy" } as const];
      const place = { target: "ctx-a", phase: "snapshots" };
      const history = historyOf(REVERT).begun().add("phase.expanded", place, { title: "3", skipped: null, steps });
      history.add(
        "step.marked",
        { ...place, step: "delete", item: "" },
        { mark: "failed", says: "no", evidence: null },
      );
      const course = new Course(history);
      await course.types(failure(course.driver, [course.ref("", "delete", "snapshots")]));
      return choicesOf(course);
    };
    expect(await of("revertSnapshot")).toEqual(["again", "skip", "stop"]);
    expect(await of("deleteSnapshot")).toContain("by-hand");
  });

  it("that was done, and a record says otherwise, is never sent again", async () => {
    const history = approved().sent("vol-1");
    history
      .outcome("vol-1", { kind: "applied", evidence: {}, flaw: "the record" })
      .marked("vol-1", "failed", "the record");
    const course = new Course(history);
    await ask(course);
    expect(choicesOf(course)).toEqual(["by-hand", "stop"]);
    expect(titles(course)).toContain("The record was mended by hand");
  });

  it("that got no answer can only be looked at again", async () => {
    const course = new Course(approved().marked("vol-1", "unreachable", "nobody answered"));
    await ask(course);
    expect(choicesOf(course)).toEqual(["again", "stop"]);
    expect(course.person.asked[0]?.question).toContain("got no answer for vm-a");
    expect(titles(course)).toContain("it can be taken up again");
  });

  it("leads to the question how its phase ends, where there is one", async () => {
    const plain = failed();
    await ask(plain);
    expect(titles(plain)).toContain("nothing after it is done for this VM");
    const rescued = failed(RESCUE);
    await ask(rescued);
    expect(titles(rescued)).toContain("the next question is how the phase ends");
  });

  it("is asked about once for several targets that may choose the same", async () => {
    const keys = ["ctx-a", "ctx-b"];
    const history = approved(new History({ keys })).marked("vol-1", "failed", "it broke");
    skip(history, "look", "ctx-b");
    const slot = history.target.phases["detach"]?.slots[0];
    if (slot === undefined) throw new Error("there is the step");
    const { step, does, item_key, item, title, request, says, cannot_undo, risk } = slot;
    const steps = [{ step, does, item_key, item, title, request, says, cannot_undo, risk }];
    history.add("phase.expanded", { target: "ctx-b", phase: "detach" }, { title: "2", skipped: null, steps });
    const place = { target: "ctx-b", phase: "detach", step: "detach", item: "vol-1" };
    const both = async (mark: "failed" | "unreachable"): Promise<Course> => {
      const course = new Course(history);
      course.happen("step.marked", place, { mark, says: "it broke", evidence: null });
      const refs = course.state.targets.map((target) => {
        const own = target.phases["detach"]?.slots[0];
        if (own === undefined) throw new Error("there is the step");
        return { ...course.ref("vol-1"), target, slot: own };
      });
      await course.types(failure(course.driver, refs));
      return course;
    };
    expect((await both("failed")).person.asked[0]?.label).toBe("vm-a, vm-b");
    expect((await both("unreachable")).person.asked[0]?.label).toBe("vm-a");
  });

  it("is no question where there is no step", async () => {
    const course = failed();
    expect(await course.types(failure(course.driver, []))).toEqual([]);
  });
});

describe("a change whose end nobody knows", () => {
  const doubtful = (change: Change = same): Course => {
    const history = approved(historyOf(change)).sent("vol-1").outcome("vol-1", LOST);
    return new Course(history.add("step.reconciled", history.place("vol-1"), { outcome: LOST }));
  };
  const put = (course: Course): Promise<string[]> => course.types(askDoubt(course.driver, course.ref("vol-1")));

  it("is asked about as a doubt, not as a failure", async () => {
    const course = doubtful();
    expect(await ask(course)).toEqual(["decision.requested", "decision.made"]);
    expect(course.body("decision.requested")).toMatchObject({ asks: "doubt" });
    expect(course.person.asked[0]?.question).toBe(
      'What became of "Detach volume vol-1" of vm-a is not known: the answer was lost. Who knows it?',
    );
    expect(choicesOf(course)).toEqual(["again", "applied", "not-applied", "leave", "stop"]);
    const courses = course.person.asked[0]?.choices.map(({ then }) => then);
    expect(courses).toEqual(["again", "go-on", "go-on", "go-on", "stop"]);
  });

  it.each([
    ["applied", { as: "applied", note: "I saw it in the console" }],
    ["not-applied", { as: "not-applied", note: "I saw it in the console" }],
    ["leave", { as: "not-applied", note: "I saw it in the console", leaves: true }],
  ] as const)("is settled by somebody's word: %s", async (choice, body) => {
    const course = doubtful();
    course.person.failed = () => decided(choice, "I saw it in the console");
    expect(await put(course)).toEqual(["decision.requested", "decision.made", "operator.resolved"]);
    expect(course.body("operator.resolved")).toEqual(body);
    expect(course.body("decision.made")).toMatchObject({ choice, note: "I saw it in the console", method: "person" });
    expect(course.outside.sent).toEqual([]);
  });

  it.each(["again", "stop"])("is not settled by %s, whatever was typed beside it", async (choice) => {
    const course = doubtful();
    course.person.failed = () => decided(choice, "I saw it in the console");
    expect(await put(course)).toEqual(["decision.requested", "decision.made"]);
    expect(course.body("decision.made").note).toBeUndefined();
  });

  it("stays in doubt where nobody is there, and waits where it was put off", async () => {
    const nobody = doubtful();
    await put(nobody);
    expect(nobody.body("decision.made")).toMatchObject({ choice: "stop", method: "nobody-to-ask" });
    const later = doubtful();
    later.person.failed = () => ({ kind: "later" });
    expect(await put(later)).toEqual(["decision.requested"]);
    expect(later.driver.lacking).toMatchObject({ reason: "in-doubt", exit: 3 });
    const stopped = doubtful();
    stopped.person.failed = () => {
      stopped.person.stopping.abort({ by: "the operator", exit: 130 });
      return { kind: "later" };
    };
    await put(stopped);
    expect(stopped.driver.pausing?.reason).toBe("interrupted");
  });

  it("says what follows: a next question, or an act that rests on the word alone", async () => {
    const plain = doubtful();
    await put(plain);
    expect(titles(plain)).toContain("; the run goes on behind it");
    expect(titles(plain)).not.toContain("how the phase ends");
    const rescued = doubtful(RESCUE);
    await put(rescued);
    expect(titles(rescued)).toContain("the next question is how the phase ends");
  });
});

it("puts a question with the key in front of each choice", () => {
  const choices = [
    { id: "again", title: "Look again", then: "again" },
    { id: "2", title: "Two\u001b", then: "go-on" },
  ] as const;
  const question = { gate: "g", asks: "gate", label: "vm", question: "First line\nsecond", choices } as const;
  const [head, ...rest] = questionLines(question);
  expect(head).toBe("=== Decision needed for vm ===");
  expect(rest.slice(0, 3)).toEqual(["First line", "second", "  1  again: Look again"]);
  expect(rest[3]).toMatch(/^ {2}2 {2}Two/u);
  expect(rest[3]).not.toContain("\u001b");
});

describe("entering a phase", () => {
  const enter = (course: Course, id = "detach"): Promise<string[]> => {
    const [target] = course.state.targets;
    const phase = course.state.runbook.phases.find((each) => each.id === id);
    if (target === undefined || phase === undefined) throw new Error("there are both");
    return course.types(expandPhase(course.driver, target, phase));
  };
  const withFacts = (change: Change = same, over: object = {}): History => {
    const history = started(historyOf(change, over));
    const place = { target: "ctx-a", phase: "look" };
    history.add("phase.expanded", place, {
      title: "Look",
      skipped: null,
      steps: [planned("volumes", "read")],
    });
    const facts = { volumes: [{ volume_id: "vol-1" }] };
    return history.add("step.read", { ...place, step: "volumes", item: "" }, { says: "", facts });
  };
  const NEEDS = all(PREPARE, ofPhase("needs: [{ probe: nothing-left, from: prepare }]"));

  it("writes down what it will do", async () => {
    const course = new Course(withFacts());
    expect(await enter(course)).toEqual(["phase.expanded"]);
    expect(course.body("phase.expanded")).toMatchObject({ title: "2 Detach the volumes", skipped: null });
    expect(course.body("phase.expanded").steps).toHaveLength(1);
  });

  it("fails where its steps cannot be worked out, before anything is done", async () => {
    const course = new Course(started());
    expect(await enter(course)).toEqual(["phase.expanded", "marked failed"]);
    expect(course.said).toContain("the steps of this phase could not be worked out: detach: facts.volumes: ");
    expect(course.body("phase.expanded").steps).toMatchObject([{ step: "expansion", does: "read" }]);
  });

  it("is left out of a dry run where it is shaped by what an earlier phase finds", async () => {
    const pending = entered(historyOf(same, { dry: true })).marked("vol-1", "not-run-dry");
    const course = new Course(pending);
    expect(await enter(course, "snapshots")).toEqual(["phase.expanded", "marked not-run-dry"]);
    expect(course.said).toContain("; it is shaped by what an earlier one finds");
    const first = new Course(entered(historyOf(same, { dry: true })));
    expect(await enter(first, "snapshots")).toEqual(["phase.expanded", "marked failed"]);
  });

  it("is refused where what it needs is not so, and waits where nobody answers", async () => {
    const course = new Course(withFacts(NEEDS));
    expect(await enter(course)).toEqual(["phase.expanded", "marked refused"]);
    const silent = new Course(withFacts(NEEDS));
    silent.outside.silence = SILENT;
    expect(await enter(silent)).toEqual([]);
    expect(silent.driver.pausing).toMatchObject({ reason: "unreachable", exit: 69 });
    const met = new Course(withFacts(NEEDS));
    met.outside.volumes.clear();
    expect(await enter(met)).toEqual(["phase.expanded"]);
  });

  it("needs nothing where it does nothing", async () => {
    const empty = all(NEEDS, ofPhase("when: \"decisions['keep'] == 'keep'\""));
    const course = new Course(withFacts(empty));
    expect(await enter(course)).toEqual(["phase.expanded"]);
    expect(course.outside.looks).toBe(0);
  });

  it("is not failed where what the run rests on is gone as well", async () => {
    const history = withFacts(all(NEEDS, HOLD)).add(
      "phase.ended",
      { target: "ctx-a", phase: "look" },
      { result: "done" },
    );
    const course = new Course(history);
    expect(await enter(course)).toEqual(["hold.observed"]);
    expect(standstill(course)).toBe("hold-broken");
  });
});
