/**
 * Rows that moved up or down together, as they do where something is scrolled: a terminal moves what it shows by itself. What is
 * looked for are bands of rows whose move spares bytes, the best first; whether it is worth it is for who paints to see.
 */
import { BLANK, EMPTY_ROW, isSame, type Row } from "./row.ts";

export interface Shift {
  /** Rows of the band, from 0; what is moved out of it is lost, and rows come empty into it. */
  readonly first: number;
  readonly last: number;
  /** Rows down; up where it is less than 0. */
  readonly by: number;
}

const bytesOf = (char: string): number => (char < "\u0080" ? 1 : char < "\u0800" ? 2 : 3);

/** Bytes of a row that need not be written where another one stands. */
function gainOf(old: Row, next: Row): number {
  if (!old.isPlain || !next.isPlain) return old.text === next.text ? next.cells.length : 0;
  const width = Math.min(old.cells.length, next.cells.length);
  let sum = 0;
  for (let column = 0; column < width; column += 1) {
    const cell = next.cells[column] ?? BLANK;
    if (cell !== BLANK && isSame(old.cells[column] ?? BLANK, cell)) sum += bytesOf(cell.char);
  }
  return sum;
}

/** The cells that a row is known by wherever it stands: frames and bars are before and behind them. */
const KNOWN_BY = [2, 26] as const;

/** What a row is known by; '' where that says nothing. */
const nameOf = ({ cells }: Row): string =>
  cells
    .slice(...KNOWN_BY)
    .map(({ char }) => char)
    .join("")
    .trim();

/** Says how far rows may have moved down, or up where it is less than 0; in order. */
export type Distances = (old: readonly Row[], next: readonly Row[]) => readonly number[];

/** All there are: rows that differ in their beginnings may have the rest in common. */
export const allDistances: Distances = (_old, next) =>
  Array.from({ length: 2 * next.length - 1 }, (_none, index) => index + 1 - next.length).filter((by) => by !== 0);

/** Those of rows that are known again elsewhere: quickly found, and mostly all that are worth it. */
export function likelyDistances(old: readonly Row[], next: readonly Row[]): number[] {
  const places = new Map<string, number[]>();
  for (const [index, row] of old.entries()) {
    const name = nameOf(row);
    if (name !== "") places.set(name, [...(places.get(name) ?? []), index]);
  }
  const moves = next.flatMap((row, index) => (places.get(nameOf(row)) ?? []).map((place) => index - place));
  return [...new Set(moves)].filter((by) => by !== 0).toSorted((left, right) => left - right);
}

interface Band {
  readonly from: number;
  readonly to: number;
  readonly gain: number;
}

/** The rows in succession whose gains are most together. */
function bestBand(gains: readonly number[]): Band {
  let best: Band = { from: 0, to: 0, gain: 0 };
  let from = 0;
  let sum = 0;
  for (const [index, gain] of gains.entries()) {
    if (sum <= 0) [from, sum] = [index, 0];
    sum += gain;
    if (sum > best.gain) best = { from, to: index, gain: sum };
  }
  return best;
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** What a move takes itself: two places, two moves. */
const COST_BYTES = 20;

/** The move that spares most; null where none spares more than it takes. */
function bestShift(old: readonly Row[], next: readonly Row[], distances: Distances): Shift | null {
  const moves = distances(old, next);
  if (moves.length === 0) return null;
  const stays = next.map((row, index) => gainOf(old[index] ?? EMPTY_ROW, row));
  let best: Shift | null = null;
  let bestGain = COST_BYTES;
  for (const by of moves) {
    const gains = next.map((row, index) => gainOf(old[index - by] ?? EMPTY_ROW, row) - (stays[index] ?? 0));
    const { from, to, gain } = bestBand(gains);
    const [first, last] = [Math.min(from, from - by), Math.max(to, to - by)];
    // Rows that come empty have lost what stood there.
    const loss = total(stays.slice(first, from)) + total(stays.slice(to + 1, last + 1));
    if (gain - loss <= bestGain) continue;
    best = { first, last, by };
    bestGain = gain - loss;
  }
  return best;
}

/** More of them are hardly ever worth it. */
const MOST_SHIFTS = 3;

/** The moves with which to begin, one after the other. */
export function bestShifts(old: readonly Row[], next: readonly Row[], distances: Distances): Shift[] {
  const shifts: Shift[] = [];
  let rows = old;
  while (shifts.length < MOST_SHIFTS) {
    const shift = bestShift(rows, next, distances);
    if (shift === null) break;
    shifts.push(shift);
    rows = shiftRows(rows, shift);
  }
  return shifts;
}

/** What a terminal shows after a move. */
export const shiftRows = (old: readonly Row[], { first, last, by }: Shift): Row[] =>
  old.map((row, index) => {
    if (index < first || index > last) return row;
    const from = index - by;
    return from < first || from > last ? EMPTY_ROW : (old[from] ?? EMPTY_ROW);
  });
