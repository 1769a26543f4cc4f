/** Rules of a file and its runbooks: their names, and what they take from one another. */
import type { Rules } from "./rule.ts";

export const STRUCTURE = {
  spelling: {
    says: "What YAML takes for a number, true or false is spelled as it spells that: lint sees the letters (0x1e, 030, True), an editor the value.",
    fits: "write the value as it is shown, or a text in quotes",
  },
  empty: {
    says: "No key is left without a value: to lint that is an empty text, to an editor the word null.",
    fits: "write a value, or leave the key out",
  },
  "id-twice": {
    says: "No two runbooks of a file, and no two phases, steps, holds, criteria or printed statements of a runbook, have one id.",
    fits: "give one of them another id: it names the thing in the journal for ever",
  },
  "action-key-twice": {
    says: "No two runbooks of a file are begun by one key.",
    fits: "another of the letters a b c d e f i m n o r t v y z",
  },
  "steps-many": {
    says: "A runbook has 500 steps at most.",
    fits: "make two runbooks of it",
  },
  "phase-unknown": {
    says: "A phase that is named is there, and where its place in the order of the run matters it is the right one.",
    fits: "the id of a phase of this runbook; `from` comes before, `until` and `stays_until` behind",
  },
  "phase-end": {
    says: "No phase is named `end`: `stays_until` means the end of the run by it.",
    fits: "another id",
  },
  "needs-idle": {
    says: "A phase that only looks needs nothing.",
    fits: "say it with `expect` at the step",
  },
  "use-unknown": {
    says: "The runbook that is used is there, and another one.",
    fits: "use: ID of this file, or FILE#ID",
  },
  "use-deep": {
    says: "A runbook that is used uses none itself.",
    fits: "use the other one here, too, beside it",
  },
  "use-names": {
    says: "A runbook that is used has no probe and no input of a name that is taken.",
    fits: "give one of them another name",
  },
  "use-digest": {
    says: "A runbook of another file is pinned by its digest, and is still that one.",
    fits: "digest: 16 to 64 hexadecimal digits, as `handrail runbooks` says it; `handrail diff` says what changed",
  },
  strategy: {
    says: "`strategy` may be left out. Where it is written it says what the phases are: `ladder` with a `rung`, `sequence` without.",
    fits: "leave it out",
    isRemark: true,
  },
} as const satisfies Rules;
