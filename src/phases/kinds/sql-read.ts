/** `sql.read`: one statement that is known to be a pure read, its values bound. */
import { ok } from "../../ports/result.ts";
import type { ColumnType } from "../../ports/sql.ts";
import { oneLine } from "../../text/sentence.ts";
import { databaseIn, lacksDatabase } from "../connection.ts";
import { unaskable } from "../question.ts";
import type { Expression, ReadSpec } from "../spec.ts";
import type { ReadForm, StepKind } from "../step-kind.ts";
import { sqlValues } from "../values.ts";

interface SqlReadSpec extends ReadSpec {
  readonly kind: "sql.read";
  readonly sql: string;
  readonly connection?: string;
  readonly params: Readonly<Record<string, Expression>>;
  readonly columns: Readonly<Record<string, ColumnType>>;
}

const query: ReadForm<SqlReadSpec> = {
  fields: { sql: "sql", connection: "connection", params: "params", columns: "columns" },
  answer: "rows",
  counterpart: "the database",
  outline: ({ sql, connection }) => `${connection === undefined ? "" : `${connection}: `}${oneLine(sql)}`,
  ask: async ({ sql, connection, params, columns }, scope, ports) => {
    const values = sqlValues(params, scope);
    if (!values.ok) return unaskable(values.error.message);
    const answer = await databaseIn(ports, connection).read({ sql, values: values.value }, columns);
    return answer.ok ? ok(answer.value.rows) : answer;
  },
};

export const sqlRead: StepKind = {
  summary: "Asks the database; only statements that are known to change nothing.",
  reads: { "": query },
  change: null,
  connection: "mysql",
  lacks: (spec, ports) => lacksDatabase((spec as SqlReadSpec).connection, ports),
};
