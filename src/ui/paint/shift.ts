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
  let sum = 0;
  for (const [column, cell] of next.cells.entries()) {
    const present = old.cells[column];
    if (cell !== BLANK && present !== undefined && isSame(present, cell)) sum += bytesOf(cell.char);
  }
  return sum;
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
function bestShift(old: readonly Row[], next: readonly Row[]): Shift | null {
  const stays = next.map((row, index) => gainOf(old[index] ?? EMPTY_ROW, row));
  let best: Shift | null = null;
  let bestGain = COST_BYTES;
  for (let by = 1 - next.length; by < next.length; by += 1) {
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
export function bestShifts(old: readonly Row[], next: readonly Row[]): Shift[] {
  const shifts: Shift[] = [];
  let rows = old;
  while (shifts.length < MOST_SHIFTS) {
    const shift = bestShift(rows, next);
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
