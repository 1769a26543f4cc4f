/** A runbook in plain sentences, each marked with what it can do: reads, changes, cannot be undone. No world is asked. */
import { inputForm } from "../phases/input.ts";
import { changeKind, readForm } from "../phases/kinds/index.ts";
import { wayBackOf, WAY_BACK_WORDS } from "../phases/way-back.ts";
import { safeLines } from "../text/safe-text.ts";
import { oneLine } from "../text/sentence.ts";
import {
  TO_THE_END,
  type ChangeStep,
  type Choice,
  type PhaseSpec,
  type Runbook,
  type RunbookAction,
  type StepSpec,
} from "../phases/spec.ts";

export interface ExplainedStep {
  readonly marks: "asks" | "reads" | "changes" | "cannot be undone";
  readonly says: string;
  /** One line for each part of it. */
  readonly how: readonly string[];
  /** Why it is there; missing where the runbook does not say. */
  readonly why?: string;
}

/** A rung of a ladder: how long it is watched, what shows that it worked, and what is asked when it did not. */
export interface ExplainedRung {
  readonly box_s: number;
  readonly every_s: number;
  readonly done_when: string;
  readonly fails_when: string | null;
  readonly climb: ExplainedStep;
}

export interface Explained {
  readonly id: string;
  readonly title: string;
  /** The key that begins it where targets are listed; missing where none does. */
  readonly action?: RunbookAction;
  readonly summary: string;
  readonly warnings: readonly string[];
  /** What it has to be told before it begins: name, title, what fits; `default` null where something has to be said. */
  readonly inputs: readonly {
    readonly name: string;
    readonly title: string;
    readonly form: string;
    readonly default: string | null;
  }[];
  readonly phases: readonly {
    readonly id: string;
    readonly title: string;
    /** Why it is there; missing where the runbook does not say. */
    readonly why?: string;
    readonly when: string | null;
    /** Whether it changes anything: such a phase can be left out of a run, the others always look. */
    readonly acts: boolean;
    readonly steps: readonly ExplainedStep[];
    readonly rung: ExplainedRung | null;
    /** What is asked when a change of the phase failed; null: the target ends there as failed. */
    readonly rescue: ExplainedStep | null;
  }[];
  /** Shell texts that are run at the end, line by line as they stand. */
  readonly finally: readonly { readonly says: string; readonly lines: readonly string[] }[];
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

/** How long it is looked whether a person's act shows. */
const waitForProof = ({ verify, limit }: ChangeStep): string =>
  verify === "" ? "who says how it went" : `who says how it went; its proof is watched for at most ${limit} s`;

function changeHow(step: ChangeStep): string[] {
  const { change, stays_until: end } = step;
  const kind = changeKind(change.kind);
  const way = wayBackOf(step, null);
  const confirmation = step.risk === "destroy" ? "; it asks for a typed name" : "";
  const wait = kind.instructions === undefined ? `waits at most ${step.limit} s` : waitForProof(step);
  const stays =
    end === undefined ? [] : [`must stay so until ${end === TO_THE_END ? "the end" : `phase ${end} acts on it`}`];
  return [
    ...kind.outline(change).map((line) => (line.includes("${") ? blanks(line) : line)),
    `asks ${kind.counterpart}, ${wait}${confirmation}`,
    `${WAY_BACK_WORDS[way.kind]}${way.why.length === 0 ? "" : `: ${way.why.join("; ")}`}`,
    ...stays,
  ];
}

const choiceTitles = (choices: readonly Choice[]): string[] =>
  choices.map(({ id, title, then: course }) => `${id}: ${blanks(title)}${course === "stop" ? " [stops here]" : ""}`);

/** The reason of a step or phase as a field, where the runbook gives one. */
const whyOf = ({ why: reason }: Pick<StepSpec, "why">): { readonly why?: string } =>
  reason === undefined ? {} : { why: blanks(reason) };

const explainStep = (step: StepSpec): ExplainedStep => ({ ...outlineOf(step), ...whyOf(step) });

function outlineOf(step: StepSpec): ExplainedStep {
  if (step.does === "gate") return { marks: "asks", says: blanks(step.question), how: choiceTitles(step.choices) };
  const repetition = step.foreach === undefined ? "" : " (for each)";
  if (step.does === "read")
    return { marks: "reads", says: blanks(step.title), how: [readForm(step.read).outline(step.read)] };
  const final = wayBackOf(step, null).kind === "none";
  return {
    marks: final ? "cannot be undone" : "changes",
    says: `${blanks(step.title)}${repetition}`,
    how: changeHow(step),
  };
}

const probeTitle = ({ probes }: Runbook, id: string): string => blanks(probes[id]?.title ?? id);

function explainRung(runbook: Runbook, { rung }: PhaseSpec): ExplainedRung | null {
  if (rung === undefined) return null;
  const { box, every, done_when, fails_when, climb } = rung;
  return {
    box_s: box,
    every_s: every,
    done_when: probeTitle(runbook, done_when),
    fails_when: fails_when === undefined ? null : probeTitle(runbook, fails_when),
    climb: { marks: "asks", says: blanks(climb.question), how: choiceTitles(climb.choices) },
  };
}

function explainPhase(runbook: Runbook, phase: PhaseSpec): Explained["phases"][number] {
  const acts = phase.steps.some(({ does }) => does === "change");
  const { rescue } = phase;
  return {
    id: phase.id,
    title: blanks(phase.title),
    ...whyOf(phase),
    when: phase.when ?? null,
    acts,
    steps: phase.steps.map(explainStep),
    rung: explainRung(runbook, phase),
    rescue:
      rescue === undefined ? null : { marks: "asks", says: blanks(rescue.question), how: choiceTitles(rescue.choices) },
  };
}

/** The whole runbook as data, for text and for `--json`. */
export function explain(runbook: Runbook): Explained {
  return {
    id: runbook.id,
    title: runbook.title,
    ...(runbook.action === undefined ? {} : { action: runbook.action }),
    summary: oneLine(runbook.summary),
    warnings: runbook.warnings,
    inputs: Object.entries(runbook.inputs ?? {}).map(([name, spec]) => ({
      name,
      title: spec.title,
      form: inputForm(spec),
      default: spec.default ?? null,
    })),
    phases: runbook.phases.map((phase) => explainPhase(runbook, phase)),
    finally: runbook.finally.map(({ title, script }) => ({ says: title, lines: safeLines(script.trimEnd()) })),
    holds: (runbook.holds ?? []).map(({ probe, from, until: end }) => ({
      says: blanks(runbook.probes[probe]?.title ?? probe),
      from,
      until: end ?? null,
    })),
    success: runbook.success.map(({ probe }) => blanks(runbook.probes[probe]?.title ?? probe)),
    printed: (runbook.printed ?? []).map(({ title }) => title),
  };
}

const stepLines = ({ marks, says, how: details }: ExplainedStep, indent: string): string[] => [
  `${indent}[${marks}] ${says}`,
  ...details.map((text) => `${indent}    ${text}`),
];

/** How a rung is watched and what is asked when its time is up; nothing for a phase that is none. */
export function rungLines(rung: ExplainedRung | null): string[] {
  if (rung === null) return [];
  const { box_s, every_s, done_when, fails_when, climb } = rung;
  return [
    `  then watched for at most ${box_s} s, every ${every_s} s: it worked when ${done_when}`,
    ...(fails_when === null ? [] : [`  given up at once when ${fails_when}`]),
    "  when its time is up:",
    ...stepLines(climb, "    "),
  ];
}

/** The shell texts of a runbook as they stand, for `explain` and the pages of grants. */
export const shellLines = (scripts: Explained["finally"]): string[] =>
  scripts.flatMap(({ says, lines }) => [
    `  [changes] ${says}: a shell text, run by bash as the user of the run; whatever it does is not known to Handrail`,
    ...lines.map((text, index) => `    ${String(index + 1).padStart(3)} | ${text}`),
  ]);

const phaseLines = ({ title, when: condition, steps, rung, rescue }: Explained["phases"][number]): string[] => [
  "",
  title,
  ...(condition === null ? [] : [`  only when ${oneLine(condition)}`]),
  ...steps.flatMap((step) => stepLines(step, "  ")),
  ...rungLines(rung),
  ...(rescue === null ? [] : ["  when a change of it failed:", ...stepLines(rescue, "    ")]),
];

function inputLines({ inputs }: Explained): string[] {
  if (inputs.length === 0) return [];
  const lines = inputs.map(
    ({ name, title, form, default: fallback }) =>
      `  ${name}: ${oneLine(title)}; ${form}${fallback === null ? "" : `, ${fallback} where nothing is said`}`,
  );
  return ["", "Before it begins it asks, or is told with --input NAME=VALUE:", ...lines];
}

const holdLines = ({ says, from, until: end }: Explained["holds"][number]): string[] => [
  `  - ${says}`,
  `      from ${from} on${end === null ? "" : `, until ${end} changes something`}`,
];

/** The same as text for a terminal. */
export function explainText(explanation: Explained): string {
  const lines = [`${explanation.title} (${explanation.id})`, "", explanation.summary, ""];
  for (const warning of explanation.warnings) lines.push(`! ${warning}`);
  lines.push(...inputLines(explanation), ...explanation.phases.flatMap(phaseLines));
  if (explanation.finally.length > 0)
    lines.push("", "At the end, however it ends:", ...shellLines(explanation.finally));
  if (explanation.holds.length > 0)
    lines.push("", "While it goes on, this is asked again, and it stops when it is no longer so:");
  lines.push(...explanation.holds.flatMap(holdLines));
  lines.push("", "It is done when all of this was seen:");
  for (const criterion of explanation.success) lines.push(`  - ${criterion}`);
  return `${lines.join("\n")}\n`;
}
