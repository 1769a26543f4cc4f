/** What follows from the choices of a question, and which is advised: by the runbook's own conditions and what is known. */
import { describe, expect, it } from "vitest";
import { climb, gate } from "../../src/engine/ask.ts";
import { questionLines } from "../../src/engine/question-text.ts";
import { withAdvice } from "../../src/engine/consequence.ts";
import type { Question } from "../../src/engine/operator-port.ts";
import { asLadder } from "../ui/runbook.ts";
import { Course } from "./course.ts";
import { planned } from "./history.ts";
import { historyOf, started, type Change } from "./moments.ts";

const BEFORE = "              - { id: keep, title: Keep it }\n";
const withChoices =
  (text: string): Change =>
  (source) =>
    source.replace(BEFORE, text);
const DESTROY = "              - { id: destroy, title: Destroy it }\n";

/** The question that is put at the gate of the small runbook. */
async function askedAt(change: Change, keys: readonly string[] = ["ctx-a"]): Promise<Question> {
  const history = started(historyOf(change, {}, [...keys]));
  for (const target of keys)
    history.add(
      "phase.expanded",
      { target, phase: "look" },
      { title: "", skipped: null, steps: [planned("keep", "gate")] },
    );
  const course = new Course(history);
  const refs = course.state.targets.flatMap((target) => {
    const [phase] = course.state.runbook.phases;
    const slot = target.phases["look"]?.slots[0];
    return phase === undefined || slot === undefined ? [] : [{ target, phase, slot }];
  });
  await course.types(gate(course.driver, refs));
  const [question] = course.person.asked;
  if (question === undefined) throw new Error("nothing was asked");
  return question;
}

const textsOf = (follows: Question["follows"] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(follows).map(([id, { text }]) => [id, text]));

describe("what follows from a choice", () => {
  it("is which phases it leads to, how many changes they have, and how many of them are final", async () => {
    const { follows } = await askedAt((source) => source);
    expect(textsOf(follows)).toEqual({
      keep: "leads to 2 Detach the volumes, 3 Delete the snapshots (2 kinds of change, 1 of which CANNOT be undone)",
      stop: "ends here; nothing more is changed",
    });
  });

  it("is what this choice has and not every other: what all lead to tells none of them apart", async () => {
    const onlyFor =
      (phase: string, condition: string): Change =>
      (source) =>
        withChoices(BEFORE + DESTROY)(source).replace(
          `        title: ${phase}\n`,
          `        title: ${phase}\n        when: "${condition}"\n`,
        );
    const { follows } = await askedAt(onlyFor("3 Delete the snapshots", "decisions['keep'] == 'destroy'"));
    expect(follows?.["destroy"]?.text).toBe(
      "leads to 3 Delete the snapshots (1 kind of change, which CANNOT be undone)",
    );
    expect(follows?.["keep"]?.text).toBe("leads to 2 Detach the volumes (1 kind of change, not final)");
  });

  it("is nothing where no phase behind it changes anything", async () => {
    const none: Change = (source) =>
      source
        .replace(
          "        title: 2 Detach the volumes\n",
          "        title: 2 Detach the volumes\n        when: 'false'\n",
        )
        .replace(
          "        title: 3 Delete the snapshots\n",
          "        title: 3 Delete the snapshots\n        when: 'false'\n",
        );
    expect((await askedAt(none)).follows?.["keep"]?.text).toBe("goes on; no change follows from it");
  });

  it("may be a phase of which nobody can tell yet", async () => {
    const open: Change = (source) =>
      source.replace(
        "        title: 2 Detach the volumes\n",
        "        title: 2 Detach the volumes\n        when: facts.volumes.size() > 0\n",
      );
    expect((await askedAt(open)).follows?.["keep"]?.text).toContain("2 Detach the volumes");
  });

  it("is said of a rung that is climbed from, too; a watch changes nothing", async () => {
    const history = started(historyOf(asLadder));
    const course = new Course(history);
    const phase = course.state.runbook.phases.find(({ id }) => id === "nudge");
    if (phase === undefined) throw new Error("no rung");
    await course.types(climb(course.driver, phase, course.state.targets));
    expect(textsOf(course.person.asked[0]?.follows)).toMatchObject({
      detach: expect.stringMatching(/^leads to 2 Detach the volumes/u),
      again: "changes nothing; asks again",
      stop: "ends here; nothing more is changed",
    });
  });
});

describe("what is advised", () => {
  const advised = (condition: string): string =>
    `              - { id: keep, title: Keep it, advised: "${condition}", because: "it is \${target.context_id}" }\n`;

  it("is the first choice, with its reason filled in", async () => {
    const question = await askedAt(withChoices(DESTROY + advised("true")));
    expect(question.choices.map(({ id }) => id)).toEqual(["keep", "destroy", "stop"]);
    expect(question.advice).toEqual({ choice: "keep", message: "it is ctx-a" });
  });

  it("is nothing where its condition does not hold, cannot be told, or the choice is not offered", async () => {
    for (const condition of ["false", "facts.volumes.size() > 0"])
      expect((await askedAt(withChoices(DESTROY + advised(condition)))).advice).toBeUndefined();
    const unoffered = advised("true").replace("title: Keep it,", "title: Keep it, when: 'false',");
    expect((await askedAt(withChoices(DESTROY + unoffered))).advice).toBeUndefined();
  });

  it("is nothing where several targets would be advised differently", async () => {
    const own = withChoices(DESTROY + advised("target.context_id == 'ctx-a'"));
    expect((await askedAt(own, ["ctx-a", "ctx-b"])).advice).toBeUndefined();
    expect((await askedAt(withChoices(DESTROY + advised("true")), ["ctx-a", "ctx-b"])).advice?.choice).toBe("keep");
  });

  it("stands under its choice on a plain terminal, before what follows", async () => {
    const lines = questionLines(await askedAt(withChoices(DESTROY + advised("true"))));
    const index = lines.indexOf("  1  keep: Keep it");
    expect(lines[index + 1]).toBe("     advised: it is ctx-a");
    expect(lines[index + 2]).toMatch(/^ {5}leads to /u);
  });

  it("changes nothing of a question that does not have the choice", async () => {
    const question = await askedAt((source) => source);
    expect(withAdvice(question, { choice: "none", message: "why" })).toBe(question);
  });
});
