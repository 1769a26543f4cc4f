/** Rules that a runbook keeps beyond its shape and types; each is said with its reason. */
import { pattern, ruledText } from "../phases/forbid.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { TO_THE_END, type ChangeSpec } from "../phases/spec.ts";
import { isChange } from "./change.ts";
import { changeSql, holdsSql, printedStatements, readSql } from "./lint-statements.ts";
import type { Path, Report } from "./node.ts";
import { proofRules } from "./proof-rules.ts";
import { didYouMean } from "../text/near.ts";
import { selectRules } from "./lint-select.ts";
import type { RawPhase, RawRunbook, RawStep } from "./schema.ts";

function changeRules(runbook: RawRunbook, raw: RawStep, path: Path, report: Report): void {
  proofRules(raw, path, report);
  errorCodes(raw, path, report);
  const kind = String(raw["kind"]);
  if (lowersRisk(raw, kind)) report("risk-lowered", [...path, "risk"], "a runbook can raise a risk, never lower it");
  if (holdsSql(raw)) changeSql(raw, path, report);
  if (changeKind(kind).keepsUndo?.(raw as unknown as ChangeSpec) !== true) wayBack(raw, path, report);
  const text = ruledText(raw);
  for (const rule of runbook.forbid.filter((entry) => entry.kind === kind && matches(entry.match, text)))
    report("forbidden", path, `forbidden by this runbook: ${rule.because}`);
}

/** Whether a prohibition is about a text; one that is no pattern is complained about by itself. */
const matches = (match: string, text: string): boolean => isPattern(match) && pattern(match).test(text);

function isPattern(match: string): boolean {
  try {
    pattern(match);
    return true;
  } catch {
    return false;
  }
}

const lowersRisk = (raw: RawStep, kind: string): boolean =>
  changeKind(kind).risk(raw as unknown as ChangeSpec) === "destroy" && raw["risk"] === "change";

/** An error that means "done already" is believed together with a probe that sees it. */
function errorCodes(raw: RawStep, path: Path, report: Report): void {
  if (raw["already"] !== undefined) return;
  const errors = (raw["errors"] ?? {}) as Record<string, string>;
  for (const [code] of Object.entries(errors).filter(([, meaning]) => meaning === "already"))
    report("error-proof", [...path, "errors", code], `code ${code} alone does not prove that it was done already`);
}

function wayBack(raw: RawStep, path: Path, report: Report): void {
  if (raw["undo"] === undefined || raw["undo"] === "auto")
    report("undo-reason", path, "say why this cannot be undone by Handrail");
}

function unique(ids: readonly { readonly id: string; readonly path: Path }[], noun: string, report: Report): void {
  const distinct = new Set<string>();
  for (const { id, path } of ids) {
    if (distinct.has(id))
      report("id-twice", path, `the ${noun} ${id} is there twice; ids name things in the journal for ever`);
    distinct.add(id);
  }
}

function needs(phase: RawPhase, index: number, ids: readonly string[], report: Report): void {
  if (phase.needs === undefined) return;
  for (const [needAt, { from }] of phase.needs.entries()) {
    if (!ids.slice(0, index).includes(from))
      report(
        "phase-unknown",
        ["phases", index, "needs", needAt, "from"],
        `no phase before this one is named ${from}`,
        didYouMean(from, ids),
      );
  }
  if (!phase.steps.some(isChange))
    report("needs-idle", ["phases", index, "needs"], "a phase that only looks needs nothing");
}

/** What a phase needs comes from one before it, and what is a criterion comes from some phase. */
function phaseNames(runbook: RawRunbook, report: Report): void {
  const ids = runbook.phases.map(({ id }) => id);
  for (const [index, phase] of runbook.phases.entries()) needs(phase, index, ids, report);
  for (const [index, { by }] of runbook.success.entries()) {
    if (by !== undefined && !ids.includes(by))
      report("phase-unknown", ["success", index, "by"], `there is no phase ${by}`, didYouMean(by, ids));
  }
}

/** The phase until which a step has to stay so; undefined where it names none. */
function endOf(step: RawStep): string | undefined {
  const end = step["stays_until"];
  return typeof end === "string" && end !== TO_THE_END ? end : undefined;
}

/** Complains where a phase that is named is not there, from the `first` on. */
type CheckPhase = (phase: string | undefined, first: number, path: Path, purpose: string) => void;

