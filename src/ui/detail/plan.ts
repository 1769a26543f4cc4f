/** A runbook in plain sentences, each with what it can do. */
import type { Explained } from "../../runbooks/explain.ts";
import { clean } from "../../engine/words.ts";
import { paragraph } from "../layout.ts";
import { line, span, type Line, type Tone } from "../line.ts";

const TONES: Readonly<Record<Explained["phases"][number]["steps"][number]["marks"], Tone>> = {
  reads: "muted",
  asks: "accent",
  changes: "waiting",
  "cannot be undone": "danger",
};

export function planBody(plan: Explained, width: number): Line[] {
  const lines: Line[] = [...paragraph(clean(plan.summary), width), line("")];
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
