/** Reads of a step or a probe: the request made from its expressions, asked of one port. Nothing here changes anything. */
import { evaluate, fill, holds, type Scope } from "./expression.ts";
import type { Json, JsonObject } from "../ports/json.ts";
import { failure, type Failure } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import type { ColumnType } from "../ports/sql.ts";
import { err, ok, type Result } from "../ports/result.ts";
import { sawIn, type Saw } from "./saw.ts";
import type { ProbeSpec, ReadSpec } from "./spec.ts";
import { sqlValues, text, textParams, texts } from "./values.ts";

/** How many requests of one `each` or `operations` read are on their way at once. */
const AT_ONCE = 8;

const broken = (message: string): { ok: false; error: Failure } =>
  err(failure("garbled", `the runbook's question cannot be asked: ${message}`));

async function forEach<T>(
  values: readonly string[],
  ask: (value: string) => Promise<Result<readonly T[], Failure>>,
): Promise<Result<T[], Failure>> {
  const rows: T[] = [];
  for (let start = 0; start < values.length; start += AT_ONCE) {
    const answers = await Promise.all(values.slice(start, start + AT_ONCE).map(ask));
    for (const answer of answers) {
      if (!answer.ok) return answer;
      rows.push(...answer.value);
    }
  }
  return ok(rows);
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

type Of<K extends ReadSpec["kind"]> = Extract<ReadSpec, { kind: K }>;

async function readSql(spec: Of<"sql.read">, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> {
  const values = sqlValues(spec.params, scope);
  if (!values.ok) return broken(values.error.message);
  const answer = await ports.sql.read({ sql: spec.sql, values: values.value }, spec.columns);
  return answer.ok ? ok(answer.value.rows) : answer;
}

async function readVolume(spec: Of<"volume">, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> {
  if (spec.op === "health") return ports.volume.health();
  const volumes = texts("volumes", spec.volumes, scope);
  if (!volumes.ok) return broken(volumes.error.message);
  if (spec.op === "operations") {
    const operations = await forEach(volumes.value, (volume) => ports.volume.operations(volume));
    return operations.ok ? ok(operations.value as unknown as Json) : operations;
  }
  const appliance = text("appliance", spec.appliance, scope);
  if (!appliance.ok) return broken(appliance.error.message);
  const looks = await ports.volume.look(volumes.value, appliance.value);
  return looks.ok ? ok(looks.value as unknown as Json) : looks;
}

async function readCloudstack(spec: Of<"cloudstack">, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> {
  const answer = await listCloudstack(spec, scope, ports);
  return !answer.ok && answer.error.kind === "refused" && spec.when_refused === "empty" ? ok([]) : answer;
}

async function listCloudstack(spec: Of<"cloudstack">, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> {
  const params = textParams(spec.params, scope);
  if (!params.ok) return broken(params.error.message);
  const { each } = spec;
  if (each === undefined) {
    const rows = await ports.cloudstack.list(spec.command, params.value);
    return rows.ok ? wholeRows(spec.command, rows.value, spec.columns) : rows;
  }
  const values = texts(each.param, each.in, scope);
  if (!values.ok) return broken(values.error.message);
  const rows = await forEach(values.value, (value) =>
    ports.cloudstack.list(spec.command, { ...params.value, [each.param]: value }),
  );
  return rows.ok ? wholeRows(spec.command, rows.value, spec.columns) : rows;
}

/** Asks one question of the world. The answer is what `result` means in the expressions beside it. */
export async function ask(spec: ReadSpec, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> {
  switch (spec.kind) {
    case "sql.read":
      return readSql(spec, scope, ports);
    case "volume":
      return readVolume(spec, scope, ports);
    case "cloudstack":
      return readCloudstack(spec, scope, ports);
    case "process": {
      if (spec.op === "api") return (await ports.process.api()) as Result<Json, Failure>;
      const devices = texts("devices", spec.devices, scope);
      if (!devices.ok) return broken(devices.error.message);
      return (await ports.process.holders(devices.value)) as unknown as Result<Json, Failure>;
    }
    case "wait":
      await ports.clock.sleep(spec.seconds);
      return ok(null);
    case "check":
      return ok(null);
    default:
      return spec satisfies never;
  }
}

/** The facts that a read keeps, each an expression over its result. */
export function keep(
  facts: Readonly<Record<string, string>>,
  scope: Scope,
): Result<Record<string, Json>, { readonly message: string }> {
  const result: Record<string, Json> = {};
  for (const [name, expression] of Object.entries(facts)) {
    const value = evaluate(expression, { ...scope, facts: { ...scope.facts, ...result } });
    if (!value.ok) return err({ message: `fact ${name} (${expression}) has no value: ${value.error.message}` });
    result[name] = value.value;
  }
  return ok(result);
}

/** What a probe saw: whether it holds, the sentence that says so, the answer itself, and how much was in it. */
export interface Observation {
  readonly holds: boolean;
  readonly says: string;
  readonly answer: Json;
  readonly saw: Saw;
}

/** Asks a probe. A question that could not be asked or answered is a failure, never "does not hold". */
export async function probe(spec: ProbeSpec, scope: Scope, ports: Ports): Promise<Result<Observation, Failure>> {
  const answer = await ask(spec.read, scope, ports);
  if (!answer.ok) return answer;
  const answered = { ...scope, result: answer.value };
  const met = holds(spec.expect, answered);
  if (!met.ok) return broken(`${met.error.expression}: ${met.error.message}`);
  const says = met.value || spec.because === undefined ? fill(spec.title, answered) : fill(spec.because, answered);
  return ok({ holds: met.value, says, answer: answer.value, saw: sawIn(answer.value, spec.none_expected) });
}
