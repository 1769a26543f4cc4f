/** A runbook in plain sentences, each with what it can do. */
import { rungLines, shellLines, type Explained } from "../../runbooks/explain.ts";
import type { TriedPrinted } from "../../phases/printed.ts";
import type { PlanModel } from "../model.ts";
import { clean, counted } from "../../engine/words.ts";
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
function triedLines(tried: TriedPrinted, { columns: width, words }: Look): Line[] {
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
        : `; ${own === rows ? "all" : own === 0 ? "none" : own} belong${own <= 1 ? "s" : ""} to the selected ${words.targets}`;
    const tone = rows === own ? "plain" : "danger";
    lines.push(...paragraph(`    Hits ${counted(rows, "row")} of ${clean(table)}${whose}.`, width, tone, 6));
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
function printedLines(printed: PlanModel["printed"], look: Look): Line[] {
  const width = look.columns;
  if (printed === null) return [];
  if (printed === "asking")
    return [line(span("running", "Trying what your documents print, to roll it back")), line("")];
  if (!printed.ok)
    return [...paragraph(`Your documents' SQL could not be tried: ${clean(printed.error)}`, width, "danger"), line("")];
  return [
    ...paragraph("What your own documents' SQL would do here; it was tried and rolled back.", width),
    ...printed.value.flatMap((tried) => triedLines(tried, look)),
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
export function planBody(explained: Explained, plan: PlanModel, look: Look): Line[] {
  const width = look.columns;
  const lines: Line[] = [...printedLines(plan.printed, look), ...paragraph(clean(explained.summary), width), line("")];
  for (const warning of explained.warnings) lines.push(...paragraph(`! ${clean(warning)}`, width, "waiting", 2));
  if (plan.left.length > 0)
    lines.push(line(""), ...paragraph(`Some phases are left out. ${WAITS_FOR}`, width, "waiting"));
  for (const phase of explained.phases) {
    lines.push(line(""), heading(phase, plan, look));
    const out = plan.left.includes(phase.id);
    for (const step of phase.steps) {
      const tone = out ? "muted" : TONES[step.marks];
      lines.push(...paragraph(`  ${step.marks.padEnd(17)}${clean(step.says)}`, width, tone, 19));
    }
    for (const text of rungLines(phase.rung)) lines.push(...paragraph(clean(text), width, "muted", 6));
  }
  if (explained.finally.length > 0) lines.push(line(""), line(span("strong", "At the end, however it ends:")));
  for (const text of shellLines(explained.finally)) lines.push(...paragraph(text, width, "waiting", 10));
  lines.push(line(""), line(span("strong", "It is done when all of this was seen:")));
  for (const criterion of explained.success) lines.push(...paragraph(`  - ${clean(criterion)}`, width, "plain", 4));
  return lines;
}

/** The line on which the phase under the cursor begins. */
export function headingAt(explained: Explained, plan: PlanModel, look: Look): number {
  const lines = planBody(explained, plan, look);
  return lines.findIndex(([first]) => first?.tone === "focus" && first.text === look.glyphs.cursor);
}
