/** A problem in a runbook file, at its place, with what to do about it. */
import { safeText } from "../text/safe-text.ts";
import { counted } from "../text/sentence.ts";

export interface Diagnostic {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
}

/** Columns of a line that are shown at most. */
const WIDEST = 200;
/** Problems that are shown at most: who mends these sees the others next. */
const MOST = 20;

/** Text of a problem: place, sentence, the line with a caret, hint. What the file holds beyond plain text is spelled out. */
function renderDiagnostic(found: Diagnostic, source: string): string {
  const line = source.split("\n")[found.line - 1] ?? "";
  const shown = safeText(line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line);
  const before = safeText(line.slice(0, Math.min(found.column - 1, WIDEST)));
  const hint = found.hint === null ? "" : `\n  hint: ${safeText(found.hint)}`;
  const place = `${safeText(found.file)}:${found.line}:${found.column}`;
  return `${place}: ${safeText(found.message)}\n  ${shown}\n  ${" ".repeat(before.length)}^${hint}`;
}

/** The problems of a file, the first of them in full, and how many there are. */
export function problemsText(problems: readonly Diagnostic[], source: string): string {
  const shown = problems.slice(0, MOST).map((problem) => renderDiagnostic(problem, source));
  const left = problems.length - MOST;
  const rest = left > 0 ? ["", `and ${counted(left, "more problem")}: mend these first, then look again`] : [];
  return [...shown, ...rest].join("\n");
}
