/** From one screen to the next with as few bytes as a slow line needs. */
import { Brush } from "./brush.ts";
import { BLANK, EMPTY_ROW, isSame, type Cell, type Row } from "./row.ts";
import { allDistances, bestShifts, type Distances, likelyDistances, shiftRows } from "./shift.ts";

/** From a column (the first is 0) up to, but not including, another. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A row that is to stand somewhere, and what stands there. */
interface Change {
  /** From 0. */
  readonly index: number;
  readonly old: Row;
  readonly next: Row;
}

const cellAt = ({ cells }: Row, column: number): Cell => cells[column] ?? BLANK;

/** Where a row differs from what stands there, as far as it goes itself. */
function stretches({ old, next }: Change): Stretch[] {
  const list: Stretch[] = [];
  let from: number | null = null;
  for (let column = 0; column <= next.cells.length; column += 1) {
    const differs = column < next.cells.length && !isSame(cellAt(old, column), cellAt(next, column));
    if (differs) from ??= column;
    else if (from !== null) {
      list.push({ from, to: column });
      from = null;
    }
  }
  return list;
}

/** Writes a stretch, after a jump to it. */
function jump(brush: Brush, { index, next: { cells } }: Change, { from, to }: Stretch): Brush {
  const fork = brush.fork();
  fork.go(index, from);
  fork.write(cells.slice(from, to));
  return fork;
}

/** Writes a stretch, after what stands between the last one and it, as it is, once more. */
function walk(brush: Brush, { next: { cells } }: Change, last: Stretch, { to }: Stretch): Brush {
  const fork = brush.fork();
  fork.write(cells.slice(last.to, to));
  return fork;
}

const cheaper = (left: Brush, right: Brush): Brush => (left.bytes <= right.bytes ? left : right);

/** Writes what differs, cell for cell. */
function mend(brush: Brush, change: Change): Brush {
  const { index, old, next } = change;
  let result = brush;
  let last: Stretch | null = null;
  for (const stretch of stretches(change)) {
    const leap: Brush = jump(result, change, stretch);
    result = last === null ? leap : cheaper(walk(result, change, last, stretch), leap);
    last = stretch;
  }
  if (old.cells.length <= next.cells.length) return result;
  const fork = result.fork();
  fork.go(index, next.cells.length);
  fork.eraseRest();
  return fork;
}

/** Erases from the first cell that differs, and writes what comes then. */
function renew(brush: Brush, { index, old, next }: Change): Brush {
  const length = Math.max(old.cells.length, next.cells.length);
  let first = 0;
  while (first < length && isSame(cellAt(old, first), cellAt(next, first))) first += 1;
  const fork = brush.fork();
  fork.go(index, first);
  fork.eraseRest();
  return mend(fork, { index, old: { ...old, cells: old.cells.slice(0, first) }, next });
}

/** Writes a row as a whole, since nobody knows which cells its characters take. */
function rewrite(brush: Brush, { index, next }: Change): Brush {
  const fork = brush.fork();
  fork.go(index, 0);
  fork.eraseRest();
  if (next.isPlain) fork.write(next.cells);
  else fork.writeBlindly(next.cells);
  return fork;
}

function paintRow(brush: Brush, change: Change): Brush {
  const { old, next } = change;
  if (old.text === next.text) return brush;
  return old.isPlain && next.isPlain ? cheaper(mend(brush, change), renew(brush, change)) : rewrite(brush, change);
}

function paintRows(start: Brush, old: readonly Row[], next: readonly Row[]): Brush {
  let brush = start;
  for (const [index, row] of next.entries())
    brush = paintRow(brush, { index, old: old[index] ?? EMPTY_ROW, next: row });
  if (brush.text !== "") brush.finish(next.length - 1);
  return brush;
}

/** Draws the screen anew. */
function paintAll(next: readonly Row[]): Brush {
  const brush = new Brush();
  brush.clear();
  return paintRows(brush, [], next);
}

/** Lets the terminal move what moved, and writes the rest. */
function paintMoved(old: readonly Row[], next: readonly Row[], distances: Distances): Brush {
  const brush = new Brush();
  let rows = old;
  for (const shift of bestShifts(old, next, distances)) {
    brush.shift(shift, next.length);
    rows = shiftRows(rows, shift);
  }
  return paintRows(brush, rows, next);
}

/** The least that a screen costs by itself: its characters. */
const leastBytes = (rows: readonly Row[]): number => rows.reduce((sum, { cells }) => sum + cells.length, 0);

/** A change of fewer bytes is small enough as it is: nobody looks for a shorter way. */
const SMALL_BYTES = 256;
/** From so many on all ways are looked at, which takes milliseconds: on a slow line each segment counts. */
const LARGE_BYTES = 1536;

/**
 * What brings a terminal from the rows that it shows to others; '' where nothing differs. `old` null: nobody knows what it
 * shows. Both have as many rows as the window. It begins and ends in the terminal's own style, and ends in the last row, from
 * which Ink counts. It is never longer than what draws the screen anew.
 */
export function paint(old: readonly Row[] | null, next: readonly Row[]): string {
  if (old === null) return paintAll(next).text;
  const change = paintRows(new Brush(), old, next);
  if (change.bytes < SMALL_BYTES) return change.text;
  const likely = cheaper(change, paintMoved(old, next, likelyDistances));
  const result = likely.bytes < LARGE_BYTES ? likely : cheaper(likely, paintMoved(old, next, allDistances));
  return result.bytes <= leastBytes(next) ? result.text : cheaper(result, paintAll(next)).text;
}
