/**
 * Checks every expression of a runbook against the types it will meet, phase by phase in the order of a run.
 * A changing step sees only the facts of earlier phases: what is approved on entering a phase must not depend on
 * what the phase reads later.
 */
import { isChange } from "./change.ts";
import { Checker } from "./checker.ts";
import type { Path, Report } from "./node.ts";
import type { RawPhase, RawRunbook, RawStep } from "./schema.ts";
import type { Sight } from "./types.ts";
import { GATE, VARIANT } from "./variants.ts";

/** The probes that a changing step names. */
const PROBES = ["already", "require", "verify", "proof"];

function needs(checker: Checker, phase: RawPhase, path: Path): void {
  for (const [index, need] of (phase.needs ?? []).entries()) {
    const node = { raw: need, path: [...path, "needs", index], sight: checker.sight };
    checker.expression(node, "unless", ["bool"]);
    checker.probe(need.probe, [...node.path, "probe"], node.sight);
  }
}

/** One step; `facts` are those of earlier phases. */
function step(checker: Checker, raw: RawStep, path: Path, facts: Sight["facts"]): void {
  if (raw[VARIANT] === GATE) {
    const node = { raw, path, sight: checker.sight };
    checker.template(node, "title");
    checker.expression(node, "when", ["bool"]);
    checker.choices(node as never);
    return;
  }
  if (!isChange(raw)) {
    checker.readStep(raw, path);
    return;
  }
  const sight = checker.changeStep(raw, path, facts);
  for (const name of PROBES) checker.probe(raw[name], [...path, name], { ...sight, ...checker.sight });
}

function rung(checker: Checker, { rung: raw }: RawPhase, path: Path): void {
  if (raw === undefined) return;
  const { sight } = checker;
  checker.probe(raw.done_when, [...path, "done_when"], sight);
  checker.probe(raw.fails_when, [...path, "fails_when"], sight);
  checker.choices({ raw: raw.climb, path: [...path, "climb"], sight });
}

/** The holds that are asked from the end of a phase on, with the facts that are there then. */
function holdsFrom(checker: Checker, runbook: RawRunbook, phase: string): void {
  for (const [index, hold] of runbook.holds.entries()) {
    if (hold.from !== phase) continue;
    const node = { raw: hold, path: ["holds", index], sight: checker.sight };
    checker.expression(node, "when", ["bool"]);
    checker.probe(hold.probe, [...node.path, "probe"], node.sight);
  }
}

function phase(checker: Checker, raw: RawPhase, path: Path): void {
  checker.phase = raw.id;
  const node = { raw, path, sight: checker.sight };
  for (const field of ["within", "when"]) checker.expression(node, field, ["bool"]);
  checker.template(node, "title", "why", "otherwise");
  needs(checker, raw, path);
  for (const [index, own] of raw.steps.entries()) step(checker, own, [...path, "steps", index], node.sight.facts);
  rung(checker, raw, [...path, "rung"]);
  if (raw.rescue !== undefined) checker.choices({ raw: raw.rescue, path: [...path, "rescue"], sight: checker.sight });
}

/** Checks the expressions of one runbook. `report` gets paths inside the runbook. */
export function checkTypes(runbook: RawRunbook, report: Report): void {
  const checker = new Checker(runbook, report);
  const nothing: Sight = { facts: {} };
  checker.selection(runbook.select, ["select"]);
  checker.expression({ raw: runbook.select, path: ["select"], sight: nothing }, "stuck", ["bool"]);
  for (const [name, { choice_from: query }] of Object.entries(runbook.inputs ?? {}))
    if (query !== undefined) checker.question(query, ["inputs", name, "choice_from"]);
  for (const [index, name] of runbook.panels.entries()) checker.probe(name, ["panels", index], nothing);
  for (const [index, raw] of runbook.phases.entries()) {
    phase(checker, raw, ["phases", index]);
    holdsFrom(checker, runbook, raw.id);
  }
  for (const [index, { whose: owner }] of runbook.printed.entries())
    checker.expression({ raw: owner, path: ["printed", index, "whose"], sight: nothing }, "in", ["list<string>"]);
  for (const [index, criterion] of runbook.success.entries()) {
    const node = { raw: criterion, path: ["success", index], sight: checker.sight };
    checker.expression(node, "when", ["bool"]);
    checker.probe(criterion.probe, [...node.path, "probe"], node.sight);
  }
  checker.remarkIdle();
}
