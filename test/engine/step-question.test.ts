/** What an answer about one step decides, and how the run goes on where it decides nothing. */
import { expect, it } from "vitest";
import type { FailureAnswer, Question } from "../../src/engine/operator-port.ts";
import { askAbout } from "../../src/engine/step-question.ts";
import { Course } from "./course.ts";
import { approved, historyOf, HOLD } from "./moments.ts";

const question: Question = {
  gate: "detach",
  asks: "failure",
  label: "vm-a",
  question: "What becomes of it?",
  choices: [
    { id: "again", title: "Look again", then: "again" },
    { id: "skip", title: "Leave it out", then: "go-on" },
  ],
  notes: { skip: "Why?" },
};
const put = async (answer: FailureAnswer, course = new Course(approved())) => {
  course.person.failed = () => answer;
  const waits = { reason: "decision-needed", exit: 5 } as const;
  const { value } = await course.carry(askAbout(course.driver, question, ["ctx-a"], waits));
  return { value, course };
};

it("is the choice of a person, with their words where the choice needs them and nowhere else", async () => {
  const note = "it is not attached";
  expect((await put({ kind: "decided", choice: "skip", note })).value).toEqual({
    choice: "skip",
    then: "go-on",
    method: "person",
    note,
  });
  expect((await put({ kind: "decided", choice: "again", note })).value).toEqual({
    choice: "again",
    then: "again",
    method: "person",
  });
});

it("is to stop where nobody is there", async () => {
  const { value, course } = await put({ kind: "nobody" });
  expect(value).toEqual({ choice: "stop", then: "stop", method: "nobody-to-ask" });
  expect(course.driver.lacking).toBeNull();
});

it("is nothing where it was put off or is no choice: the targets wait", async () => {
  for (const answer of [{ kind: "later" }, { kind: "decided", choice: "other", note: "" }] as const) {
    const { value, course } = await put(answer);
    expect(value).toBeNull();
    expect(course.driver.lacking).toEqual({
      reason: "decision-needed",
      exit: 5,
      says: "What becomes of it? Nothing was decided",
    });
    expect([...course.driver.heldKeys]).toEqual(["ctx-a"]);
  }
});

it("is nothing where the run was asked to stop, but for what a person decided before", async () => {
  const stopping = (): Course => {
    const course = new Course(approved());
    course.person.stopping.abort({ by: "the operator", exit: 130 });
    return course;
  };
  const nobody = await put({ kind: "nobody" }, stopping());
  expect([nobody.value, nobody.course.driver.pausing?.reason]).toEqual([null, "interrupted"]);
  const decided = await put({ kind: "decided", choice: "again", note: "" }, stopping());
  expect([decided.value, decided.course.driver.pausing]).toEqual([expect.objectContaining({ choice: "again" }), null]);
});

it("is nothing where the question was withdrawn, whatever was pressed", async () => {
  const history = approved(historyOf(HOLD)).add("phase.ended", { target: "ctx-a", phase: "look" }, { result: "done" });
  const course = new Course(history);
  const { port } = course.person;
  const withdrawable: typeof port = {
    ...port,
    failed: (_question, withdrawn) =>
      new Promise((resolve) =>
        withdrawn?.addEventListener("abort", () => resolve({ kind: "decided", choice: "again", note: "" })),
      ),
  };
  const own = new Course(history, { operator: withdrawable, ports: course.outside.ports });
  const drafts = askAbout(own.driver, question, ["ctx-a"], { reason: "decision-needed", exit: 5 });
  expect((await own.carry(drafts)).value).toBeNull();
});
