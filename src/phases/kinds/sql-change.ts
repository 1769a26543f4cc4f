/** `sql.change`: one bound statement, previewed under locks, applied only to the rows that were approved. */
import type { Scope } from "../expression.ts";
import { previewLines } from "../diff-lines.ts";
import { rowTable } from "../diff-table.ts";
import type { Json, JsonObject } from "../../ports/json.ts";
import {
  UNSEEN,
  type Attempt,
  type ChangeKind,
  type EffectPart,
  type RequestError,
  type WayBack,
} from "../change-kind.ts";
import type { Dispatched, Held } from "../../ports/dispatch.ts";
import type { Ports } from "../../ports/ports.ts";
import type { CellDiff, ChangePreview, SqlChange, SqlPort, SqlValue, TablePreview, Undo } from "../../ports/sql.ts";
import { safeLines } from "../../text/safe-text.ts";
import { clean } from "../../text/sentence.ts";
import { ok, type Result } from "../../ports/result.ts";
import type { ChangeSpec, Expression, Risk, TouchesSpec } from "../spec.ts";
import { databaseIn, lacksDatabase } from "../connection.ts";
import type { StepKind } from "../step-kind.ts";
import { count, sqlValues, texts } from "../values.ts";

export interface SqlChangeSpec extends ChangeSpec {
  readonly kind: "sql.change";
  readonly sql: string;
  readonly connection?: string;
  readonly params: Readonly<Record<string, Expression>>;
  readonly touches: TouchesSpec;
  /** The whole request, where no runbook made it: a statement that a person typed, or an undo. */
  readonly request?: JsonObject;
}

/** The change inside a request, as `request` made it. */
export const changeOf = (request: JsonObject): SqlChange => request as unknown as SqlChange;
const previewOf = (preview: JsonObject | null): ChangePreview => preview as unknown as ChangePreview;

/** The database that a request is for. */
const sqlOf = (body: JsonObject, ports: Ports): SqlPort => databaseIn(ports, changeOf(body).connection);

const verbOf = (sql: string): string => (/^\s*([a-z]+)/iu.exec(sql)?.[1] ?? "").toUpperCase();

function request(spec: SqlChangeSpec, scope: Scope): Result<JsonObject, RequestError> {
  if (spec.request !== undefined) return ok(spec.request);
  const values = sqlValues(spec.params, scope);
  if (!values.ok) return values;
  const exactly = "exactly" in spec.touches.rows;
  const bound = exactly
    ? count("touches.rows.exactly", (spec.touches.rows as { exactly: string }).exactly, scope)
    : count("touches.rows.at_most", (spec.touches.rows as { at_most: string }).at_most, scope);
  if (!bound.ok) return bound;
  const within = texts("touches.within", spec.touches.within.in, scope);
  if (!within.ok) return within;
  const touches = {
    table: spec.touches.table,
    rows: exactly ? { exactly: bound.value } : { at_most: bound.value },
    within: { column: spec.touches.within.column, values: within.value },
  };
  const place = spec.connection === undefined ? {} : { connection: spec.connection };
  return ok({ ...place, sql: spec.sql, values: values.value, touches });
}

function describe(body: JsonObject): string {
  const { touches, sql, connection } = changeOf(body);
  const place = connection === undefined ? "" : ` in ${connection}`;
  const rows = "exactly" in touches.rows ? `exactly ${touches.rows.exactly}` : `at most ${touches.rows.at_most}`;
  const verb = verbOf(sql) === "DELETE" ? "Delete from" : "Change";
  const restriction =
    touches.within === null ? "" : `, only where ${touches.within.column} is ${touches.within.values.join(" or ")}`;
  return `${verb} ${touches.table}${place}: ${rows} row(s)${restriction}`;
}

/** Comes back as soon as the undo is known, with the transaction still open, or when it ended before that. */
function dispatch(attempt: Attempt, ports: Ports): Promise<Dispatched | Held> {
  return new Promise((resolve, reject) => {
    const decision = Promise.withResolvers<boolean>();
    const keep = (undo: Undo): Promise<boolean> => {
      const decide: Held["decide"] = (commit) => {
        decision.resolve(commit);
        return ending;
      };
      resolve({ kind: "held", undo, decide });
      return decision.promise;
    };
    const connectionId = attempt.prepared["connection_id"];
    const tag = { ...attempt.tag, ...(typeof connectionId === "string" ? { connection_id: connectionId } : {}) };
    const ending = sqlOf(attempt.request, ports).apply(
      changeOf(attempt.request),
      previewOf(attempt.preview),
      tag,
      keep,
    );
    ending.then((outcome) => resolve({ kind: "ended", outcome }), reject);
  });
}

async function settle(attempt: Attempt, ports: Ports): Promise<Dispatched> {
  const change = changeOf(attempt.request);
  const sql = sqlOf(attempt.request, ports);
  return { kind: "ended", outcome: await sql.settle(change, previewOf(attempt.preview), attempt.prepared) };
}

