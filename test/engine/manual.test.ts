/** A step that a person makes outside: only a proof makes it seen, a word stays a word, and nothing is ever sent. */
import { describe, expect, it } from "vitest";
import { askDoubt } from "../../src/engine/doubt-question.ts";
import { failure } from "../../src/engine/failure.ts";
import { askManual } from "../../src/engine/manual.ts";
import { ready } from "../../src/engine/schedule.ts";
import { err } from "../../src/ports/result.ts";
import { failure as failureOf } from "../../src/ports/outcome.ts";
import { Course, SILENT, standstill } from "./course.ts";
import { detach, type History } from "./history.ts";
import { all, historyOf, HOLD, ofDetach, ofRunbook, started, type Change } from "./moments.ts";

const LINES = ["Unplug vol-1.", "Look at the lamp."];
const manual =
  (...fields: readonly string[]): Change =>
  (source) =>
    source
      .replace("kind: volume\n            op: detach\n", `manual: ["Unplug \${item.volume_id}.", Look at the lamp.]\n`)
      .replace(
        "            volume: item.volume_id\n            verify: is-off\n            limit: 60\n",
        fields.join(""),
      );
const withoutIsOff: Change = (source) => source.replace(/ {6}is-off:\n(?: {8}.*\n)+/u, "");
const PLAIN = all(manual(), withoutIsOff);
const PROVED = manual("            proof: is-off\n            limit: 60\n");
const BARE = all(PLAIN, ofRunbook("holds: [{ id: off, probe: nothing-left, from: look, until: detach }]"));

const HELD = all(PROVED, HOLD);

/** Approved, and about to be asked. */
function approvedFor(change: Change): History {
  const history = started(historyOf(change));
  history.add("phase.expanded", { target: "ctx-a", phase: "look" }, { title: "Look", skipped: null, steps: [] });
  history.add("phase.ended", { target: "ctx-a", phase: "look" }, { result: "done" });
  const proof = change === PROVED || change === HELD ? { probe: "is-off", shows: "Volume vol-1 is detached" } : null;
  const steps = [{ ...detach("vol-1"), request: { lines: LINES, proof } }];
  history.add("phase.expanded", { target: "ctx-a", phase: "detach" }, { title: "2 Detach", skipped: null, steps });
  history.add("step.previewed", history.place("vol-1"), { preview: null });
  const page = { page_digest: "d", risk: "change", typed: null, approval: "detach#1" } as const;
  history.add("approval.requested", {}, { ...page, covers: [{ target: "ctx-a", step: "detach", item_key: "vol-1" }] });
  return history.add("approval.given", {}, { ...page, method: "key", by: "ada", grant: null });
}
const courseOf = (change: Change = PROVED): Course => new Course(approvedFor(change));
const ask = (course: Course): Promise<string[]> => course.types(askManual(course.driver, course.ref("vol-1")));
const ASKED = ["decision.requested", "decision.made"];
const says = (course: Course, choice: string | null): Course => {
  course.person.choice = () => choice;
  return course;
};
const OPERATOR = "ada (uid 1000) on oma";

