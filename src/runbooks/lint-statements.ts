/** Rules of statements: what they look at, what they may reach, and how they are bound to their targets. */
import { anatomy, type Anatomy, type Insertion } from "../sql/anatomy.ts";
import { classifyAtBest } from "../sql/classify.ts";
import { dissect, namedIn, type Dissected } from "../sql/dissect.ts";
import { didYouMean } from "../text/near.ts";
import type { Path, Report } from "./node.ts";
import type { RawRunbook, RawStep } from "./schema.ts";
import { findForm, VARIANT } from "./variants.ts";

/** Every `:name` has a value, and every value a `:name`. */
function placeholders(raw: { sql: string; params: Record<string, string> }, path: Path, report: Report): void {
  if (raw.sql.includes("${")) report("pasted", [...path, "sql"], "no text is pasted into SQL");
  const names = namedIn(raw.sql);
  const params = Object.keys(raw.params);
  for (const name of names.filter((word) => !params.includes(word)))
    report("placeholder-value", [...path, "sql"], `:${name} has no value under params`, didYouMean(name, params));
  for (const name of params.filter((word) => !names.includes(word)))
    report("placeholder-unused", [...path, "params", name], `:${name} does not occur in the statement`);
}

/** Whether a step or a probe is a statement. */
export const holdsSql = (raw: RawStep): boolean => Object.values(findForm(raw[VARIANT])?.fields ?? {}).includes("sql");

/** A statement that only looks. */
export function readSql(raw: RawStep, path: Path, report: Report): void {
  const sql = String(raw["sql"]);
  placeholders(raw as never, path, report);
  const { class: kind, took_for, reasons } = classifyAtBest(sql);
  if (kind !== "read")
    report("read-pure", [...path, "sql"], `this is not known to be a pure read: ${reasons.join("; ")}`);
  if (took_for === "USE") report("read-answers", [...path, "sql"], "USE answers nothing");
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
function insertion(statement: Insertion, raw: RawStep, path: Path, report: Report): void {
  const touches = touchesOf(raw);
  if (touches === undefined) return report("touches-missing", path, "a changing statement says what it `touches`");
  const table = firstTable(statement);
  if (table.toLowerCase() !== touches.table.toLowerCase())
    report(
      "touches-table",
      [...path, "touches", "table"],
      `the statement changes ${table}, not ${touches.table}`,
      `table: ${table}`,
    );
  if (!compares(statement.text, touches.within.column))
    report("touches-bound", [...path, "sql"], `nothing in it compares ${touches.within.column} with a bound value`);
}

/** A statement that changes rows. */
export function changeSql(raw: RawStep, path: Path, report: Report): void {
  placeholders(raw as never, path, report);
  const sql = String(raw["sql"]);
  const statement = anatomy(sql);
  if (statement?.verb === "insert") return insertion(statement, raw, path, report);
  const parts = dissect(sql);
  if (parts === null) {
    report("statement-plain", [...path, "sql"], "only a plain UPDATE, DELETE or INSERT on one table can be previewed");
    return;
  }
  rowChange(parts, raw, path, report);
}

/** An UPDATE or a DELETE picks its rows by what binds it to its targets, in the table of its contract. */
function rowChange(parts: Dissected, raw: RawStep, path: Path, report: Report): void {
  if (parts.where === null)
    report("where-missing", [...path, "sql"], "an UPDATE or DELETE without WHERE would hit every row of the table");
  const touches = touchesOf(raw);
  if (touches === undefined) {
    report("touches-missing", path, "a changing statement says what it `touches`");
    return;
  }
  if (parts.table.replaceAll("`", "").toLowerCase() !== touches.table.toLowerCase()) {
    const table = parts.table.replaceAll("`", "");
    report(
      "touches-table",
      [...path, "touches", "table"],
      `the statement changes ${parts.table}, not ${touches.table}`,
      `table: ${table}`,
    );
  }
  const { column } = touches.within;
  if (isUnbound(parts, column)) {
    report(
      "touches-bound",
      [...path, "sql"],
      `the WHERE does not compare ${column} with a bound value, so it could reach other targets' rows`,
    );
  }
}

/** What is printed elsewhere is only tried: it needs no contract, but a table whose rows can be told apart. */
export function printedStatements(runbook: RawRunbook, report: Report): void {
  for (const [index, { sql, whose: owner }] of runbook.printed.entries()) {
    const path = ["printed", index];
    const parts = anatomy(sql);
    if (parts === null) report("printed-plain", [...path, "sql"], "only one UPDATE, DELETE or INSERT can be tried out");
    else if (firstTable(parts).toLowerCase() !== owner.table.toLowerCase())
      report(
        "touches-table",
        [...path, "whose", "table"],
        `the statement changes ${firstTable(parts)}, not ${owner.table}`,
        `table: ${firstTable(parts)}`,
      );
    if (namedIn(sql).length > 0)
      report("printed-plain", [...path, "sql"], "it is tried as it is printed: without placeholders");
  }
}
