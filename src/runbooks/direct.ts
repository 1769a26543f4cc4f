/** Runs without a runbook file: one statement that a person typed, or the undo of a run. Their plan is made here. */
import type { JsonObject } from "../ports/json.ts";
import { changeKind } from "../phases/kinds/index.ts";
import type { SqlChangeSpec } from "../phases/kinds/sql-change.ts";
import type { SqlChange } from "../ports/sql.ts";
import type { TargetNoun } from "../phases/target-noun.ts";
import type { ChangeSpec, ChangeStep, PhaseSpec, Risk, Runbook } from "../phases/spec.ts";

/** One statement, or a change of another kind with its request. */
export type DirectStep = { readonly id: string; readonly title: string } & (
  | { readonly change: SqlChange }
  | { readonly kind: string; readonly request: JsonObject }
);

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

/** A change whose whole request is there. */
type Whole = ChangeSpec & { readonly request: JsonObject };

/** The connection that a request names: the locks are taken there, and a site that lacks it says so. */
function placeOf({ connection }: JsonObject): { readonly connection?: string } {
  return typeof connection === "string" ? { connection } : {};
}

function statementOf({ sql, touches }: SqlChange, request: JsonObject): SqlChangeSpec & Whole {
  return {
    kind: "sql.change",
    ...placeOf(request),
    sql,
    params: {},
    touches: { table: touches.table, rows: { at_most: "0" }, within: { column: "", in: "[]" } },
    request,
  };
}

/** What an undo of another kind was made of is not known any more: its request alone is. */
const wholeOf = (kind: string, request: JsonObject): Whole => ({
  kind,
  ...placeOf(request),
  ...(request["act"] as JsonObject),
  request,
});

function phaseOf(direct: DirectStep): PhaseSpec {
  const { id, title } = direct;
  const isStatement = "change" in direct;
  const spec: Whole = isStatement
    ? statementOf(direct.change, direct.change as unknown as JsonObject)
    : wholeOf(direct.kind, direct.request);
  const step: ChangeStep = {
    does: "change",
    id,
    title,
    change: spec,
    risk: isStatement ? riskOf(direct.change.sql) : changeKind(direct.kind).risk(spec),
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
