/** A runbook in plain sentences, each marked with what it can do: reads, changes, cannot be undone. No world is asked. */
import {
  TO_THE_END,
  type ChangeStep,
  type PhaseSpec,
  type ReadStep,
  type Runbook,
  type StepSpec,
} from "../phases/spec.ts";

export interface ExplainedStep {
  readonly marks: "asks" | "reads" | "changes" | "cannot be undone";
  readonly says: string;
  readonly how: string;
}

export interface Explained {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly warnings: readonly string[];
  readonly phases: readonly {
    readonly id: string;
    readonly title: string;
    readonly when: string | null;
    /** Whether it changes anything: such a phase can be left out of a run, the others always look. */
    readonly acts: boolean;
    readonly steps: readonly ExplainedStep[];
  }[];
  readonly finally: readonly { readonly says: string; readonly how: string }[];
  /** What has to stay so while it goes on, with the phases between which it is asked again; `until` null: to the end. */
  readonly holds: readonly { readonly says: string; readonly from: string; readonly until: string | null }[];
  readonly success: readonly string[];
  /** Titles of the printed statements that can be tried. */
  readonly printed: readonly string[];
}

/** A template for people who have no values yet: `${item.volume_name}` becomes `‹volume_name›`. */
export function blanks(template: string): string {
  return template
    .replace(
      /\$\{([^{}]*)\}/gu,
      (_all, expression: string) => `‹${/([a-z_]+)\W*$/iu.exec(expression)?.[1] ?? "value"}›`,
    )
    .replace(/\s+/gu, " ");
}

const one = (text: string): string => text.replace(/\s+/gu, " ").trim();

function readHow(step: ReadStep): string {
  const { read } = step;
  switch (read.kind) {
    case "sql.read":
      return one(read.sql);
    case "volume":
      return `Volume Daemon: ${read.op}`;
    case "cloudstack":
      return `CloudStack: ${read.command}`;
    case "process":
      return `process table: ${read.op}`;
    case "wait":
      return `waits ${read.seconds} s`;
    case "check":
      return "compares what was read";
    default:
      return read satisfies never;
  }
}

function changeHow(step: ChangeStep): string {
  const { change } = step;
  switch (change.kind) {
    case "sql.change":
      return `${one(change.sql)}  [${change.touches.table}, within ${change.touches.within.column}]`;
    case "volume":
      return `Volume Daemon: ${change.op}, waits at most ${step.limit} s`;
    case "cloudstack":
      return `CloudStack: ${change.command}, waits at most ${step.limit} s`;
    case "process":
      return "TERM, 10 s, KILL; only while pid, start time and device are the ones shown";
    default:
      return change satisfies never;
  }
}

function explainStep(step: StepSpec): ExplainedStep {
  if (step.does === "gate") {
    const choices = step.choices.map(({ title }) => blanks(title)).join(" | ");
    return { marks: "asks", says: blanks(step.title), how: choices };
  }
  const each = step.foreach === undefined ? "" : " (for each)";
  if (step.does === "read") return { marks: "reads", says: blanks(step.title), how: readHow(step) };
  const final = step.risk === "destroy";
  const stays =
    step.stays_until === undefined
      ? ""
      : `; must stay so until ${step.stays_until === TO_THE_END ? "the end" : step.stays_until}`;
  const says = `${blanks(step.title)}${each}`;
  return { marks: final ? "cannot be undone" : "changes", says, how: `${changeHow(step)}${stays}` };
}

function explainPhase(phase: PhaseSpec): Explained["phases"][number] {
  const acts = phase.steps.some(({ does }) => does === "change");
  return {
    id: phase.id,
    title: blanks(phase.title),
    when: phase.when ?? null,
    acts,
    steps: phase.steps.map(explainStep),
  };
}

/** The whole runbook as data, for text and for `--json`. */
export function explain(runbook: Runbook): Explained {
  return {
    id: runbook.id,
    title: runbook.title,
    summary: one(runbook.summary),
    warnings: runbook.warnings,
    phases: runbook.phases.map(explainPhase),
    finally: runbook.finally.map(({ title, script }) => ({ says: title, how: one(script) })),
    holds: (runbook.holds ?? []).map(({ probe, from, until }) => ({
      says: blanks(runbook.probes[probe]?.title ?? probe),
      from,
      until: until ?? null,
    })),
    success: runbook.success.map(({ probe }) => blanks(runbook.probes[probe]?.title ?? probe)),
    printed: (runbook.printed ?? []).map(({ title }) => title),
  };
}

/** The same as text for a terminal. */
export function explainText(explained: Explained): string {
  const lines = [`${explained.title} (${explained.id})`, "", explained.summary, ""];
  for (const warning of explained.warnings) lines.push(`! ${warning}`);
  for (const phase of explained.phases) {
    lines.push("", phase.title, ...(phase.when === null ? [] : [`  only when ${one(phase.when)}`]));
    for (const step of phase.steps) lines.push(`  [${step.marks}] ${step.says}`, `      ${step.how}`);
  }
  if (explained.finally.length > 0) lines.push("", "At the end it collects evidence:");
  for (const { says, how } of explained.finally) lines.push(`  [reads] ${says}`, `      ${how}`);
  if (explained.holds.length > 0)
    lines.push("", "While it goes on, this is asked again, and it stops when it is no longer so:");
  for (const { says, from, until } of explained.holds)
    lines.push(`  - ${says}`, `      from ${from} on${until === null ? "" : `, until ${until} changes something`}`);
  lines.push("", "It is done when all of this was seen:");
  for (const criterion of explained.success) lines.push(`  - ${criterion}`);
  return `${lines.join("\n")}\n`;
}
