/** What stays on the normal screen once the console is gone. */
import { safeLines } from "../../text/safe-text.ts";
import { fitText } from "../terminal/wrap.ts";

/** A command to be copied stands on a line of its own, two columns in: it is never broken. */
const isCommand = (line: string): boolean => line.startsWith("  ");

/** The last lines, broken between words where the terminal is narrower. */
export const farewellText = (lines: readonly string[], width: number): string =>
  lines
    .flatMap((text) => safeLines(text))
    .map((line) => `${isCommand(line) ? line : fitText(line, width)}\n`)
    .join("");
