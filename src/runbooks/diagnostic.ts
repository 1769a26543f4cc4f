/** A problem in a runbook file, at its place, with what to do about it. */
export interface Diagnostic {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
}

/** Text of a problem: place, sentence, the line with a caret, hint. */
export function renderDiagnostic(found: Diagnostic, source: string): string {
  const line = source.split("\n")[found.line - 1] ?? "";
  const shown = line.length > 200 ? `${line.slice(0, 200)}…` : line;
  const caret = `${" ".repeat(Math.max(0, Math.min(found.column, shown.length + 1) - 1))}^`;
  const hint = found.hint === null ? "" : `\n  hint: ${found.hint}`;
  return `${found.file}:${found.line}:${found.column}: ${found.message}\n  ${shown}\n  ${caret}${hint}`;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_unused, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known name that was probably meant, as a hint, or null when none is near. */
export function didYouMean(name: string, known: readonly string[]): string | null {
  const near = known
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far)[0];
  if (near === undefined || near.far > Math.max(2, Math.floor(name.length / 3))) return null;
  return `did you mean "${near.candidate}"?`;
}
