/** Rules that a runbook keeps beyond its shape and types; each is said with its reason. */
import { pattern, ruledText } from "../phases/forbid.ts";
import { changeKind } from "../phases/kinds/index.ts";
import { TO_THE_END, type ChangeSpec } from "../phases/spec.ts";
import { anatomy, type Anatomy, type Insertion } from "../sql/anatomy.ts";
import { classifyAtBest } from "../sql/classify.ts";
import { dissect, namedIn, type Dissected } from "../sql/dissect.ts";
import { isChange } from "./check.ts";
import type { Path, Report } from "./node.ts";
import { proofRules } from "./proof-rules.ts";
import { didYouMean } from "../text/near.ts";
import { selectRules } from "./lint-select.ts";
import type { RawPhase, RawRunbook, RawStep } from "./schema.ts";
import { findForm, VARIANT } from "./variants.ts";

type Complain = (path: Path, message: string, hint?: string | null) => void;

/** Every `:name` has a value, and every value a `:name`. */
function placeholders(raw: { sql: string; params: Record<string, string> }, path: Path, report: Complain): void {
  if (raw.sql.includes("${"))
    report([...path, "sql"], "no text is pasted into SQL", "bind a value: :name, and name it under params");
  const names = namedIn(raw.sql);
  const params = Object.keys(raw.params);
  for (const name of names.filter((word) => !params.includes(word)))
    report([...path, "sql"], `:${name} has no value under params`, didYouMean(name, params));
  for (const name of params.filter((word) => !names.includes(word)))
    report([...path, "params", name], `:${name} does not occur in the statement`);
}

/** Whether a step or a probe is a statement. */
const holdsSql = (raw: RawStep): boolean => Object.values(findForm(raw[VARIANT])?.fields ?? {}).includes("sql");

function readSql(raw: RawStep, path: Path, report: Complain): void {
  const sql = String(raw["sql"]);
  placeholders(raw as never, path, report);
  const { class: kind, took_for, reasons } = classifyAtBest(sql);
  if (kind !== "read") report([...path, "sql"], `this is not known to be a pure read: ${reasons.join("; ")}`);
  if (took_for === "USE") report([...path, "sql"], "USE answers nothing: write the database before the table");
}

/** Whether a WHERE does not bind the step to its targets: the contract's column must be compared in it. */
const isUnbound = ({ where: condition }: Dissected, column: string): boolean =>
  condition !== null && !compares(condition.text, column);

const compares = (clause: string, column: string): boolean =>
  new RegExp(`(^|[^\\w])\`?${column}\`?\\s*(=|in\\s*\\()\\s*:`, "iu").test(clause);

/** The contract of a statement; undefined where it says none. */
const touchesOf = (
  raw: RawStep,
): { readonly table: string; readonly within: { readonly column: string } } | undefined =>
  raw["touches"] as { table: string; within: { column: string } } | undefined;

const firstTable = ({ sources }: Anatomy): string => (sources[0]?.table ?? "").replaceAll("`", "");

/** New rows are made of rows that a bound value picked; what they hold is held against the contract when previewed. */
function insertion(statement: Insertion, raw: RawStep, path: Path, report: Complain): void {
  const touches = touchesOf(raw);
  if (touches === undefined) return report(path, "a changing statement says what it `touches`");
  const table = firstTable(statement);
  if (table.toLowerCase() !== touches.table.toLowerCase())
    report([...path, "touches", "table"], `the statement changes ${table}, not ${touches.table}`);
  if (!compares(statement.text, touches.within.column))
    report([...path, "sql"], `nothing in it compares ${touches.within.column} with a bound value`);
}

function changeSql(raw: RawStep, path: Path, report: Complain): void {
  placeholders(raw as never, path, report);
  const sql = String(raw["sql"]);
  const statement = anatomy(sql);
  if (statement?.verb === "insert") return insertion(statement, raw, path, report);
  const parts = dissect(sql);
  if (parts === null) {
    report([...path, "sql"], "only a plain UPDATE, DELETE or INSERT on one table can be previewed");
    return;
  }
  rowChange(parts, raw, path, report);
}

/** An UPDATE or a DELETE picks its rows by what binds it to its targets, in the table of its contract. */
function rowChange(parts: Dissected, raw: RawStep, path: Path, report: Complain): void {
  if (parts.where === null)
    report([...path, "sql"], "an UPDATE or DELETE without WHERE would hit every row of the table");
  const touches = touchesOf(raw);
  if (touches === undefined) {
    report(
      path,
      "a changing statement says what it `touches`",
      "touches: {table, rows: {exactly: …}, within: {column, in: …}}",
    );
    return;
  }
  if (parts.table.replaceAll("`", "").toLowerCase() !== touches.table.toLowerCase()) {
    report([...path, "touches", "table"], `the statement changes ${parts.table}, not ${touches.table}`);
  }
  const { column } = touches.within;
  if (isUnbound(parts, column)) {
    report(
      [...path, "sql"],
      `the WHERE does not compare ${column} with a bound value, so it could reach other targets' rows`,
    );
  }
}

