/** How many cells of a terminal a text takes, for text that went through `safeText`: nothing invisible is in it. */
import { eastAsianWidth } from "get-east-asian-width";
import { latePattern } from "../text/late-pattern.ts";

const MARK = latePattern(() => /^\p{M}$/u);
/** Letters, lines and signs that take one cell each: what nearly every text of a screen is made of. */
const PLAIN =
  /^[\x20-\x7e\u00b7\u2026\u2039\u203a\u2190-\u2193\u21ba\u23ce\u2423\u2500-\u257f\u258c\u25b8\u25c6\u25cc\u2713\u2717]*$/;

/** Whether every character of a text takes one cell in any terminal. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

const cellsOf = (char: string): number => (MARK.test(char) ? 0 : eastAsianWidth(char.codePointAt(0) ?? 0));

/** Cells that a text takes on one line. */
export function cells(text: string): number {
  if (isPlain(text)) return text.length;
  let sum = 0;
  for (const char of text) sum += cellsOf(char);
  return sum;
}

/** The longest beginning of a text that fits, and its cells. */
export function take(text: string, width: number): { readonly text: string; readonly cells: number } {
  if (isPlain(text)) return { text: text.slice(0, width), cells: Math.min(text.length, width) };
  let out = "";
  let sum = 0;
  for (const char of text) {
    const next = cellsOf(char);
    if (sum + next > width) break;
    out += char;
    sum += next;
  }
  return { text: out, cells: sum };
}

/** A text in exactly `width` cells: cut with a mark that shows the cut, or filled with spaces. */
export function fit(text: string, width: number, ellipsis = "…"): string {
  const whole = cells(text);
  if (whole <= width) return text + " ".repeat(width - whole);
  const head = take(text, Math.max(0, width - cells(ellipsis)));
  return head.text + ellipsis + " ".repeat(Math.max(0, width - head.cells - cells(ellipsis)));
}

/** A text in at most `width` cells with its beginning and its end, for names whose ends differ. */
export function middle(text: string, width: number, ellipsis = "…"): string {
  if (cells(text) <= width) return text;
  const head = take(text, Math.ceil((width - 1) / 2)).text;
  let tail = "";
  for (const char of Array.from(text).reverse()) {
    if (cells(head) + cells(ellipsis) + cells(char + tail) > width) break;
    tail = char + tail;
  }
  return head + ellipsis + tail;
}

/** A text on lines of at most `width` cells, broken at spaces where there are some; later lines are indented. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  const pad = " ".repeat(Math.min(indent, Math.max(0, width - 8)));
  let rest = text;
  while (cells(rest) > width) {
    const head = take(rest, width).text;
    const lead = /^ */u.exec(head)?.[0].length ?? 0;
    const space = head.lastIndexOf(" ");
    const cut = rest[head.length] === " " ? head.length : space > lead && space > width / 3 ? space : head.length;
    lines.push(rest.slice(0, cut));
    rest = pad + rest.slice(cut).trimStart();
  }
  lines.push(rest);
  return lines;
}
