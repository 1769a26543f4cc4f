/** Runs without a runbook file: one statement that a person typed, or the undo of a run. Their plan is made here. */
import type { JsonObject } from "../ports/json.ts";
import type { SqlChangeSpec } from "../phases/kinds/sql-change.ts";
import type { SqlChange } from "../ports/sql.ts";
import type { TargetNoun } from "../phases/target-noun.ts";
import type { ChangeStep, PhaseSpec, Risk, Runbook } from "../phases/spec.ts";

export interface DirectStep {
  readonly id: string;
  readonly title: string;
  readonly change: SqlChange;
}

export interface DirectPlan {
  readonly id: "sql" | "undo";
  readonly title: string;
  readonly summary: string;
  readonly warnings: readonly string[];
  /** What its targets are called. */
  readonly target?: TargetNoun;
  readonly steps: readonly DirectStep[];
}

const VERIFIED = "committed";

const riskOf = (sql: string): Risk =>
  /^\s*(?:(?:--|#)[^\n]*\n\s*|\/\*.*?\*\/\s*)*delete\b/isu.test(sql) ? "destroy" : "change";

function phaseOf({ id, title, change }: DirectStep): PhaseSpec {
  const { sql, touches } = change;
  const spec: SqlChangeSpec = {
    kind: "sql.change",
    sql,
    params: {},
    touches: { table: touches.table, rows: { at_most: "0" }, within: { column: "", in: "[]" } },
    request: change as unknown as JsonObject,
  };
  const step: ChangeStep = {
    does: "change",
    id,
    title,
    change: spec,
    risk: riskOf(sql),
    verify: VERIFIED,
    errors: {},
    undo: "auto",
    limit: 30,
  };
  return { id, title, steps: [step] };
}

/** The plan as a runbook: each change is a phase of its own, so that it is previewed when the one before it is done. */
export function directRunbook({ id, title, summary, warnings, target, steps }: DirectPlan): Runbook {
  return {
    id,
    title,
    summary,
    severity: "high",
    ...(target === undefined ? {} : { target }),
    warnings,
    finally: [],
    forbid: [],
    select: { sql: "SELECT 1", columns: {}, key: "", label: "", stuck: "false", show: [] },
    probes: { [VERIFIED]: { title: "the server confirmed the commit", read: { kind: "check" }, expect: "true" } },
    phases: steps.map(phaseOf),
    success: [],
  };
}
