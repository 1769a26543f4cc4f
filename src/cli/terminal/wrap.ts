/** Lines for a person at a terminal: broken between words, measured in cells. */
import { cells, take } from "../../ui/cells.ts";

interface Layout {
  /** Columns that later lines stand in; without it they stand under the text that they belong to. */
  readonly hang?: number;
  /** For text that may be copied: a word wider than the line stays whole, and a break takes the place of one blank alone. */
  readonly verbatim?: boolean;
}

/** Columns of the blanks and the number before the text of a line. */
const textColumn = (line: string): number => /^ *(\d+\. |\d+  )?/u.exec(line)?.[0].length ?? 0;

/** Where a line may be broken: at the first blank behind each word, but for words of its head. */
const breaksOf = (line: string, head: number): number[] =>
  Array.from(line.matchAll(/(?<=[^ ]) /gu), ({ index }) => index).filter((index) => index > head);

/** Where the first line of several ends; undefined where it is a long word that stays whole. */
function endOf(
  line: string,
  width: number,
  { head, verbatim }: { readonly head: number; readonly verbatim: boolean },
): number | undefined {
  const breaks = breaksOf(line, head);
  const full = take(line, width).text.length;
  return breaks.findLast((index) => index <= full) ?? (verbatim ? breaks[0] : full);
}

/** Breaks a line between words, the rest under the text it belongs to: a name cut in two is a name misread. */
export function wrap(
  line: string,
  width: number,
  { hang = textColumn(line), verbatim = false }: Layout = {},
): string[] {
  const indent = " ".repeat(Math.min(hang, Math.floor(width / 2)));
  const lines: string[] = [];
  let rest = line;
  while (cells(rest) > width) {
    const end = endOf(rest, width, { head: indent.length, verbatim });
    if (end === undefined) break;
    lines.push(rest.slice(0, end));
    rest = indent + (verbatim ? rest.slice(end + 1) : rest.slice(end).trimStart());
  }
  return [...lines, rest];
}

/** A line of a numbered listing, such as a shell text: it is shown as it stands. */
const NUMBERED = /^\s*\d+ \| /u;

function fitLine(line: string, width: number): string[] {
  if (NUMBERED.test(line)) return [line];
  return wrap(line, width, { hang: line.length - line.trimStart().length + 2, verbatim: true });
}

/** A text whose lines fit a terminal: what is broken goes on two columns further in. Listings stay as they are. */
export const fitText = (text: string, width: number): string =>
  text
    .split("\n")
    .flatMap((line) => fitLine(line, width))
    .join("\n");
