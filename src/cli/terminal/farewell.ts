/** What stays on the normal screen once a run, or the console, is over. */
import { receiptLines, receiptPage, TITLE_COLUMNS, type CommandText } from "../../engine/receipt-text.ts";
import type { Receipt } from "../../engine/receipt.ts";
import { countText } from "../../engine/words.ts";
import { safeLines } from "../../text/safe-text.ts";
import { fitText, wrap } from "./wrap.ts";

/** A command to be copied stands on a line of its own, two columns in: it is never broken. */
const isCommand = (line: string): boolean => line.startsWith("  ");

/** The last lines, broken between words where the terminal is narrower. */
export const farewellText = (lines: readonly string[], width: number): string =>
  lines
    .flatMap((text) => safeLines(text))
    .map((line) => `${isCommand(line) ? line : fitText(line, width)}\n`)
    .join("");

/** A blank of a command while its line is broken, which is no place to break it. What is shown of the world has none. */
const COMMAND_BLANK = "\u00a0";

/** The receipt at the end of a run, its lines broken beside their titles, a command in them whole. */
export function receiptText(receipt: Receipt, command: CommandText, width: number): string {
  const lines = receiptLines(receipt, (words) => command(words).replaceAll(" ", COMMAND_BLANK));
  return lines
    .flatMap((line) => wrap(line, width, { hang: TITLE_COLUMNS, verbatim: true }))
    .map((line) => `${line.replaceAll(COMMAND_BLANK, " ")}\n`)
    .join("");
}

/** So many lines of each run stay on the normal screen after the console. */
const MOST_LINES = 10;

/** How many lines of a terminal a text takes. */
const rowsOf = (line: string, width: number): number =>
  isCommand(line) ? Math.max(1, Math.ceil(line.length / width)) : fitText(line, width).split("\n").length;

const sumRows = (lines: readonly string[], width: number): number =>
  lines.reduce((sum, line) => sum + rowsOf(line, width), 0);

/** How the run ended, what is open, what it changed: each of one kind together. */
function claimLines(receipt: Receipt, command: CommandText): string[] {
  const parts = receiptPage(receipt, command);
  const linesOf = (title: string): readonly string[] => parts.find((part) => part.title === title)?.lines ?? [];
  const open = receipt.open.length === 0 ? [] : linesOf("Open");
  return [...linesOf("Result"), ...linesOf("Effects").slice(0, 1), ...open];
}

/**
 * What stays of a run after the console: how it ended, then `texts` and the way back, a command to be copied on a line of its own.
 * What does not fit into ten lines is counted.
 */
export function closingLines(
  receipt: Receipt,
  texts: readonly string[],
  command: CommandText,
  width: number,
): string[] {
  const undo = receipt.undo ? [`take back what can be, rows shown first:\n  ${command(`undo ${receipt.run_id}`)}`] : [];
  const rest = [...texts, ...undo].flatMap((text) => text.split("\n"));
  const claims = claimLines(receipt, command);
  const room = Math.max(1, MOST_LINES - sumRows(rest, width));
  if (sumRows(claims, width) <= room) return [...claims, ...rest];
  const rows = claims.flatMap((line) => fitText(line, width).split("\n"));
  const more = countText(rows.length - room + 1, "more line");
  return [...rows.slice(0, room - 1), `and ${more}: the report has them`, ...rest];
}
