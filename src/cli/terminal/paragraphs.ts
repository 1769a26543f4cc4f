/** Texts of help and docs: paragraphs and lists of terms, broken between words. */

/** A paragraph, or terms with what is said of each. */
export type Paragraph = string | readonly (readonly [term: string, text: string])[];

/** The text on lines of at most `width` characters, the first behind `first`, the others behind `indent`; a longer word stands alone. */
export function broken(text: string, width: number, first = "", indent = first): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** Columns of help: what a terminal of 80 shows. */
export const HELP_WIDTH = 80;

/** Terms on the left, what is said of each on the right; below it where the terms are wide. */
export function termLines(terms: readonly (readonly [string, string])[], indent = 2): string[] {
  const widest = Math.max(0, ...terms.map(([term]) => term.length));
  const column = indent + Math.min(widest, 24) + 2;
  const pad = " ".repeat(column);
  return terms.flatMap(([term, text]) => {
    const head = `${" ".repeat(indent)}${term}`;
    return head.length + 2 > column
      ? [head, ...broken(text, HELP_WIDTH, pad)]
      : broken(text, HELP_WIDTH, head.padEnd(column), pad);
  });
}

/** Paragraphs as help prints them, with an empty line between two. */
export const helpLines = (paragraphs: readonly Paragraph[]): string[] =>
  paragraphs.flatMap((paragraph, index) => [
    ...(index === 0 ? [] : [""]),
    ...(typeof paragraph === "string" ? broken(paragraph, HELP_WIDTH) : termLines(paragraph)),
  ]);

/** The widest line of a page of docs. */
export const PAGE_WIDTH = 120;

/** Paragraphs as a Markdown page has them, each with an empty line behind it. */
export const pageLines = (paragraphs: readonly Paragraph[]): string[] =>
  paragraphs.flatMap((paragraph) =>
    typeof paragraph === "string"
      ? [...broken(paragraph, PAGE_WIDTH), ""]
      : [...paragraph.flatMap(([term, text]) => broken(`**${term}**: ${text}`, PAGE_WIDTH, "- ", "  ")), ""],
  );
