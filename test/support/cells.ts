/** What a terminal shows, cell by cell: characters, widths, colours and styles, and where the cursor is. */
import type { Terminal } from "@xterm/headless";

/** One line of text a row of the terminal; equal where a person could see no difference. */
export function cellsOf(terminal: Terminal): string[] {
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: terminal.rows }, (_unused, at) => {
    const line = buffer.getLine(buffer.baseY + at);
    return Array.from({ length: terminal.cols }, (_none, column) => {
      const cell = line?.getCell(column);
      if (cell === undefined) return "?";
      const style = [cell.isBold(), cell.isDim(), cell.isInverse(), cell.isItalic(), cell.isUnderline()].map(Number);
      const colours = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
      return `${cell.getChars() || " "}${cell.getWidth()}:${[...style, ...colours].join(",")}`;
    }).join(" ");
  });
  return [...rows, `cursor ${buffer.cursorX},${buffer.cursorY} of ${buffer.type}`];
}

/** The first place at which two terminals differ, as a short text; '' where they show the same. */
export function difference(one: readonly string[], other: readonly string[]): string {
  const row = Array.from({ length: Math.max(one.length, other.length) }).findIndex(
    (_none, at) => one[at] !== other[at],
  );
  if (row < 0) return "";
  const [left = [], right = []] = [one, other].map((lines) => (lines[row] ?? "").split(/(?<=,-?\d+) /u));
  const column = left.findIndex((cell, at) => cell !== right[at]);
  return `row ${row}, column ${column}: ${left[column] ?? ""} and ${right[column] ?? ""}`;
}