describe("what is asked", () => {
  it("is the scheduler's next command, with the lines and what counts", async () => {
    const course = says(courseOf(), null);
    expect(ready(course.state, new Set(), new Set())).toMatchObject([{ do: "manual" }]);
    expect(await ask(course)).toEqual(["decision.requested"]);
    expect(course.person.asked[0]).toMatchObject({ asks: "manual", gate: "detach", label: "vm-a" });
    expect(course.person.asked[0]?.question.split("\n")).toEqual([
      '"Detach volume vol-1" of vm-a is done by you, outside of Handrail:',
      "1. Unplug vol-1.",
      "2. Look at the lamp.",
      "It counts once this is seen: Volume vol-1 is detached. It is looked at meanwhile, and 60 s after you say that it is done.",
    ]);
  });

  it("pauses the run where nobody answers, with what is to be done and how it goes on", async () => {
    const course = says(courseOf(), null);
    await ask(course);
    expect(standstill(course)).toBe("decision-needed");
    expect(course.driver.lacking?.exit).toBe(5);
    expect(course.driver.lacking?.says).toBe(
      '"Detach volume vol-1" of vm-a is done by a person, outside of Handrail: 1. Unplug vol-1. 2. Look at the lamp. Then take the run up again: it goes on once that is seen, or a person says how it went',
    );
    expect(course.ref("vol-1").slot).toMatchObject({ status: "planned", attempts: 0, isHandedOver: true });
  });

  it("is nothing where the proof holds already", async () => {
    const course = courseOf();
    course.outside.volumes.set("vol-1", "detached");
    expect(await ask(course)).toEqual(["marked already"]);
    expect(course.person.asked).toEqual([]);
  });

  it("is nothing without locks", async () => {
    const course = courseOf();
    course.locks = err(failureOf("refused", "somebody else has them"));
    expect(await ask(course)).toEqual([]);
    expect(standstill(course)).toBe("lock-lost");
  });

  it("stops with the run", async () => {
    const course = says(courseOf(), null);
    course.person.stopping.abort({ by: "the operator", exit: 130 });
    await ask(course);
    expect(standstill(course)).toBe("interrupted");
  });
});

