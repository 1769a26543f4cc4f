/** `sql.change`: one bound statement, previewed under locks, applied only to the rows that were approved. */
import type { Scope } from "../expression.ts";
import type { JsonObject } from "../json.ts";
import type { Attempt, ChangeKind, RequestError } from "../kind.ts";
import type { Dispatched, Held, Ports } from "../ports.ts";
import type { ChangePreview, SqlChange, Undo } from "../sql-port.ts";
import { ok, type Result } from "../result.ts";
import type { ChangeSpec, Risk } from "../spec.ts";
import { count, sqlValues, texts } from "../values.ts";

type Spec = Extract<ChangeSpec, { kind: "sql.change" }>;

/** The change inside a request, as `request` made it. */
export const changeOf = (request: JsonObject): SqlChange => request as unknown as SqlChange;
const previewOf = (preview: JsonObject | null): ChangePreview => preview as unknown as ChangePreview;

const verbOf = (sql: string): string => (/^\s*([a-z]+)/iu.exec(sql)?.[1] ?? "").toUpperCase();

function request(spec: Spec, scope: Scope): Result<JsonObject, RequestError> {
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
  return ok({ sql: spec.sql, values: values.value, touches });
}

function describe(found: JsonObject): string {
  const { touches, sql } = changeOf(found);
  const rows = "exactly" in touches.rows ? `exactly ${touches.rows.exactly}` : `at most ${touches.rows.at_most}`;
  const verb = verbOf(sql) === "DELETE" ? "Delete from" : "Change";
  const whose =
    touches.within === null ? "" : `, only where ${touches.within.column} is ${touches.within.values.join(" or ")}`;
  return `${verb} ${touches.table}: ${rows} row(s)${whose}`;
}

/** Comes back as soon as the undo is known, with the transaction still open, or when it ended before that. */
function dispatch(attempt: Attempt, ports: Ports): Promise<Dispatched | Held> {
  return new Promise((resolve, reject) => {
    const decision = Promise.withResolvers<boolean>();
    const keep = (undo: Undo): Promise<boolean> => {
      const decide: Held["decide"] = (commit) => {
        decision.resolve(commit);
        return ended;
      };
      resolve({ kind: "held", undo, decide });
      return decision.promise;
    };
    const named = attempt.prepared["connection_id"];
    const tag = { ...attempt.tag, ...(typeof named === "string" ? { connection_id: named } : {}) };
    const ended = ports.sql.apply(changeOf(attempt.request), previewOf(attempt.preview), tag, keep);
    ended.then((outcome) => resolve({ kind: "ended", outcome }), reject);
  });
}

async function settle(attempt: Attempt, ports: Ports): Promise<Dispatched> {
  const change = changeOf(attempt.request);
  return { kind: "ended", outcome: await ports.sql.settle(change, previewOf(attempt.preview), attempt.prepared) };
}

export const sqlChange: ChangeKind<Spec> = {
  every: 1,
  risk: (spec): Risk => (verbOf(spec.sql) === "DELETE" ? "destroy" : "change"),
  request,
  describe,
  cannotUndo: () => null,
  preview: async (found, ports) => {
    const preview = await ports.sql.preview(changeOf(found));
    return preview.ok ? ok(preview.value as unknown as JsonObject) : preview;
  },
  prepare: (_request, ports) => ports.sql.beforeIntent(),
  dispatch,
  poll: () => Promise.reject(new Error("a statement is never waited for under an id")),
  settle,
  shownByVerify: () => false,
};
