/** Rules of expressions, and of what they name. */
import type { Rules } from "./rule.ts";

export const EXPRESSIONS = {
  expression: {
    says: "An expression is CEL over what is known at its place, and compares like with like.",
    fits: "docs/runbook-format.md, Expressions, lists what can be named; text is compared with text: string(…), int(…)",
  },
  "expression-type": {
    says: "An expression has the type that its field needs.",
    fits: "string(…) makes a text of a number, int(…) a number of a text, […] a list of one value",
  },
  "template-open": {
    says: "Each `${` of a sentence has its `}`.",
    fits: "close it: ${target.name}",
  },
  "name-unknown": {
    says: "`decisions`, `done` and `left` name gates, steps, rungs and choices that the runbook has.",
    fits: "decisions['GATE'] == 'CHOICE', done['STEP'], left == 'RUNG', with ids of this runbook",
  },
  "fact-early": {
    says: "A fact is used from the next phase on, since a phase is approved before it reads anything.",
    fits: "read it in a phase before",
  },
  "fact-twice": {
    says: "A fact is kept once.",
    fits: "give one of them another name",
  },
  "true-of-nothing": {
    says: "An expectation sees something: it is not true of an empty answer.",
    fits: "let it see something (result.size() > 0 && …), or say why none is expected (none_expected: …)",
  },
  "none-expected": {
    says: "`none_expected` stands only beside an expectation that holds of an empty answer.",
    fits: "leave none_expected out",
  },
  "probe-unknown": {
    says: "A probe that is named is there.",
    fits: "a name under probes, or the whole probe in its place",
  },
  "probe-unused": {
    says: "A probe of a runbook is used.",
    fits: "name it under success, holds, needs or at a step, or take it out",
  },
  "probe-twice": {
    says: "No two probes have one name, those that stand where they are used among them.",
    fits: "give it an id of its own",
  },
  "probe-name": {
    says: "A probe that stands where it is used is called after its step; such a name has 63 characters at most.",
    fits: "give it an id of its own: id: is-done",
  },
  "input-type": {
    says: "An input has one type.",
    fits: "text: { pattern: … }, int: { from, to }, choice: [ … ] or choice_from: { … }",
  },
  "input-value": {
    says: "Something fits an input: its pattern is a regular expression, its bounds leave a number, its choices differ.",
    fits: 'text: { pattern: "INC-[0-9]+" }, int: { from: 1, to: 600 } or choice: [blue, green]',
  },
  "input-column": {
    says: "The choices of an input stand in a column of the answer.",
    fits: "column: one of its columns",
  },
  "input-default": {
    says: "The default of an input fits it.",
    fits: "a value that would be taken with --input, or no default",
  },
  "input-early": {
    says: "Where targets are found no input is known.",
    fits: "ask for it in a phase: when: target.zone == inputs.zone",
  },
} as const satisfies Rules;
