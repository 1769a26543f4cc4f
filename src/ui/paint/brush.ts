/** Where the terminal writes next and in which style, and the shortest way to anywhere else. */
import { BLANK, type Cell } from "./row.ts";
import type { Shift } from "./shift.ts";
import { INVERSE, sgr, type Style } from "./style.ts";

/** Bytes on the line: the terminal's driver makes two of each line feed. */
const bytesOf = (text: string): number => Buffer.byteLength(text) + text.split("\n").length - 1;

const shorter = (left: string, right: string): string => (bytesOf(left) <= bytesOf(right) ? left : right);
const count = (number: number): string => (number === 1 ? "" : String(number));
const forward = (by: number): string => (by === 0 ? "" : `\u001b[${count(by)}C`);
const place = (row: number, column: number): string =>
  `\u001b[${count(row + 1)}${column === 0 ? "" : `;${column + 1}`}H`;

/** Writes into a text what brings the terminal there. Rows and columns count from 0. */
export class Brush {
  #text = "";
  #bytes = 0;
  /** Null: nobody knows where it is. */
  #row: number | null = null;
  #column = 0;
  #style: Style = 0;

  /** Another one that goes on from here, to see what it would cost. */
  fork(): Brush {
    const fork = new Brush();
    [fork.#text, fork.#bytes, fork.#style] = [this.#text, this.#bytes, this.#style];
    [fork.#row, fork.#column] = [this.#row, this.#column];
    return fork;
  }

  get text(): string {
    return this.#text;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Clears the screen; the brush is at its beginning then. */
  clear(): void {
    this.#add("\u001b[H\u001b[J");
    [this.#row, this.#column] = [0, 0];
  }

  /** Moves rows of a screen that has so many. What stands below them is moved as well, and back. */
  shift({ first, last, by }: Shift, rows: number): void {
    const size = count(Math.abs(by));
    const inner = last - Math.abs(by) + 1;
    const [from, to] = by > 0 ? [inner, first] : [first, inner];
    // At the end of the screen nothing stands below.
    const isAtEnd = last === rows - 1;
    if (by < 0 || !isAtEnd) this.#add(`${place(from, 0)}\u001b[${size}M`);
    if (by > 0 || !isAtEnd) this.#add(`${place(to, 0)}\u001b[${size}L`);
    this.#row = null;
  }

  /** Goes to a place; only ever down, or to the right. */
  go(row: number, column: number): void {
    if (row === this.#row && column === this.#column) return;
    this.#add(this.#way(row, column));
    [this.#row, this.#column] = [row, column];
  }

  #way(row: number, column: number): string {
    const direct = place(row, column);
    if (this.#row === null) return direct;
    // A line feed goes to the first column as well.
    if (row > this.#row) return shorter("\n".repeat(row - this.#row) + forward(column), direct);
    return shorter(forward(column - this.#column), direct);
  }

  /** Writes cells from where it is on. */
  write(cells: readonly Cell[]): void {
    let text = "";
    for (const cell of cells) {
      // A space looks the same in any style that does not fill it.
      if (cell !== BLANK || (this.#style & INVERSE) !== 0) text += this.#take(cell.style);
      text += cell.char;
    }
    this.#add(text);
    this.#column += cells.length;
  }

  /** Writes characters of which nobody knows where they end. */
  writeBlindly(cells: readonly Cell[]): void {
    this.write(cells);
    this.#row = null;
  }

  /** Erases from where it is to the end of the row. */
  eraseRest(): void {
    // Some terminals would fill what they erase.
    if ((this.#style & INVERSE) !== 0) this.#add(this.#take(0));
    this.#add("\u001b[K");
  }

  /** Leaves the terminal in its own style, and in this row. */
  finish(row: number): void {
    this.#add(this.#take(0));
    if (row !== this.#row) this.go(row, 0);
  }

  #add(text: string): void {
    this.#text += text;
    this.#bytes += bytesOf(text);
  }

  #take(style: Style): string {
    const text = sgr(this.#style, style);
    this.#style = style;
    return text;
  }
}
