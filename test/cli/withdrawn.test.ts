/** A question at a plain terminal that is withdrawn: what was typed counts for nothing, and no key after it does. */
import { expect, it } from "vitest";
import { terminalOperator } from "../../src/cli/terminal/operator.ts";
import type { ApprovalDocument } from "../../src/engine/approval-document.ts";
import type { Question } from "../../src/engine/operator-port.ts";
import { aDocument } from "../support/document.ts";
import { terminal } from "../support/terminal.ts";

const page = (typed: string | null): ApprovalDocument =>
  aDocument({ risk: typed === null ? "change" : "destroy", typed });
const question: Question = {
  gate: "detach",
  asks: "failure",
  label: "pgtest1",
  question: "What becomes of it?",
  choices: [
    { id: "again", title: "Look again", then: "again" },
    { id: "skip", title: "Leave it out", then: "go-on" },
  ],
  notes: { skip: "Why is it left out?" },
};

/** Answers with these keys, and withdraws once they have arrived. */
function asked(prompt: RegExp, keys: string) {
  const withdraw = new AbortController();
  const t = terminal({}, [
    [
      prompt,
      async () => {
        setTimeout(() => withdraw.abort(), 20);
        return Promise.resolve(keys);
      },
    ],
  ]);
  const operator = terminalOperator(t.io, "ada", new AbortController().signal);
  return { operator, withdrawn: withdraw.signal, shown: t.shown };
}

it("a page with a name half typed is answered by nobody", async () => {
  const { operator, withdrawn, shown } = asked(/Type pgtest1/u, "pgtest");
  expect(await operator.approve(page("pgtest1"), withdrawn)).toEqual({ kind: "nobody" });
  expect(shown()).toContain("This question is withdrawn");
});

it("a page that waits for a key, too", async () => {
  const { operator, withdrawn, shown } = asked(/Press a to approve/u, "");
  expect(await operator.approve(page(null), withdrawn)).toEqual({ kind: "nobody" });
  expect(shown()).toContain("What was typed counts for nothing");
});

it("a choice decides nothing, nor do the words that it asked for", async () => {
  const { operator, withdrawn } = asked(/Press 1 to 2/u, "");
  expect(await operator.choose(question, withdrawn)).toBeNull();
  const words = asked(/Press 1 to 2/u, "2");
  expect(await words.operator.failed(question, words.withdrawn)).toEqual({ kind: "later" });
});

it("a page that was withdrawn before it was shown is not waited for", async () => {
  const { operator } = asked(/never/u, "");
  expect(await operator.choose(question, AbortSignal.abort())).toBeNull();
});

it.each([
  ["a page that waits for a key", null, /Press a to approve/u],
  ["a page with a name half typed", "pgtest1", /Type pgtest1/u],
])("%s is answered by nobody where the terminal goes away: its question stays", async (_what, typed, prompt) => {
  const t = terminal({}, [
    [
      prompt,
      () => {
        setTimeout(() => t.io.stdin.emit("end"), 20);
        return Promise.resolve("");
      },
    ],
  ]);
  const operator = terminalOperator(t.io, "ada", new AbortController().signal);
  expect(await operator.approve(page(typed))).toEqual({ kind: "nobody" });
});