describe("with a proof", () => {
  it("done is seen, in time", async () => {
    const course = says(courseOf(), "done");
    course.outside.onSleep = () => void (course.outside.looks > 4 && course.outside.volumes.set("vol-1", "detached"));
    expect(await ask(course)).toEqual([...ASKED, "step.verified"]);
    expect(course.body("step.verified")).toMatchObject({ holds: true, says: "Volume vol-1 is detached" });
    expect(course.ref("vol-1").slot).toMatchObject({ mark: "succeeded", attempts: 0 });
    expect(course.outside.sent).toEqual([]);
  });

  it("done that nobody can see is a failure, after the seconds of the step", async () => {
    const course = says(courseOf(), "done");
    expect(await ask(course)).toEqual([...ASKED, "step.verified", "marked failed"]);
    expect(course.said).toBe(
      `${OPERATOR} said that it is done, and it is not to be seen: volume vol-1 is still attached`,
    );
    expect(course.outside.slept.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThanOrEqual(60);
    course.person.failed = () => ({ kind: "decided", choice: "by-hand", note: "I pulled the plug myself" });
    expect(await course.types(failure(course.driver, [course.ref("vol-1")]))).toEqual([...ASKED, "step.verified"]);
    course.outside.volumes.set("vol-1", "detached");
    expect(await course.types(failure(course.driver, [course.ref("vol-1")]))).toEqual([...ASKED, "marked by-hand"]);
  });

  it("is seen by itself while the question stands", async () => {
    const course = courseOf();
    const answer = Promise.withResolvers<string | null>();
    course.driver.world.operator.choose = (_question, withdrawn) => {
      withdrawn?.addEventListener("abort", () => answer.resolve(null));
      course.outside.volumes.set("vol-1", "detached");
      return answer.promise;
    };
    expect(await ask(course)).toEqual(["decision.requested", "step.verified"]);
    expect(course.ref("vol-1").slot.mark).toBe("succeeded");
  });

  it("is unreachable where nobody answers for it", async () => {
    const course = says(courseOf(), "done");
    course.person.choice = () => {
      course.outside.silence = SILENT;
      return "done";
    };
    expect(await ask(course)).toEqual([...ASKED, "marked unreachable"]);
  });

  it("that nobody can tell is in doubt, and asked about again from its beginning", async () => {
    const course = says(courseOf(), "cannot-tell");
    expect(await ask(course)).toEqual([...ASKED, "step.verified", "marked in-doubt"]);
    expect(course.said).toBe(`${OPERATOR} cannot tell whether it was done; looked: volume vol-1 is still attached`);
    course.person.failed = () => ({ kind: "decided", choice: "again", note: "" });
    await course.types(askDoubt(course.driver, course.ref("vol-1")));
    expect(course.ref("vol-1").slot).toMatchObject({ status: "planned", mark: null, preview: null, approval: null });
    expect(course.state.targets[0]?.status).toBe("going");
  });

  it("in doubt is asked about again by a resume, and looked at first", async () => {
    const course = says(courseOf(), "cannot-tell");
    await ask(course);
    course.happen("run.resumed", {}, { mode: "person", tool: "0" });
    expect(course.ref("vol-1").slot).toMatchObject({ status: "planned", settle: null });
    expect(ready(course.state, new Set(), new Set())).toMatchObject([{ do: "preview" }]);
  });

  it("was not done, as somebody says, and one look agrees", async () => {
    const course = says(courseOf(), "not-done");
    expect(await ask(course)).toEqual([...ASKED, "step.verified", "marked failed"]);
    expect(course.said).toBe(`${OPERATOR} said that it was not done; looked: volume vol-1 is still attached`);
    expect(course.outside.slept).toEqual([]);
  });

  it("was not done, as somebody says, and a look sees that it was", async () => {
    const course = courseOf();
    course.person.choice = () => {
      course.outside.volumes.set("vol-1", "detached");
      return "not-done";
    };
    expect(await ask(course)).toEqual([...ASKED, "step.verified"]);
    expect(course.ref("vol-1").slot.mark).toBe("succeeded");
  });
});

describe("without a proof", () => {
  it.each([
    ["done", "marked by-hand", `said by ${OPERATOR}, seen by nobody`],
    ["not-done", "marked failed", `${OPERATOR} said that it was not done`],
    ["cannot-tell", "marked in-doubt", `${OPERATOR} cannot tell whether it was done, and nothing shows it`],
  ])("%s is %s", async (choice, mark, said) => {
    const course = says(courseOf(PLAIN), choice);
    expect(await ask(course)).toEqual([...ASKED, mark]);
    expect(course.said).toBe(said);
  });

  it("a failure is not claimed to be done by hand: nothing could show it", async () => {
    const course = says(courseOf(PLAIN), "not-done");
    await ask(course);
    course.person.failed = () => ({ kind: "later" });
    await course.types(failure(course.driver, [course.ref("vol-1")]));
    expect(course.person.asked.at(-1)?.choices.map(({ id }) => id)).toEqual(["again", "skip", "stop"]);
  });
});

describe("what the run rests on", () => {
  it("is looked at before anybody is asked", async () => {
    const course = courseOf(HELD);
    expect(await ask(course)).toEqual(["hold.observed", "approval.expired"]);
    expect(course.person.asked).toEqual([]);
  });

  it("is past once a person was told, where the step itself ends it", async () => {
    const course = says(courseOf(BARE), "done");
    course.outside.volumes.set("vol-1", "detached").set("vol-2", "detached");
    const types = await ask(course);
    expect(types.at(-1)).toBe("marked by-hand");
    expect(types).not.toContain("hold.observed");
  });
});

it("is no field of another kind, and a kind of its own in the format", () => {
  expect(() => historyOf(ofDetach("proof: is-off"))).toThrow(/no field proof/u);
  expect(() => historyOf(manual("            verify: is-off\n"))).toThrow(/has a proof, or none/u);
  expect(() => historyOf(manual("            stays_until: end\n"))).toThrow(/nobody looks at cannot be seen/u);
  expect(() => historyOf(manual("            limit: 60\n"))).toThrow(/nothing is waited for/u);
  expect(() => historyOf(manual("            proof: is-of\n"))).toThrow(/no probe is-of/u);
  const strange: Change = (source) => source.replace("Unplug ${item.volume_id}", "Unplug ${item.lamp}");
  expect(() => historyOf(all(PLAIN, strange))).toThrow(/No such key: lamp/u);
});