/** Holds and steps that have to stay so name phases that are there, in the order of the run. */
function staying(runbook: RawRunbook, report: Report): void {
  const ids = runbook.phases.map(({ id }) => id);
  const checkPhase: CheckPhase = (phase, first, path, purpose) => {
    if (phase !== undefined && !ids.slice(first).includes(phase))
      report("phase-unknown", path, `there is no phase ${phase} ${purpose}`, didYouMean(phase, ids.slice(first)));
  };
  holdPhases(runbook, ids, checkPhase, report);
  for (const [phaseAt, { id, steps }] of runbook.phases.entries()) {
    if (id === TO_THE_END)
      report(
        "phase-end",
        ["phases", phaseAt, "id"],
        `a phase cannot be named ${TO_THE_END}: stays_until means the run's end by it`,
      );
    for (const [index, step] of steps.entries()) {
      const path = ["phases", phaseAt, "steps", index, "stays_until"];
      checkPhase(endOf(step), phaseAt, path, `from ${id} on (or say ${TO_THE_END})`);
    }
  }
}

function holdPhases(runbook: RawRunbook, ids: readonly string[], checkPhase: CheckPhase, report: Report): void {
  unique(
    runbook.holds.map(({ id }, index) => ({ id, path: ["holds", index, "id"] })),
    "hold",
    report,
  );
  for (const [index, { from, until: end }] of runbook.holds.entries()) {
    checkPhase(from, 0, ["holds", index, "from"], "to ask this from");
    if (ids.includes(from)) checkPhase(end, ids.indexOf(from) + 1, ["holds", index, "until"], `behind ${from}`);
  }
}

/** The probes that a phase names; what is no name is none. */
const probesOf = ({ needs: conditions = [], rung, steps }: RawPhase): unknown[] => [
  ...conditions.map(({ probe }) => probe),
  rung?.done_when,
  rung?.fails_when,
  ...steps.flatMap((step) => ["already", "require", "verify", "proof"].map((field) => step[field])),
];

const uses = (runbook: RawRunbook): Set<string> =>
  new Set([
    ...[...runbook.success, ...runbook.holds].map(({ probe }) => probe),
    ...runbook.panels,
    ...runbook.phases.flatMap(probesOf).map(String),
  ]);

/** What a runbook calls itself is what its phases make it. */
function strategyRule({ strategy, phases }: RawRunbook, report: Report): void {
  const rung = phases.find((phase) => phase.rung !== undefined);
  const isLadder = rung !== undefined;
  if (strategy === undefined || (strategy === "ladder") === isLadder) return;
  const reason = isLadder ? `its phase ${rung.id} has a rung: it is a ladder` : "no phase has a rung: it is a sequence";
  report("strategy", ["strategy"], `strategy says ${strategy}, and ${reason}`);
}

/** Applies every rule to one runbook. `own` are the probes that it defines itself and so has to use. */
export function lintRunbook(
  runbook: RawRunbook,
  report: Report,
  own: ReadonlySet<string> = new Set(Object.keys(runbook.probes)),
): void {
  selectRules(runbook, report);
  phaseNames(runbook, report);
  staying(runbook, report);
  unique(
    runbook.phases.map(({ id }, index) => ({ id, path: ["phases", index, "id"] })),
    "phase",
    report,
  );
  const steps = runbook.phases.flatMap((phase, phaseAt) =>
    phase.steps.map((step, index) => ({ step, id: String(step["id"]), path: ["phases", phaseAt, "steps", index] })),
  );
  unique(
    steps.map(({ id, path }) => ({ id, path: [...path, "id"] })),
    "step",
    report,
  );
  unique(
    runbook.success.map(({ id }, index) => ({ id, path: ["success", index, "id"] })),
    "criterion",
    report,
  );
  if (steps.length > 500)
    report("steps-many", ["phases"], `a runbook has at most 500 steps; this one has ${steps.length}`);
  for (const { step, path } of steps) stepRules(runbook, step, path, report);
  for (const [index, collect] of runbook.finally.entries()) {
    if (collect.script.includes("${"))
      report(
        "pasted",
        ["finally", index, "script"],
        "nothing is pasted into a script",
        "a script has no values: ask for them in a step",
      );
  }
  for (const [index, { match }] of runbook.forbid.entries())
    if (!isPattern(match)) report("forbid-pattern", ["forbid", index, "match"], `${match} is no regular expression`);
  unique(
    runbook.printed.map(({ id }, index) => ({ id, path: ["printed", index, "id"] })),
    "printed statement",
    report,
  );
  printedStatements(runbook, report);
  strategyRule(runbook, report);
  probeRules(runbook, own, report);
}

function stepRules(runbook: RawRunbook, step: RawStep, path: Path, report: Report): void {
  if (isChange(step)) changeRules(runbook, step, path, report);
  else if (holdsSql(step)) readSql(step, path, report);
}

function probeRules(runbook: RawRunbook, own: ReadonlySet<string>, report: Report): void {
  const probes = uses(runbook);
  for (const [name, raw] of Object.entries(runbook.probes)) {
    if (holdsSql(raw)) readSql(raw, ["probes", name], report);
    if (own.has(name) && !probes.has(name))
      report("probe-unused", ["probes", name], `the probe ${name} is used nowhere`);
  }
}
