/** A run that was left in the middle, or whose last change is in doubt: what is known, and the two ways on. */
import { requestText } from "../../engine/slot-text.ts";
import { isOpen } from "../../engine/end.ts";
import { findSlot, type RunState } from "../../engine/state.ts";
import { clean, counted } from "../../engine/words.ts";
import { commandLines, paragraph } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { RunSummary } from "../sources.ts";
import type { Look } from "../theme.ts";

/** Failed steps that wait for somebody to say what becomes of them. */
function undecidedLines(state: RunState, width: number): Line[] {
  return state.targets.flatMap(({ label, phases, undecided }) => {
    const slot = findSlot(phases[undecided?.phase ?? ""], undecided?.step ?? null, undecided?.item ?? null);
    if (slot === undefined) return [];
    const says = `A step failed and waits for you: ${clean(slot.title)} of ${clean(label)}: ${clean(slot.reason)}`;
    return [...paragraph(says, width, "danger", 2), line("")];
  });
}

/** How a person says what became of a step; `what` is the run and the step. */
const resolveLines = (what: string, width: number, command: (words: string) => string): Line[] => [
  ...paragraph(
    "When looking cannot tell and you know it yourself, in a shell (or with --as not-applied):",
    width,
    "muted",
  ),
  ...commandLines(command(`resolve ${what} --as applied --note "how you know"`), width),
];

/** The evidence of every step that nobody knows the end of. */
export function doubtLines(
  summary: RunSummary,
  state: RunState,
  look: Look,
  command: (words: string) => string,
): Line[] {
  const lines: Line[] = [];
  const width = look.columns;
  const open = state.targets.flatMap((target) =>
    Object.values(target.phases).flatMap((phase) =>
      phase.slots.filter(isOpen).map((slot) => ({ target, phase, slot })),
    ),
  );
  const how =
    summary.status === "left"
      ? "was left in the middle: the console ended before it could say why"
      : `is paused: ${clean(state.paused?.says ?? "")}`;
  lines.push(
    ...paragraph(
      `The run ${summary.run_id} for ${summary.targets.map(({ label }) => clean(label)).join(", ")} ${how}.`,
      width,
    ),
    line(""),
  );
  lines.push(...undecidedLines(state, width));
  if (open.length === 0) {
    lines.push(line(span("ok", "No change is in doubt: everything that was sent is known to have ended.")), line(""));
    lines.push(
      ...paragraph(
        "l takes it up again: it looks first, then asks as before. Esc leaves it; it stays in the journal.",
        width,
      ),
    );
    return lines;
  }
  lines.push(
    line(
      span(
        "unknown",
        `${counted(open.length, "change")} IN DOUBT: sent, and nobody knows yet what became of ${open.length === 1 ? "it" : "them"}.`,
      ),
    ),
  );
  for (const { target, phase, slot } of open) {
    lines.push(line(""), ...paragraph(`? ${clean(slot.title)}`, width, "unknown", 2));
    lines.push(line(span("muted", "  of "), clean(target.label), span("muted", "  in "), clean(phase.title)));
    for (const text of requestText(state.runbook, slot)) lines.push(...paragraph(`  sent: ${text}`, width, "plain", 4));
    const { attempt, outcome } = slot;
    lines.push(
      line(
        span("muted", "  answer: "),
        attempt?.remote === null || attempt === null
          ? "none came"
          : `accepted as ${clean(attempt.remote)}; its end was not seen`,
      ),
    );
    if (outcome !== null && outcome.kind !== "applied")
      lines.push(...paragraph(`  ${clean(outcome.message)}`, width, "unknown", 4));
  }
  lines.push(line(""));
  lines.push(
    ...paragraph(
      `l looks what became of it: it reads from ${look.words.world}, sends nothing twice, and then goes on asking as before. Esc leaves it as it is; it stays in the journal.`,
      width,
    ),
  );
  const first = open[0];
  if (first !== undefined) lines.push(...resolveLines(`${summary.run_id} ${first.slot.step}`, width, command));
  return lines;
}
