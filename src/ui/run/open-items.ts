/** What a run that somebody may close leaves: what it made, what it did not come to, and what is open. Read before it is closed. */
import { receiptPage } from "../../engine/receipt-text.ts";
import { receiptFrom } from "../../engine/receipt.ts";
import type { RunState, TargetState } from "../../engine/state.ts";
import { mayCome } from "../../engine/prospect.ts";
import { clean } from "../../engine/words.ts";
import type { Line, Tone } from "../line.ts";
import type { History } from "./history.ts";
import { partLines } from "./receipt.ts";

/** The parts of a receipt that say what stays behind. */
const PARTS: Readonly<Partial<Record<string, Tone>>> = {
  Effects: "plain",
  "No longer so": "danger",
  "Not approved": "refused",
  Open: "waiting",
};

const isThrough = ({ phases }: TargetState, id: string): boolean =>
  phases[id]?.status === "done" || phases[id]?.status === "skipped";

/** The phases that some target did not come to the end of, with whose they are where it is not everybody's. */
function undoneTitles(state: RunState): string[] {
  const { targets, runbook } = state;
  return runbook.phases
    .filter((phase) => mayCome(state, phase))
    .flatMap(({ id, title }) => {
      const missing = targets.filter((target) => !isThrough(target, id));
      if (missing.length === 0) return [];
      const names =
        missing.length === targets.length ? "" : ` (${missing.map(({ label }) => clean(label)).join(", ")})`;
      return [`${clean(title)}${names}`];
    });
}

/** The lines that stand before somebody closes a run: `command` writes a command of Handrail as it is typed here. */
export function openItemLines(
  history: History,
  state: RunState,
  width: number,
  command: (words: string) => string,
): Line[] {
  const parts = receiptPage(receiptFrom(history.events), command).flatMap(({ title, lines }) => {
    const tone = PARTS[title];
    return tone === undefined ? [] : partLines(title, lines, tone, width);
  });
  const titles = undoneTitles(state);
  return [...parts, ...partLines("Not done", titles.length === 0 ? ["nothing"] : titles, "waiting", width)];
}
