/** Puts a screen together: exactly as many lines as the window has, each exactly as wide. */
import { TITLES } from "./answers/answers.ts";
import { cells, middle, wrap } from "./cells.ts";
import { fitLine, line, span, type Line, type Tone } from "./line.ts";
import type { Model } from "./model.ts";
import type { Look } from "./theme.ts";

/** Below this a screen cannot say what it must; one line says so and the run goes on. */
export const MIN = { columns: 60, rows: 15 } as const;
/** From here list and detail stand side by side. */
export const WIDE = 120;

/** Cells of a line of what stands beside a list, or below it. */
export const detailWidth = ({ columns }: Look): number => (columns >= WIDE ? Math.floor(columns * 0.45) : columns);

export const tooSmall = (look: Look): boolean => look.columns < MIN.columns || look.rows < MIN.rows;

/** A rule across the screen, with a title in it. */
export function rule(look: Look, title = "", width = look.columns): Line {
  const { rule: dash } = look.glyphs;
  if (title === "") return line(span("muted", dash.repeat(width)));
  const head = `${dash}${dash} `;
  const text = middle(title, width - cells(head) - 1, look.glyphs.more);
  const rest = Math.max(0, width - cells(head) - cells(text) - 1);
  return fitLine(line(span("muted", head), span("strong", text), span("muted", ` ${dash.repeat(rest)}`)), width, dash);
}

/** At most `height` lines; where some are cut, the last one says so. */
export function cut(lines: readonly Line[], height: number, { glyphs: { more } }: Look): Line[] {
  const last = lines[height - 1];
  if (lines.length <= height || last === undefined) return lines.slice(0, Math.max(0, height));
  return [...lines.slice(0, height - 1), [...last, span("muted", ` ${more}`)]];
}

/** Lines to exactly `height`: cut at the end or filled with empty ones. */
export function fill(lines: readonly Line[], height: number): Line[] {
  const head = lines.slice(0, Math.max(0, height));
  return [...head, ...Array.from({ length: Math.max(0, height - head.length) }, () => line(""))];
}

/** The part of a list that is shown, so that `index` is always in it. */
export function windowOf(count: number, height: number, index: number): { readonly from: number; readonly to: number } {
  if (count <= height) return { from: 0, to: count };
  const from = Math.min(Math.max(0, index - Math.floor(height / 2)), count - height);
  return { from, to: from + height };
}

/** The part of the lines that the window has room for. */
export function inWindow(lines: readonly Line[], scroll: number, { glyphs }: Look, height: number): Line[] {
  const from = Math.min(scroll, Math.max(0, lines.length - height));
  const rest = lines.length - from - height;
  const excerpt = lines.slice(from, from + height);
  return rest > 0
    ? [...excerpt.slice(0, -1), line(span("muted", `${glyphs.down} ${rest + 1} more lines: PgDn`))]
    : excerpt;
}

/** How many rows the window does not show, on which side. */
export function restLine(above: number, below: number, { glyphs }: Look): Line {
  const parts = [above > 0 ? `${glyphs.up} ${above} more` : "", below > 0 ? `${glyphs.down} ${below} more` : ""];
  return line(span("muted", `  ${parts.filter((part) => part !== "").join("   ")}`));
}

/** Text as wrapped lines of one tone. */
export const paragraph = (text: string, width: number, tone: Tone = "plain", indent = 0): Line[] =>
  wrap(text, width, indent).map((part) => line(span(tone, part)));

/**
 * A command to be copied: on lines of its own, never broken inside a word. Where it is longer than a line, each but the last
 * ends as a shell wants it to.
 */
export function commandLines(command: string, width: number): Line[] {
  const lines: string[] = [];
  let rest = "";
  // What stands in quotes is one word.
  for (const [word] of command.matchAll(/(?:[^ "']|"[^"]*"|'[^']*')+/gu)) {
    const longer = rest === "" ? `  ${word}` : `${rest} ${word}`;
    if (rest !== "" && cells(longer) > width - 2) {
      lines.push(`${rest} \\`);
      rest = `  ${word}`;
    } else rest = longer;
  }
  return [...lines, rest].map((text) => line(span("strong", text)));
}

/** Head, body and foot as one screen. */
export function frame(
  look: Look,
  parts: { head: readonly Line[]; body: readonly Line[]; foot: readonly Line[] },
): Line[] {
  const room = look.rows - parts.head.length - parts.foot.length;
  const lines = fill([...parts.head, ...fill(parts.body, room), ...parts.foot], look.rows);
  return lines.map((body) => fitLine(body, look.columns, look.glyphs.more));
}

/** Two columns of lines beside each other. */
export function joinColumns(left: readonly Line[], right: readonly Line[], width: number, look: Look): Line[] {
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_unused, index) => [
    ...fitLine(left[index] ?? line(""), width, look.glyphs.more),
    span("plain", "  "),
    ...(right[index] ?? line("")),
  ]);
}

/** Seconds as people say them: `45 s`, `12 min`, `2 h 14 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** Lines at the bottom of a window: the four answers, what was said last, the keys. */
export const FOOT_ROWS = Object.keys(TITLES).length + 2;

/** The same in this window: a command that does not fit on its line has another one. */
export const footRows = ({ footRows: rows = FOOT_ROWS }: Look): number => rows;

/** Lines of the window for what can be scrolled: a rule stands above and below it. */
export const bodyRoom = (model: Model, look: Look): number =>
  look.rows - 3 - footRows(look) - Math.min(2, model.site.banners.length);
