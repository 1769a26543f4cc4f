/** Glyphs and colours by meaning. Every glyph has a word beside it, so that either may be missing. */
import type { TextProps } from "ink";
import type { Tone } from "./line.ts";
import type { SiteWords } from "./words.ts";

export interface Glyphs {
  readonly ok: string;
  readonly bad: string;
  readonly doubt: string;
  /** Somebody's word: never the sign of what we saw. */
  readonly said: string;
  /** It was done, and somebody turned it back. */
  readonly lapsed: string;
  readonly running: string;
  readonly waiting: string;
  readonly planned: string;
  readonly skipped: string;
  readonly cursor: string;
  readonly marked: string;
  readonly rule: string;
  readonly more: string;
  readonly arrow: string;
  readonly up: string;
  readonly down: string;
  readonly enter: string;
}

export const UNICODE: Glyphs = {
  ok: "✓",
  bad: "✗",
  doubt: "?",
  said: '"',
  lapsed: "↺",
  running: "▸",
  waiting: "◌",
  planned: "·",
  skipped: "-",
  cursor: "▌",
  marked: "◆",
  rule: "─",
  more: "…",
  arrow: "→",
  up: "↑",
  down: "↓",
  enter: "⏎",
};

export const ASCII: Glyphs = {
  ok: "+",
  bad: "x",
  doubt: "?",
  said: '"',
  lapsed: "<",
  running: ">",
  waiting: "o",
  planned: ".",
  skipped: "-",
  cursor: ">",
  marked: "*",
  rule: "-",
  more: "~",
  arrow: "->",
  up: "^",
  down: "v",
  enter: "Enter",
};

type Style = Pick<TextProps, "color" | "bold" | "dimColor" | "inverse">;

/** Colours of the sixteen that every terminal has, readable on dark and on light. */
export const STYLES: Readonly<Record<Tone, Style>> = {
  plain: {},
  ok: { color: "green" },
  running: { color: "cyan" },
  waiting: { color: "yellow" },
  refused: { color: "yellow" },
  unknown: { color: "magenta", bold: true },
  danger: { color: "red", bold: true },
  muted: { dimColor: true },
  accent: { color: "cyan", bold: true },
  focus: { inverse: true },
  strong: { bold: true },
};

/** What a view needs to know besides its model. `nowMs` is wall time. */
export interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Glyphs;
  readonly words: SiteWords;
  readonly nowMs: number;
}