/** The rows that an undo carries are shown as rows, not as one text of any length. */
const short = (text: string): string =>
  text.length <= 1000 ? text : `${text.slice(0, 200)}… (${text.length} characters)`;

function valueText(value: SqlValue, rowsShown: boolean): string {
  if (value === null) return "NULL";
  if (typeof value !== "string") return value.join(", ");
  return rowsShown ? short(value) : value;
}

/** The statement line by line as it is sent, and its values. */
function requestLines(body: JsonObject): string[] {
  const { sql, values, expects, connection } = changeOf(body);
  return [
    ...(connection === undefined ? [] : [`on the connection ${clean(connection)}:`]),
    ...safeLines(sql.trim()).map((line) => line.trimEnd()),
    ...Object.entries(values).map(([name, value]) => `:${name} = ${clean(valueText(value, expects !== undefined))}`),
  ];
}

const oneLine = (text: string): string => clean(text).replace(/\s+/gu, " ").trim();

/** The statement as it stands, and how far it may reach: what a grant binds. */
function outline({ sql, touches, connection }: SqlChangeSpec): string[] {
  const rows = "exactly" in touches.rows ? `exactly ${touches.rows.exactly}` : `at most ${touches.rows.at_most}`;
  return [
    `${connection === undefined ? "" : `${connection}: `}${oneLine(sql)}`,
    oneLine(`touches ${touches.table}: ${rows} row(s), only where ${touches.within.column} is in ${touches.within.in}`),
  ];
}

function wayBack(preview: JsonObject | null): WayBack {
  const { blind, undo } = (preview ?? {}) as Partial<ChangePreview>;
  if (blind !== undefined) return { kind: "none", why: ["without a preview nothing is kept that could take it back"] };
  if (undo !== undefined) return undo;
  return UNSEEN;
}

/** Values that the server, a clock or chance decides at the commit are only examples, and change with every look. */
function seal(preview: JsonObject): Json {
  const table = (part: TablePreview): unknown => {
    const { diff } = part;
    if (diff === undefined) return part;
    const cell = (member: CellDiff): unknown => (member.at_commit === true ? { ...member, after: null } : member);
    const rows = diff.rows.map((row) => ({ ...row, cells: row.cells.map(cell) }));
    const columns = diff.columns.map((column) => (column.at_commit ? { ...column, commonest: [] } : column));
    return { ...part, diff: { ...diff, rows, columns } };
  };
  const changePreview = previewOf(preview);
  if (changePreview.blind !== undefined) return preview;
  return { ...(table(changePreview) as JsonObject), others: (changePreview.others ?? []).map(table) as Json[] };
}

const rowsOf = (table: TablePreview): number => table.diff?.changed ?? table.matched;

/** The tables that it changes; without a preview nobody has counted. */
function effects(_found: JsonObject, preview: JsonObject | null): EffectPart[] {
  const changePreview = preview === null ? null : previewOf(preview);
  if (changePreview === null || typeof changePreview.table !== "string" || changePreview.blind !== undefined)
    return [{ what: "rows that were not counted", verb: "", count: 1 }];
  return [changePreview, ...(changePreview.others ?? [])].map((table) => ({
    what: table.table,
    verb: table.diff?.verb ?? "update",
    count: rowsOf(table),
  }));
}

export const sqlChange: ChangeKind<SqlChangeSpec> = {
  forms: { "": { sql: "sql", connection: "connection", params: "params", touches: "touches" } },
  limit: 30,
  every: 1,
  counterpart: "the database",
  looks:
    "whether the approved rows are as they were or as they were to become, once the run's lock shows that the old connection is gone",
  outline,
  requestLines,
  isOwn: (body) => changeOf(body).expects !== undefined,
  keepsUndo: () => true,
  wayBack: (_spec, preview) => wayBack(preview),
  previewLines: (preview, options) => previewLines(previewOf(preview), options),
  previewTable: (preview) => rowTable(previewOf(preview)),
  seal,
  effects,
  risk: (spec): Risk => (verbOf(spec.sql) === "DELETE" ? "destroy" : "change"),
  request,
  describe,
  preview: async (body, ports) => {
    const preview = await sqlOf(body, ports).preview(changeOf(body));
    return preview.ok ? ok(preview.value as unknown as JsonObject) : preview;
  },
  holds: (_body, preview) => preview !== null && preview["none"] !== true && previewOf(preview).blind === undefined,
  prepare: (body, ports) => sqlOf(body, ports).beforeIntent(),
  dispatch,
  poll: () => Promise.reject(new Error("a statement is never waited for under an id")),
  settle,
  trace: "rows",
};

export const sqlChangeKind: StepKind = {
  summary: "One UPDATE, DELETE or INSERT, previewed under locks and carried out on the rows that were approved.",
  reads: {},
  change: sqlChange,
  connection: "mysql",
  lacks: (spec, ports) => lacksDatabase((spec as SqlChangeSpec).connection, ports),
};
