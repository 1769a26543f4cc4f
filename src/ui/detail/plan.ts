/** A runbook in plain sentences, each with what it can do. */
import type { Explained } from "../../runbooks/explain.ts";
import type { TriedPrinted } from "../../phases/printed.ts";
import type { PlanModel } from "../model.ts";
import { clean } from "../../engine/words.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line, type Tone } from "../line.ts";

const TONES: Readonly<Record<Explained["phases"][number]["steps"][number]["marks"], Tone>> = {
  reads: "muted",
  asks: "accent",
  changes: "waiting",
  "cannot be undone": "danger",
};

/** One statement: how far it would reach, whose rows those are, and what the runbook does instead. */
function triedLines(tried: TriedPrinted, width: number): Line[] {
  const lines = [
    ...paragraph(`  Your own: ${clean(tried.title)}`, width, "strong", 4),
    ...paragraph(`    ${clean(tried.sql)}`, width, "muted", 6),
  ];
  if (tried.kind === "refused") lines.push(...paragraph(`    It fails: ${clean(tried.why)}`, width, "danger", 6));
  else {
    const { rows, own, table, others } = tried;
    const whose =
      rows === 0
        ? ""
        : `; ${own === rows ? "all" : own === 0 ? "none" : own} belong${own <= 1 ? "s" : ""} to the selected VMs`;
    const tone = rows === own ? "plain" : "danger";
    lines.push(...paragraph(`    Hits ${rows} row(s) of ${clean(table)}${whose}.`, width, tone, 6));
    const more = rows - own - others.length;
    if (others.length > 0)
      lines.push(
        ...paragraph(
          `    Not theirs: ${others.map(clean).join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
          width,
          "danger",
          6,
        ),
      );
  }
  return [...lines, ...paragraph(`    Handrail ${clean(tried.instead)}.`, width, "ok", 6)];
}

/** What the operators' own documents would do here, once it was tried. */
function printedLines(printed: PlanModel["printed"], width: number): Line[] {
  if (printed === null) return [];
  if (printed === "asking")
    return [line(span("running", "Trying what your documents print, to roll it back")), line("")];
  if (!printed.ok)
    return [...paragraph(`Your documents' SQL could not be tried: ${clean(printed.error)}`, width, "danger"), line("")];
  return [
    ...paragraph("What your own documents' SQL would do here; it was tried and rolled back.", width),
    ...printed.value.flatMap((tried) => triedLines(tried, width)),
    line(""),
  ];
}

/** The runbook, and before it what was asked about the operators' own statements. */
export function planBody(plan: Explained, printed: PlanModel["printed"], width: number): Line[] {
  const lines: Line[] = [...printedLines(printed, width), ...paragraph(clean(plan.summary), width), line("")];
  for (const warning of plan.warnings) lines.push(...paragraph(`! ${clean(warning)}`, width, "waiting", 2));
  for (const phase of plan.phases) {
    lines.push(line(""), line(span("strong", clean(phase.title))));
    for (const step of phase.steps)
      lines.push(...paragraph(`  ${step.marks.padEnd(17)}${clean(step.says)}`, width, TONES[step.marks], 19));
  }
  lines.push(line(""), line(span("strong", "It is done when all of this was seen:")));
  for (const criterion of plan.success) lines.push(...paragraph(`  - ${clean(criterion)}`, width, "plain", 4));
  return lines;
}
