/** Every rule that a runbook keeps beyond its shape, by its id. Messages of lint name it, `docs/runbook-rules.md` lists it. */
import { EXPRESSIONS } from "./expressions.ts";
import type { Rule } from "./rule.ts";
import { STATEMENTS } from "./statements.ts";
import { STEPS } from "./steps.ts";
import { STRUCTURE } from "./structure.ts";

export const RULES = { ...STRUCTURE, ...STEPS, ...STATEMENTS, ...EXPRESSIONS } as const;

export type RuleId = keyof typeof RULES;

/** The rule of an id. */
export const ruleOf = (id: RuleId): Rule => RULES[id];
