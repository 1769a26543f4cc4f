import { safeText, type SafeText } from "../../../text/safe-text.ts";
import type { Finding } from "../../../packs/finding.ts";
import { wrap } from "../../terminal/wrap.ts";

const WORDS: Readonly<Record<Finding["state"], string>> = {
  ok: "ok",
  mind: "mind",
  broken: "BROKEN",
  unknown: "unknown",
};
const WIDTHS = [9, 15] as const;

/** Lines of a width for a person: the state, what it is of, what was seen, and how to mend it. */
export function findingLines({ check, state, says, mend }: Finding, width: number): SafeText[] {
  const indent = WIDTHS[0] + WIDTHS[1];
  const [first = "", ...tail] = says.split("\n");
  const head = `${WORDS[state].padEnd(WIDTHS[0])}${check.padEnd(WIDTHS[1])}${first}`;
  const rest = [...tail, ...(mend === null ? [] : [`To mend it: ${mend}`])];
  const lines = [head, ...rest.map((line) => " ".repeat(indent) + line)];
  return lines.flatMap((line) => wrap(safeText(line), width, { hang: indent })) as SafeText[];
}
