/** The rows of a screen, read from what Ink writes: what stands in each cell, and how it looks. */
import { cells as cellsOf, isPlain } from "../cells.ts";
import { afterCodes, INVERSE, type Style } from "./style.ts";

export interface Cell {
  readonly char: string;
  readonly style: Style;
}

export interface Row {
  /** As it was read. */
  readonly text: string;
  /** From the left; behind them there is nothing. One for each cell of the terminal where it is plain, else for each character. */
  readonly cells: readonly Cell[];
  /**
   * Whether every character takes one cell in any terminal. Of others terminals may think differently, so that nobody knows
   * which cell comes after them.
   */
  readonly isPlain: boolean;
}

export const BLANK: Cell = { char: " ", style: 0 };
export const EMPTY_ROW: Row = { text: "", cells: [], isPlain: true };

export const isSame = (one: Cell, other: Cell): boolean =>
  one === other || (one.char === other.char && one.style === other.style);

// oxlint-disable-next-line no-control-regex -- sequences begin with a control character
const PIECE = /\u001b\[([\d;]*)m|([^\u0000-\u001f\u007f-\u009f]+)|[^]/gu;

/** What a space looks like does not depend on the colour of what is not there. */
const plainCell = (char: string, style: Style): Cell =>
  char === " " && (style & INVERSE) === 0 ? BLANK : { char, style };

function trim(cells: readonly Cell[]): readonly Cell[] {
  let length = cells.length;
  while (length > 0 && cells[length - 1] === BLANK) length -= 1;
  return cells.slice(0, length);
}

/** A line as a row; null where it holds what is neither text nor a style of ours, or ends in a style. */
export function readRow(text: string): Row | null {
  const pieces: { readonly text: string; readonly style: Style }[] = [];
  let style: Style | null = 0;
  for (const [, codes, piece] of text.matchAll(PIECE)) {
    if (piece !== undefined) pieces.push({ text: piece, style });
    else style = codes === undefined ? null : afterCodes(style, codes);
    if (style === null) return null;
  }
  if (style !== 0) return null;
  const plain = pieces.every((piece) => isPlain(piece.text));
  const cellOf = plain ? plainCell : (char: string, of: Style): Cell => ({ char, style: of });
  const cells = pieces.flatMap((piece) => Array.from(piece.text, (char) => cellOf(char, piece.style)));
  return { text, cells: plain ? trim(cells) : cells, isPlain: plain };
}

const widthOf = ({ cells, isPlain: plain }: Row): number =>
  plain ? cells.length : cellsOf(cells.map(({ char }) => char).join(""));

/**
 * Rows of a window, empty ones below a text that is shorter, as in a window that has just grown; a row that stands there already
 * is taken from `old`. Null where it does not fit.
 */
export function readRows(
  text: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  old: readonly Row[],
): Row[] | null {
  const lines = text.split("\n");
  if (lines.length > rows) return null;
  const list: Row[] = [];
  for (const [index, line] of lines.entries()) {
    const present = old[index];
    const row = present?.text === line ? present : readRow(line);
    if (row === null || widthOf(row) > columns) return null;
    list.push(row);
  }
  return [...list, ...Array.from({ length: rows - list.length }, () => EMPTY_ROW)];
}
