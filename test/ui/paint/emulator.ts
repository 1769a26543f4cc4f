/** A terminal emulator, and every cell of it: what stands there, and how it looks. */
import xterm from "@xterm/headless";

export interface Emulator {
  readonly terminal: xterm.Terminal;
  write(text: string): Promise<void>;
  /** One text for each row; cells that look alike are written alike. */
  cells(): string[];
  /** The row of the cursor, from 0. */
  row(): number;
}

type Cell = ReturnType<xterm.Terminal["buffer"]["active"]["getNullCell"]>;

/** Of a space that is not filled nobody sees a style. */
function lookOf(cell: Cell): string {
  const char = cell.getChars() === "" && cell.getWidth() === 1 ? " " : cell.getChars();
  if (char === " " && cell.isInverse() === 0) return " ";
  const marks = [cell.isBold(), cell.isDim(), cell.isInverse()].map((mark) => (mark === 0 ? "-" : "+")).join("");
  const colour = cell.isFgDefault() ? "" : cell.getFgColor();
  const look = `${marks}${colour}`;
  return look === "---" ? char : `[${look}${char}]`;
}

export function emulator(columns: number, rows: number): Emulator {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const rowAt = (at: number): string => {
    const line = terminal.buffer.active.getLine(terminal.buffer.active.baseY + at);
    const cell = terminal.buffer.active.getNullCell();
    let text = "";
    for (let column = 0; column < terminal.cols; column += 1) text += lookOf(line?.getCell(column, cell) ?? cell);
    return text;
  };
  return {
    terminal,
    write: (text) => new Promise((resolve) => terminal.write(text, resolve)),
    cells: () => Array.from({ length: terminal.rows }, (_unused, at) => rowAt(at)),
    row: () => terminal.buffer.active.cursorY,
  };
}
