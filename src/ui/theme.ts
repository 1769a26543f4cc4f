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
  /** Signs of keys, where the terminal draws them. */
  readonly keys: Readonly<Record<string, string>>;
}

/** A glyph by its meaning. */
export type GlyphName = Exclude<keyof Glyphs, "keys">;

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
  keys: { enter: "⏎", space: "␣", up: "↑", down: "↓", left: "←", right: "→" },
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
  keys: {},
};

type Style = Pick<TextProps, "color" | "bold" | "dimColor" | "inverse">;

/** What the terminal's background is; `any` where nobody knows. */
export type Theme = "dark" | "light" | "any";

/** Colour is for what deviates, and for one accent: what is well, or goes on as it should, has none. */
const STYLES_OF_ALL: Readonly<Record<Tone, Style>> = {
  plain: {},
  ok: {},
  running: {},
  waiting: { color: "magenta" },
  refused: { color: "magenta" },
  unknown: { color: "magenta", bold: true },
  danger: { color: "red", bold: true },
  muted: { dimColor: true },
  accent: { bold: true },
  focus: { inverse: true },
  strong: { bold: true },
};

/** Colours of the sixteen that every terminal has. Yellow and cyan cannot be read on white, blue not on black. */
export const STYLES: Readonly<Record<Theme, Readonly<Record<Tone, Style>>>> = {
  any: STYLES_OF_ALL,
  dark: {
    ...STYLES_OF_ALL,
    waiting: { color: "yellow" },
    refused: { color: "yellow" },
    accent: { color: "cyan", bold: true },
  },
  light: { ...STYLES_OF_ALL, accent: { color: "blue", bold: true } },
};

/** What a view needs to know besides its model. `nowMs` is wall time. */
export interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Glyphs;
  readonly words: SiteWords;
  readonly nowMs: number;
  /** Lines at the bottom of the window, where a long command takes more of them than usual. */
  readonly footRows?: number;
}
