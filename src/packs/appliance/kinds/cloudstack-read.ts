/** What CloudStack is asked: one list command, or one for each value where a parameter takes only one. */
import { askEach, unaskable } from "../../../phases/question.ts";
import type { Scope } from "../../../phases/expression.ts";
import type { Expression, ReadSpec } from "../../../phases/spec.ts";
import type { ReadForm } from "../../../phases/step-kind.ts";
import { textParams, texts } from "../../../phases/values.ts";
import type { Json, JsonObject } from "../../../ports/json.ts";
import { failure, type Failure } from "../../../ports/outcome.ts";
import type { Ports } from "../../../ports/ports.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import type { ColumnType } from "../../../ports/sql.ts";

interface CloudstackReadSpec extends ReadSpec {
  readonly kind: "cloudstack";
  readonly command: string;
  readonly params: Readonly<Record<string, Expression>>;
  /** One request for each value of the list, for a parameter that takes only one. */
  readonly each?: { readonly param: string; readonly in: Expression };
  /** Where an account may not ask this: an empty answer, for questions whose empty answer proves nothing. */
  readonly when_refused?: "empty";
  readonly columns: Readonly<Record<string, ColumnType>>;
}

/**
 * Whether a CloudStack row has what no look can do without: its id, and every number. An absent text is CloudStack's way to
 * say none (`virtualmachineid` of a volume that is detached); a row without an id would be nobody, which proves nothing.
 */
const isWhole = (row: JsonObject, columns: Readonly<Record<string, ColumnType>>): boolean =>
  Object.entries(columns).every(([name, type]) => {
    const value = row[name];
    if (type === "int") return value !== "" && value !== null && Number.isFinite(Number(value));
    return name !== "id" || (value !== undefined && value !== null && value !== "");
  });

function wholeRows(
  command: string,
  rows: readonly JsonObject[],
  columns: Readonly<Record<string, ColumnType>>,
): Result<Json, Failure> {
  return rows.every((row) => isWhole(row, columns))
    ? ok(rows.map((row) => pick(row, columns)))
    : err(
        failure(
          "garbled",
          `CloudStack's answer to ${command} has a row without its id, or without a number that is asked for.`,
        ),
      );
}

/** Keeps the declared columns of a CloudStack row, as text; an absent text is ''. */
function pick(row: JsonObject, columns: Readonly<Record<string, ColumnType>>): JsonObject {
  const result: Record<string, Json> = {};
  for (const [name, type] of Object.entries(columns)) {
    const value = row[name];
    if (type === "int") result[name] = Number(value);
    else if (type === "bool") result[name] = value === true || value === "true";
    else
      result[name] =
        value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  }
  return result;
}

async function list(spec: CloudstackReadSpec, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> {
  const params = textParams(spec.params, scope);
  if (!params.ok) return unaskable(params.error.message);
  const { each } = spec;
  if (each === undefined) {
    const rows = await ports.cloudstack.list(spec.command, params.value);
    return rows.ok ? wholeRows(spec.command, rows.value, spec.columns) : rows;
  }
  const values = texts(each.param, each.in, scope);
  if (!values.ok) return unaskable(values.error.message);
  const rows = await askEach(values.value, (value) =>
    ports.cloudstack.list(spec.command, { ...params.value, [each.param]: value }),
  );
  return rows.ok ? wholeRows(spec.command, rows.value, spec.columns) : rows;
}

export const cloudstackList: ReadForm<CloudstackReadSpec> = {
  fields: {
    command: /^list[A-Za-z]+$/u,
    params: "params",
    each: "each",
    when_refused: ["empty"],
    columns: "columns",
  },
  answer: "rows",
  counterpart: "CloudStack",
  outline: ({ command }) => `CloudStack: ${command}`,
  ask: async (spec, scope, ports) => {
    const answer = await list(spec, scope, ports);
    return !answer.ok && answer.error.kind === "refused" && spec.when_refused === "empty" ? ok([]) : answer;
  },
};
