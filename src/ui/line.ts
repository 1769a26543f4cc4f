/** What a screen is made of: lines of spans, each with a meaning. Components turn meanings into colours. */
import { cells, take } from "./cells.ts";

/** A meaning, never a colour. Each is said by a word or a glyph as well. */
export type Tone =
  | "plain"
  | "ok"
  | "running"
  | "waiting"
  | "refused"
  | "unknown"
  | "danger"
  | "muted"
  | "accent"
  | "focus"
  | "strong";

export interface TextSpan {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly TextSpan[];

export const span = (tone: Tone, text: string): TextSpan => ({ tone, text });

/** A line of spans; bare text is plain. */
export const line = (...parts: readonly (string | TextSpan)[]): Line =>
  parts.map((part) => (typeof part === "string" ? span("plain", part) : part));

export const textOf = (of: Line): string => of.map(({ text }) => text).join("");
export const cellsOf = (of: Line): number => of.reduce((sum, part) => sum + cells(part.text), 0);

/** A line in exactly `width` cells: cut with a mark, or filled. */
export function fitLine(of: Line, width: number, ellipsis: string): Line {
  const whole = cellsOf(of);
  if (whole <= width) return whole === width ? of : [...of, span("plain", " ".repeat(width - whole))];
  const out: TextSpan[] = [];
  let room = width - cells(ellipsis);
  for (const part of of) {
    const piece = take(part.text, room);
    out.push({ ...part, text: piece.text });
    room -= piece.cells;
    if (piece.text !== part.text || room <= 0) break;
  }
  const padding = room > 0 ? " ".repeat(room) : "";
  return [...out, span("muted", ellipsis + padding)];
}

/** Left and right on one line; the left gives way. */
export function apart(left: Line, right: Line, width: number, ellipsis: string): Line {
  const room = Math.max(0, width - cellsOf(right) - 1);
  return fitLine([...fitLine(left, room, ellipsis), span("plain", " "), ...right], width, ellipsis);
}

/** The same line in one tone, for the row that has the focus. */
export const inTone = (of: Line, tone: Tone): Line => of.map(({ text }) => span(tone, text));
