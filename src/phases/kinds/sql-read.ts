/** `sql.read`: one statement that is known to be a pure read, its values bound. */
import { ok } from "../../ports/result.ts";
import type { ColumnType } from "../../ports/sql.ts";
import { oneLine } from "../../text/sentence.ts";
import { unaskable } from "../question.ts";
import type { Expression, ReadSpec } from "../spec.ts";
import type { ReadForm, StepKind } from "../step-kind.ts";
import { sqlValues } from "../values.ts";

interface SqlReadSpec extends ReadSpec {
  readonly kind: "sql.read";
  readonly sql: string;
  readonly params: Readonly<Record<string, Expression>>;
  readonly columns: Readonly<Record<string, ColumnType>>;
}

const query: ReadForm<SqlReadSpec> = {
  fields: { sql: "sql", params: "params", columns: "columns" },
  answer: "rows",
  counterpart: "the database",
  outline: ({ sql }) => oneLine(sql),
  ask: async ({ sql, params, columns }, scope, ports) => {
    const values = sqlValues(params, scope);
    if (!values.ok) return unaskable(values.error.message);
    const answer = await ports.sql.read({ sql, values: values.value }, columns);
    return answer.ok ? ok(answer.value.rows) : answer;
  },
};

export const sqlRead: StepKind = {
  summary: "Asks the database; only statements that are known to change nothing.",
  reads: { "": query },
  change: null,
};
