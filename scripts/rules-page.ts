/** `docs/runbook-rules.md`: every rule that a runbook keeps beyond its shape, as the code has it. */
import { broken, PAGE_WIDTH } from "../src/cli/terminal/paragraphs.ts";
import { EXPRESSIONS } from "../src/runbooks/rules/expressions.ts";
import type { Rule, Rules } from "../src/runbooks/rules/rule.ts";
import { STATEMENTS } from "../src/runbooks/rules/statements.ts";
import { STEPS } from "../src/runbooks/rules/steps.ts";
import { STRUCTURE } from "../src/runbooks/rules/structure.ts";

const GROUPS: readonly (readonly [title: string, rules: Rules])[] = [
  ["The file and its runbooks", STRUCTURE],
  ["Steps", STEPS],
  ["Statements and requests", STATEMENTS],
  ["Expressions and names", EXPRESSIONS],
];

const INTRODUCTION = `What has the shape of a runbook file, as \`docs/runbook.schema.json\` says it, may still break a rule. \`handrail lint\` names the rule behind its message, with the place and what would fit: \`boats.yaml:12:9: … [where-missing]\`. An id means the same for ever. A remark is said and refuses nothing.`;

function ruleLines([id, { says, fits, isRemark }]: [string, Rule]): string[] {
  const remark = isRemark === true ? " A remark." : "";
  return [...broken(`**${id}** ${says}${remark} What fits: ${fits.replace(/\.$/u, "")}.`, PAGE_WIDTH), ""];
}

/** The lines of the page below its title. */
export const rulesPage = (): readonly string[] => [
  ...broken(INTRODUCTION, PAGE_WIDTH),
  "",
  ...GROUPS.flatMap(([title, rules]) => [`## ${title}`, "", ...Object.entries(rules).flatMap(ruleLines)]),
];
