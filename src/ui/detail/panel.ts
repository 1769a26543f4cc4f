/** A panel of a target, as lines: cells beside each other, or words below each other. */
import { clean } from "../../engine/words.ts";
import { fit, middle } from "../cells.ts";
import { paragraph, rule } from "../layout.ts";
import { line, span, type Line, type TextSpan } from "../line.ts";
import type { Cell, Panel, PanelLine } from "../sources.ts";
import type { Look } from "../theme.ts";

const INDENT = "  ";
/** The least that a cell has which takes what the others leave. */
const LEAST = 16;

/** How wide the cell is that takes what the others of its line leave. */
function restOf(cells: readonly Cell[], columns: number): number {
  const fixedWidth = cells.reduce((sum, { width }) => sum + (typeof width === "number" ? width : 0), 0);
  return Math.max(LEAST, columns - INDENT.length - fixedWidth);
}

function cellText({ text, width }: Cell, rest: number, { glyphs }: Look): string {
  if (width === undefined) return clean(text);
  if (width === "rest") return fit(middle(clean(text), rest - 1, glyphs.more), rest);
  return fit(clean(text), width, glyphs.more);
}

function cellSpan(cell: Cell, rest: number, look: Look): TextSpan {
  const glyph = cell.glyph === undefined ? "" : `${look.glyphs[cell.glyph]} `;
  return span(cell.tone, `${glyph}${cellText(cell, rest, look)}`);
}

/** Blanks at the end of a line would be cut, with a mark as if something had been, where a screen is narrow. */
const withoutPadding = (spans: readonly TextSpan[]): TextSpan[] =>
  spans.map((part, index) => (index === spans.length - 1 ? span(part.tone, part.text.trimEnd()) : part));

function bodyLines(body: PanelLine, look: Look): Line[] {
  if (body.kind === "cells") {
    const rest = restOf(body.cells, look.columns);
    return [line(INDENT, ...withoutPadding(body.cells.map((cell) => cellSpan(cell, rest, look))))];
  }
  const { text, tone, indent, glyph } = body;
  const lead = glyph === undefined ? " ".repeat(indent) : `${INDENT}${look.glyphs[glyph]} `;
  return paragraph(`${lead}${clean(text)}`, look.columns, tone, indent);
}

export const panelLines = ({ title, lines }: Panel, look: Look): Line[] => [
  rule(look, clean(title)),
  ...lines.flatMap((body) => bodyLines(body, look)),
];
