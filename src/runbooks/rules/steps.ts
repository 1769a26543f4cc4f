/** Rules of steps: how a change is proved, repeated, bounded and taken back. */
import type { Rules } from "./rule.ts";

export const STEPS = {
  "verify-missing": {
    says: "A changing step says how it is verified.",
    fits: "verify: the id of a probe, or the whole probe; ensure: the same for what it brings about",
  },
  "error-proof": {
    says: "A code that means that it was done already is believed together with an `already` probe that sees it.",
    fits: "name an `already` probe",
  },
  "undo-reason": {
    says: "A change that Handrail cannot take back says why, or what does.",
    fits: "undo: { none: reason }",
  },
  "risk-lowered": {
    says: "A runbook raises a risk and never lowers it.",
    fits: "leave risk out, or write risk: destroy",
  },
  forbidden: {
    says: "No step does what the runbook itself forbids.",
    fits: "take the step out, or the prohibition, once it is known why it was written",
  },
  "forbid-pattern": {
    says: "What a runbook forbids is a regular expression.",
    fits: 'match: "^DROP", or "(?i)^drop" for both cases',
  },
  "foreach-read": {
    says: "Only changing steps repeat.",
    fits: "use `each`, or a read that takes a list",
  },
  "foreach-list": {
    says: "A step is repeated for the members of a list.",
    fits: "foreach: { in: facts.NAMES, key: item }",
  },
  "foreach-key": {
    says: "A repeated step has a `key` that names each instance, and no other step has one.",
    fits: "foreach: { in: LIST, key: item.id }",
  },
  "choice-reason": {
    says: "A choice is advised for a reason.",
    fits: "write both `advised` and `because`, or neither",
  },
  "choice-idle": {
    says: "A choice is asked for where something follows from it: a choice that stops, or a `when` that names one of them.",
    fits: "name a choice in the `when` of a later phase or step (decisions['GATE'] == 'CHOICE'), or let one say then: stop",
    isRemark: true,
  },
  "manual-proof": {
    says: "What a person does has a `proof` or none: no `verify` and no `errors`; `limit` and `stays_until` need a proof.",
    fits: "proof: the id of a probe",
  },
  "manual-lines": {
    says: "What a person does has 40 lines at most, of 4000 characters each.",
    fits: "make two steps of it",
  },
} as const satisfies Rules;
