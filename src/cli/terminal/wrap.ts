/** Lines for a person at a terminal: broken between words, measured in cells. */
import { take } from "../../ui/cells.ts";

interface Layout {
  /** Columns that later lines stand in; without it they stand under the text that they belong to. */
  readonly hang?: number;
  /** For text that may be copied: a word wider than the line stays whole, and a break takes the place of one blank alone. */
  readonly verbatim?: boolean;
}

/** Columns of the blanks and the number before the text of a line. */
const textColumn = (line: string): number => /^ *(\d+\. |\d+  )?/u.exec(line)?.[0].length ?? 0;

/** Whether a line may be broken at this place: at the first blank behind a word. */
const isBreak = (text: string, index: number): boolean => text[index] === " " && text[index - 1] !== " ";

/** The last place up to `limit` where a text may be broken, behind `head`; -1 where there is none. */
function lastBreak(text: string, limit: number, head: number): number {
  for (let index = limit; index > head; index -= 1) if (isBreak(text, index)) return index;
  return -1;
}

/** The first place behind `from` where a text may be broken, or its end. */
function nextBreak(text: string, from: number): number {
  for (let index = from + 1; index < text.length; index += 1) if (isBreak(text, index)) return index;
  return text.length;
}

/** How far a text goes on in its own blanks. */
function behindBlanks(text: string, from: number): number {
  let index = from;
  while (text[index] === " ") index += 1;
  return index;
}

/**
 * Breaks a line between words, the rest under the text it belongs to: a name cut in two is a name misread. Looks no further
 * ahead than a line of the terminal can go, since a value in a page may be long.
 */
export function wrap(
  line: string,
  width: number,
  { hang = textColumn(line), verbatim = false }: Layout = {},
): string[] {
  const indent = " ".repeat(Math.min(hang, Math.floor(width / 2)));
  const reach = 4 * width + 16;
  const lines: string[] = [];
  let [start, pad, head] = [0, "", verbatim ? behindBlanks(line, 0) : indent.length];
  for (;;) {
    const text = pad + line.slice(start, start + reach);
    const full = take(text, width).text.length;
    if (full === text.length && start + reach >= line.length) return [...lines, text];
    const place = lastBreak(text, full, head);
    const end = start - pad.length + (place === -1 ? Math.max(full, pad.length + 1) : place);
    const stop = place === -1 && verbatim ? nextBreak(line, end) : end;
    lines.push(pad + line.slice(start, stop));
    if (verbatim && stop === line.length) return lines;
    start = verbatim ? stop + 1 : behindBlanks(line, stop);
    [pad, head] = [indent, indent.length];
  }
}

/** A line of a numbered listing, such as a shell text: it is shown as it stands. */
const NUMBERED = /^\s*\d+ \| /u;

function fitLine(line: string, width: number): string[] {
  if (NUMBERED.test(line)) return [line];
  return wrap(line, width, { hang: line.length - line.trimStart().length + 2, verbatim: true });
}

/** A text whose lines fit a terminal: what is broken goes on two columns further in. Listings stay as they are. */
export const fitText = (text: string, width: number): string =>
  width === Number.POSITIVE_INFINITY
    ? text
    : text
        .split("\n")
        .flatMap((line) => fitLine(line, width))
        .join("\n");