function changeRules(runbook: RawRunbook, raw: RawStep, path: Path, report: Complain): void {
  proofRules(raw, path, report);
  errorCodes(raw, path, report);
  const kind = String(raw["kind"]);
  if (lowersRisk(raw, kind)) report([...path, "risk"], "a runbook can raise a risk, never lower it");
  if (holdsSql(raw)) changeSql(raw, path, report);
  if (changeKind(kind).keepsUndo?.(raw as unknown as ChangeSpec) !== true) wayBack(raw, path, report);
  const text = ruledText(raw);
  for (const rule of runbook.forbid.filter((entry) => entry.kind === kind && pattern(entry.match).test(text)))
    report(path, `forbidden by this runbook: ${rule.because}`);
}

const lowersRisk = (raw: RawStep, kind: string): boolean =>
  changeKind(kind).risk(raw as unknown as ChangeSpec) === "destroy" && raw["risk"] === "change";

/** An error that means "done already" is believed together with a probe that sees it. */
function errorCodes(raw: RawStep, path: Path, report: Complain): void {
  if (raw["already"] !== undefined) return;
  const errors = (raw["errors"] ?? {}) as Record<string, string>;
  for (const [code] of Object.entries(errors).filter(([, meaning]) => meaning === "already"))
    report(
      [...path, "errors", code],
      `code ${code} alone does not prove that it was done already`,
      "name an `already` probe",
    );
}

function wayBack(raw: RawStep, path: Path, report: Complain): void {
  if (raw["undo"] === undefined || raw["undo"] === "auto")
    report(path, "say why this cannot be undone by Handrail", "undo: { none: reason }");
}

function unique(ids: readonly { readonly id: string; readonly path: Path }[], noun: string, report: Complain): void {
  const distinct = new Set<string>();
  for (const { id, path } of ids) {
    if (distinct.has(id)) report(path, `the ${noun} ${id} is there twice; ids name things in the journal for ever`);
    distinct.add(id);
  }
}

function needs(phase: RawPhase, index: number, ids: readonly string[], report: Complain): void {
  if (phase.needs === undefined) return;
  for (const [needAt, { from }] of phase.needs.entries()) {
    if (!ids.slice(0, index).includes(from))
      report(
        ["phases", index, "needs", needAt, "from"],
        `no phase before this one is named ${from}`,
        didYouMean(from, ids),
      );
  }
  if (!phase.steps.some(isChange))
    report(["phases", index, "needs"], "a phase that only looks needs nothing", "say it with `expect` at the step");
}

/** What a phase needs comes from one before it, and what is a criterion comes from some phase. */
function phaseNames(runbook: RawRunbook, report: Complain): void {
  const ids = runbook.phases.map(({ id }) => id);
  for (const [index, phase] of runbook.phases.entries()) needs(phase, index, ids, report);
  for (const [index, { by }] of runbook.success.entries()) {
    if (by !== undefined && !ids.includes(by))
      report(["success", index, "by"], `there is no phase ${by}`, didYouMean(by, ids));
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
      report(path, `there is no phase ${phase} ${purpose}`, didYouMean(phase, ids.slice(first)));
  };
  holdPhases(runbook, ids, checkPhase, report);
  for (const [phaseAt, { id, steps }] of runbook.phases.entries()) {
    if (id === TO_THE_END)
      report(["phases", phaseAt, "id"], `a phase cannot be named ${TO_THE_END}: stays_until means the run's end by it`);
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

/** What is printed elsewhere is only tried: it needs no contract, but a table whose rows can be told apart. */
function printedStatements(runbook: RawRunbook, report: Report): void {
  unique(
    runbook.printed.map(({ id }, index) => ({ id, path: ["printed", index, "id"] })),
    "printed statement",
    report,
  );
  for (const [index, { sql, whose: owner }] of runbook.printed.entries()) {
    const path = ["printed", index];
    const parts = anatomy(sql);
    if (parts === null) report([...path, "sql"], "only one UPDATE, DELETE or INSERT can be tried out");
    else if (firstTable(parts).toLowerCase() !== owner.table.toLowerCase())
      report([...path, "whose", "table"], `the statement changes ${firstTable(parts)}, not ${owner.table}`);
    if (namedIn(sql).length > 0) report([...path, "sql"], "it is tried as it is printed: without placeholders");
  }
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
  if (steps.length > 500) report(["phases"], `a runbook has at most 500 steps; this one has ${steps.length}`);
  for (const { step, path } of steps) stepRules(runbook, step, path, report);
  for (const [index, collect] of runbook.finally.entries()) {
    if (collect.script.includes("${")) report(["finally", index, "script"], "nothing is pasted into a script");
  }
  printedStatements(runbook, report);
  probeRules(runbook, own, report);
}

function stepRules(runbook: RawRunbook, step: RawStep, path: Path, report: Complain): void {
  if (isChange(step)) changeRules(runbook, step, path, report);
  else if (holdsSql(step)) readSql(step, path, report);
}

function probeRules(runbook: RawRunbook, own: ReadonlySet<string>, report: Complain): void {
  const probes = uses(runbook);
  for (const [name, raw] of Object.entries(runbook.probes)) {
    if (holdsSql(raw)) readSql(raw, ["probes", name], report);
    if (own.has(name) && !probes.has(name)) report(["probes", name], `the probe ${name} is used nowhere`);
  }
}
