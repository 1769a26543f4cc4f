/** What stays on the normal screen once a run, or the console, is over. */
import { receiptLines, TITLE_COLUMNS, type CommandText } from "../../engine/receipt-text.ts";
import type { Receipt } from "../../engine/receipt.ts";
import { safeLines } from "../../text/safe-text.ts";
import { fitText, wrap } from "../terminal/wrap.ts";

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
