/** A problem in a runbook file, at its place, with what to do about it. */
import type { RuleId } from "./rules/index.ts";
import { safeText } from "../text/safe-text.ts";
import { countText } from "../text/sentence.ts";

export interface Diagnostic {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What would fit. */
  readonly hint: string | null;
  /** The rule that it breaks; null where the file has not the shape of a runbook file. */
  readonly rule: RuleId | null;
}

/** Columns of a line that are shown at most. */
const WIDEST = 200;
/** Problems that are shown at most: who mends these sees the others next. */
const MOST = 20;

/** Text of a problem: place, sentence, the line with a caret, hint. What the file holds beyond plain text is spelled out. */
function renderDiagnostic(problem: Diagnostic, source: string): string {
  const line = source.split("\n")[problem.line - 1] ?? "";
  const excerpt = safeText(line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line);
  const lead = safeText(line.slice(0, Math.min(problem.column - 1, WIDEST)));
  const hint = problem.hint === null ? "" : `\n  hint: ${safeText(problem.hint)}`;
  const place = `${safeText(problem.file)}:${problem.line}:${problem.column}`;
  const rule = problem.rule === null ? "" : ` [${problem.rule}]`;
  return `${place}: ${safeText(problem.message)}${rule}\n  ${excerpt}\n  ${" ".repeat(lead.length)}^${hint}`;
}

/** The problems of a file, the first of them in full, and how many there are. */
export function problemsText(problems: readonly Diagnostic[], source: string): string {
  const texts = problems.slice(0, MOST).map((problem) => renderDiagnostic(problem, source));
  const excess = problems.length - MOST;
  const rest = excess > 0 ? ["", `and ${countText(excess, "more problem")}: mend these first, then look again`] : [];
  return [...texts, ...rest].join("\n");
}
