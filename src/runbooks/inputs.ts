/** What a runbook's inputs keep beyond their shape: one type each, bounds that something fits, choices that need no value. */
import { inputValue, wholePattern } from "../phases/input.ts";
import { didYouMean } from "../text/near.ts";
import { inputSpec } from "./build.ts";
import type { Report } from "./node.ts";
import type { RawInput, RawRunbook } from "./schema.ts";

const TYPES = ["text", "int", "choice", "choice_from"] as const;

/** Whether a text is a regular expression. */
function isPattern(pattern: string): boolean {
  try {
    wholePattern(pattern);
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with the type of an input, by the field that says it; null where nothing is. */
function typeTrouble({ text, int, choice, choice_from: query }: RawInput): readonly [string, string, string?] | null {
  if (text?.pattern !== undefined && !isPattern(text.pattern)) return ["text", "the pattern is no regular expression"];
  if (int !== undefined && int.from > int.to) return ["int", "no number is that large and that small", "from ≤ to"];
  if (choice !== undefined && new Set(choice).size < choice.length) return ["choice", "a choice is there twice"];
  return query === undefined ? null : questionTrouble(query);
}

function questionTrouble(query: NonNullable<RawInput["choice_from"]>): readonly [string, string, string?] | null {
  const columns = Object.keys(query["columns"] ?? {});
  const column = String(query["column"]);
  return columns.includes(column)
    ? null
    : [
        "choice_from",
        `${column} is no column of its answer`,
        didYouMean(column, columns) ?? `it has ${columns.join(", ")}`,
      ];
}

function inputRules(raw: RawInput, path: readonly PropertyKey[], report: Report): void {
  const [type, another] = TYPES.filter((field) => raw[field] !== undefined);
  if (type === undefined) return report("input-type", path, "an input says of which type it is");
  if (another !== undefined)
    return report("input-type", [...path, another], `it is ${type} already: an input has one type`);
  const trouble = typeTrouble(raw);
  if (trouble !== null) {
    const [field, ...rest] = trouble;
    return report(field === "choice_from" ? "input-column" : "input-value", [...path, field], ...rest);
  }
  if (raw.default === undefined) return;
  const value = inputValue(inputSpec(raw), raw.default, null);
  if (!value.ok) report("input-default", [...path, "default"], `the default does not fit: ${value.error} is wanted`);
}

/** What is asked for before the first look cannot be named by what finds the targets. */
function early(runbook: RawRunbook, report: Report): void {
  const expressions = [
    [["select", "stuck"], runbook.select.stuck] as const,
    ...runbook.printed.map(({ whose: owner }, index) => [["printed", index, "whose", "in"], owner.in] as const),
  ];
  for (const [path, source] of expressions)
    if (/\binputs\b/u.test(source)) report("input-early", path, "no input is known yet where targets are found");
}

/** Applies the rules of inputs to one runbook. */
export function lintInputs(runbook: RawRunbook, report: Report): void {
  for (const [name, raw] of Object.entries(runbook.inputs ?? {})) inputRules(raw, ["inputs", name], report);
  early(runbook, report);
}
