/** A run that was left in the middle, or whose last change is in doubt: what is known, and the two ways on. */
import { requestText } from "../../engine/slot-text.ts";
import { isOpen } from "../../engine/end.ts";
import { findSlot, type RunState, type Slot, type TargetState } from "../../engine/state.ts";
import { clean, countText } from "../../engine/words.ts";
import { commandLines, paragraph } from "../layout.ts";
import { line, span, type Line } from "../line.ts";
import type { RunSummary } from "../sources.ts";
import type { Look } from "../theme.ts";
import type { LeftRun } from "../model.ts";
import { openItemLines } from "./open-items.ts";

/** Failed steps that wait for somebody to say what becomes of them. */
function undecidedLines(state: RunState, width: number): Line[] {
  return state.targets.flatMap(({ label, phases, undecided }) => {
    const slot = findSlot(phases[undecided?.phase ?? ""], undecided?.step ?? null, undecided?.item ?? null);
    if (slot === undefined) return [];
    const says = `A step failed and waits for you: ${clean(slot.title)} of ${clean(label)}: ${clean(slot.reason)}`;
    return [...paragraph(says, width, "danger", 2), line("")];
  });
}

/** How a person says what became of a step; `address` is the run and the step. */
const resolveLines = (address: string, width: number, command: (words: string) => string): Line[] => [
  ...paragraph(
    "When looking cannot tell and you know it yourself, in a shell (or with --as not-applied):",
    width,
    "muted",
  ),
  ...commandLines(command(`resolve ${address} --as applied --note "how you know"`), width),
];

interface OpenStep {
  readonly target: TargetState;
  readonly phase: string;
  readonly slot: Slot;
}

const openSteps = ({ targets }: RunState): OpenStep[] =>
  targets.flatMap((target) =>
    Object.values(target.phases).flatMap(({ title, slots }) =>
      slots.filter(isOpen).map((slot) => ({ target, phase: title, slot })),
    ),
  );

/** Which run it is, and how it was left. */
function howLines({ status, run_id, targets }: RunSummary, state: RunState, width: number): Line[] {
  const cause =
    status === "left"
      ? "was left in the middle: the console ended before it could say why"
      : `is paused: ${clean(state.paused?.says ?? "")}`;
  const names = targets.map(({ label }) => clean(label)).join(", ");
  return [...paragraph(`The run ${run_id} for ${names} ${cause}.`, width), line("")];
}

const settledLines = (items: readonly Line[], width: number): Line[] => [
  line(span("ok", "No change is in doubt: everything that was sent is known to have ended.")),
  line(""),
  ...items,
  line(""),
  ...paragraph(
    "l takes it up again: it looks first, then asks as before. X closes it: no step more is carried out, and what it did stays. Esc leaves it; it stays in the journal.",
    width,
  ),
];

function answerText({ attempt }: Slot): string {
  const remote = attempt?.remote ?? null;
  return remote === null ? "none came" : `accepted as ${clean(remote)}; its end was not seen`;
}

/** What was sent for a step, what was answered, and what was seen. */
function stepLines(state: RunState, { target, phase, slot }: OpenStep, width: number): Line[] {
  const { outcome } = slot;
  const message = outcome === null || outcome.kind === "applied" ? "" : clean(outcome.message);
  return [
    line(""),
    ...paragraph(`? ${clean(slot.title)}`, width, "unknown", 2),
    line(span("muted", "  of "), clean(target.label), span("muted", "  in "), clean(phase)),
    ...requestText(state.runbook, slot).flatMap((text) => paragraph(`  sent: ${text}`, width, "plain", 4)),
    line(span("muted", "  answer: "), answerText(slot)),
    ...(message === "" ? [] : paragraph(`  ${message}`, width, "unknown", 4)),
  ];
}

function countLine(open: readonly OpenStep[]): Line {
  const them = open.length === 1 ? "it" : "them";
  return line(
    span("unknown", `${countText(open.length, "change")} IN DOUBT: sent, and nobody knows yet what became of ${them}.`),
  );
}

/** The evidence of every step that nobody knows the end of; of a run without such a step what it leaves behind. */
export function doubtLines(
  { summary, history }: LeftRun,
  state: RunState,
  look: Look,
  command: (words: string) => string,
): Line[] {
  const width = look.columns;
  const open = openSteps(state);
  const head = [...howLines(summary, state, width), ...undecidedLines(state, width)];
  const [first] = open;
  if (first === undefined) return [...head, ...settledLines(openItemLines(history, state, width, command), width)];
  return [
    ...head,
    countLine(open),
    ...open.flatMap((step) => stepLines(state, step, width)),
    line(""),
    ...paragraph(
      `l looks what became of it: it reads from ${look.words.world}, sends nothing twice, and then goes on asking as before. Esc leaves it as it is; it stays in the journal.`,
      width,
    ),
    ...resolveLines(`${summary.run_id} ${first.slot.step}`, width, command),
  ];
}
