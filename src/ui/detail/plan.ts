/** A runbook in plain sentences, each with what it can do. */
import { rungLines, shellLines, type Explained } from "../../runbooks/explain.ts";
import type { TriedPrinted } from "../../phases/printed.ts";
import type { PlanModel } from "../model.ts";
import { clean, countText } from "../../engine/words.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line, type Tone } from "../line.ts";
import type { Look } from "../theme.ts";

const TONES: Readonly<Record<Explained["phases"][number]["steps"][number]["marks"], Tone>> = {
  reads: "muted",
  asks: "accent",
  changes: "waiting",
  "cannot be undone": "danger",
};

/** One statement: how far it would reach, whose rows those are, and what the runbook does instead. */
function triedLines(trial: TriedPrinted, { columns: width, words }: Look): Line[] {
  const lines = [
    ...paragraph(`  Your own: ${clean(trial.title)}`, width, "strong", 4),
    ...paragraph(`    ${clean(trial.sql)}`, width, "muted", 6),
  ];
  if (trial.kind === "refused") lines.push(...paragraph(`    It fails: ${clean(trial.why)}`, width, "danger", 6));
  else {
    const { rows, own, table, others: keys } = trial;
    const share =
      rows === 0
        ? ""
        : `; ${own === rows ? "all" : own === 0 ? "none" : own} belong${own <= 1 ? "s" : ""} to the selected ${words.targets}`;
    const tone = rows === own ? "plain" : "danger";
    lines.push(...paragraph(`    Hits ${countText(rows, "row")} of ${clean(table)}${share}.`, width, tone, 6));
    const rest = rows - own - keys.length;
    if (keys.length > 0)
      lines.push(
        ...paragraph(
          `    Not theirs: ${keys.map(clean).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`,
          width,
          "danger",
          6,
        ),
      );
  }
  return [...lines, ...paragraph(`    Handrail ${clean(trial.instead)}.`, width, "ok", 6)];
}

/** What the operators' own documents would do here, once it was tried. */
function printedLines(trials: PlanModel["printed"], look: Look): Line[] {
  const width = look.columns;
  if (trials === null) return [];
  if ("keys" in trials) return [line(span("running", "Trying what your documents print, to roll it back")), line("")];
  if (!trials.ok)
    return [...paragraph(`Your documents' SQL could not be tried: ${clean(trials.error)}`, width, "danger"), line("")];
  return [
    ...paragraph("What your own documents' SQL would do here; it was tried and rolled back.", width),
    ...trials.value.flatMap((trial) => triedLines(trial, look)),
    line(""),
  ];
}

const WAITS_FOR = "What a phase needs is looked for in the world before it acts.";

/** The title of a phase, with its mark where it can be left out. */
function heading({ id, title, acts }: Explained["phases"][number], plan: PlanModel, look: Look): Line {
  if (!acts) return line(span("strong", clean(title)));
  const out = plan.left.includes(id);
  const text = `[${out ? " " : "x"}] ${clean(title)}${out ? "  left out" : ""}`;
  const cursor = plan.phase === id ? look.glyphs.cursor : " ";
  return line(span("focus", cursor), span(plan.phase === id ? "focus" : out ? "muted" : "strong", text));
}

/** The runbook, and before it what was asked about the operators' own statements. */
export function planBody(explanation: Explained, plan: PlanModel, look: Look): Line[] {
  const width = look.columns;
  const lines: Line[] = [
    ...printedLines(plan.printed, look),
    ...paragraph(clean(explanation.summary), width),
    line(""),
  ];
  for (const warning of explanation.warnings) lines.push(...paragraph(`! ${clean(warning)}`, width, "waiting", 2));
  if (plan.left.length > 0)
    lines.push(line(""), ...paragraph(`Some phases are left out. ${WAITS_FOR}`, width, "waiting"));
  for (const phase of explanation.phases) {
    lines.push(line(""), heading(phase, plan, look));
    const out = plan.left.includes(phase.id);
    for (const step of phase.steps) {
      const tone = out ? "muted" : TONES[step.marks];
      lines.push(...paragraph(`  ${step.marks.padEnd(17)}${clean(step.says)}`, width, tone, 19));
    }
    for (const text of rungLines(phase.rung)) lines.push(...paragraph(clean(text), width, "muted", 6));
  }
  if (explanation.finally.length > 0) lines.push(line(""), line(span("strong", "At the end, however it ends:")));
  for (const text of shellLines(explanation.finally)) lines.push(...paragraph(text, width, "waiting", 10));
  lines.push(line(""), line(span("strong", "It is done when all of this was seen:")));
  for (const criterion of explanation.success) lines.push(...paragraph(`  - ${clean(criterion)}`, width, "plain", 4));
  return lines;
}

/** The line on which the phase under the cursor begins. */
export function headingAt(explanation: Explained, plan: PlanModel, look: Look): number {
  const lines = planBody(explanation, plan, look);
  return lines.findIndex(([first]) => first?.tone === "focus" && first.text === look.glyphs.cursor);
}
