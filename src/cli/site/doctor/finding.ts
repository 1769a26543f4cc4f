import { safeText, type SafeText } from "../../../text/safe-text.ts";
import { wrap } from "../../terminal/operator.ts";

/** What one look of `handrail doctor` found. */
export interface Finding {
  /** What was looked at: `database`, `rights`, `journal`. */
  readonly check: string;
  /** `mind`: it works, but not as well as it could. `unknown`: nobody could tell. */
  readonly state: "ok" | "mind" | "broken" | "unknown";
  readonly says: string;
  /** What to do about it; null where there is nothing to do. */
  readonly mend: string | null;
}

/** A kind of finding about one thing. */
export interface About {
  ok(says: string): Finding;
  mind(says: string, mend: string): Finding;
  broken(says: string, mend: string): Finding;
  unknown(says: string, mend: string): Finding;
}

/** Findings about `check`. */
export const about = (check: string): About => ({
  ok: (says) => ({ check, state: "ok", says, mend: null }),
  mind: (says, mend) => ({ check, state: "mind", says, mend }),
  broken: (says, mend) => ({ check, state: "broken", says, mend }),
  unknown: (says, mend) => ({ check, state: "unknown", says, mend }),
});

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
  const [first = "", ...more] = says.split("\n");
  const head = `${WORDS[state].padEnd(WIDTHS[0])}${check.padEnd(WIDTHS[1])}${first}`;
  const rest = [...more, ...(mend === null ? [] : [`To mend it: ${mend}`])];
  const lines = [head, ...rest.map((line) => " ".repeat(indent) + line)];
  return lines.flatMap((line) => wrap(safeText(line), width, indent)) as SafeText[];
}
