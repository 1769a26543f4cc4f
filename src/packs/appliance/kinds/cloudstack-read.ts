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

interface Each {
  readonly param: string;
  readonly in: Expression;
}

interface CloudstackReadSpec extends ReadSpec {
  readonly kind: "cloudstack";
  readonly command: string;
  readonly params: Readonly<Record<string, Expression>>;
  /** One request for each value of the list, for a parameter that takes only one. */
  readonly each?: Each;
  /** Where an account may not ask this: an empty answer, for questions whose empty answer proves nothing. */
  readonly when_refused?: "empty";
  readonly columns: Readonly<Record<string, ColumnType>>;
}

/**
 * Whether a CloudStack row has what no look can do without: its id, and every number. An absent text is CloudStack's way to
 * say none (`virtualmachineid` of a volume that is detached); a row without an id would be nobody, which proves nothing.
 */
const isWhole = (row: JsonObject, columns: Readonly<Record<string, ColumnType>>): boolean =>
  Object.entries(columns).every(([name, type]) =>
    type === "int" ? isNumber(row[name]) : name !== "id" || !isAbsent(row[name]),
  );

const isAbsent = (value: Json | undefined): boolean => value === undefined || value === null || value === "";

const isNumber = (value: Json | undefined): boolean => !isAbsent(value) && Number.isFinite(Number(value));

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
  return Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, cellOf(row[name], type)]));
}

function cellOf(value: Json | undefined, type: ColumnType): Json {
  if (type === "int") return Number(value);
  return type === "bool" ? value === true || value === "true" : textCell(value);
}

function textCell(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return isAbsent(value) ? "" : JSON.stringify(value);
}

async function list(spec: CloudstackReadSpec, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> {
  const params = textParams(spec.params, scope);
  if (!params.ok) return unaskable(params.error.message);
  const ask: Ask = (extra) => ports.cloudstack.list(spec.command, { ...params.value, ...extra });
  const rows = spec.each === undefined ? await ask({}) : await listEach(spec.each, scope, ask);
  return rows.ok ? wholeRows(spec.command, rows.value, spec.columns) : rows;
}

/** One request, with these parameters besides. */
type Ask = (extra: Readonly<Record<string, string>>) => Promise<Result<JsonObject[], Failure>>;

async function listEach(each: Each, scope: Scope, ask: Ask): Promise<Result<JsonObject[], Failure>> {
  const values = texts(each.param, each.in, scope);
  return values.ok ? askEach(values.value, (value) => ask({ [each.param]: value })) : unaskable(values.error.message);
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
