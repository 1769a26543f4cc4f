/**
 * `sql.admin`: what changes a database server itself and no row, out of a closed list. Its page shows the facts that it meets; it
 * is sent once, and only while they are the same; after a lost answer it is looked at.
 */
import { createHash } from "node:crypto";
import {
  UNSEEN,
  type Attempt,
  type ChangeKind,
  type EffectPart,
  type RequestError,
  type Trace,
  type WayBack,
} from "../change-kind.ts";
import { adminIn, lacksDatabase } from "../connection.ts";
import type { Scope } from "../expression.ts";
import { evaluate } from "../expression.ts";
import type { Dispatched, Held } from "../../ports/dispatch.ts";
import { canonical, type JsonObject } from "../../ports/json.ts";
import { failure, type Failure, type Outcome } from "../../ports/outcome.ts";
import type { Ports } from "../../ports/ports.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { FLUSHES, type AdminAct, type AdminFacts, type AdminPort } from "../../ports/sql-admin.ts";
import type { Undo } from "../../ports/sql.ts";
import { clean } from "../../text/sentence.ts";
import type { ChangeSpec, Expression } from "../spec.ts";
import type { StepKind } from "../step-kind.ts";
import { text } from "../values.ts";

type Op = AdminAct["op"];

interface AdminSpec extends ChangeSpec {
  readonly kind: "sql.admin";
  readonly op: Op;
  readonly connection?: string;
  readonly thread?: Expression;
  readonly channel?: Expression;
  readonly variable?: string;
  readonly value?: Expression;
  readonly to?: Expression;
  readonly what?: string;
  /** The whole request, where no runbook made it: an undo. */
  readonly request?: JsonObject;
}

interface ActWords {
  readonly verb: string;
  /** Why nothing takes it back; `other`: something does, but not Handrail. */
  readonly back: "other" | "kept" | readonly string[];
  readonly trace: Trace;
}

/** What is said of each act, and how it shows: what is gone was there, what runs or is set may have been so before. */
const ACTS: Readonly<Record<Op, ActWords>> = {
  kill: {
    verb: "End connection",
    back: ["an ended connection cannot be brought back; what it had not committed is lost"],
    trace: "effect",
  },
  kill_query: {
    verb: "End the statement of connection",
    back: ["a statement that was ended is rolled back, and not run again"],
    trace: "state",
  },
  start_replica: { verb: "Start the replication", back: "other", trace: "state" },
  stop_replica: { verb: "Stop the replication", back: "other", trace: "state" },
  set_global: { verb: "Set the global variable", back: "kept", trace: "state" },
  purge_binary_logs: {
    verb: "Purge the binary logs before",
    back: ["purged binary logs cannot be brought back"],
    trace: "effect",
  },
  flush: { verb: "Flush", back: ["a flush leaves nothing to take back"], trace: "none" },
};

const actOf = (body: JsonObject): AdminAct => body["act"] as unknown as AdminAct;
const factsOf = (preview: JsonObject | null): AdminFacts => preview as unknown as AdminFacts;

/** What an act is about, after its verb. */
function subjectOf(act: AdminAct): string {
  switch (act.op) {
    case "kill":
    case "kill_query":
      return act.thread;
    case "start_replica":
    case "stop_replica":
      return act.channel;
    case "set_global":
      return `${act.variable} to ${JSON.stringify(act.value)}`;
    case "purge_binary_logs":
      return act.to;
    case "flush":
      return act.what;
  }
}

/** The id of a connection: a whole number, or its digits. */
function thread(expression: Expression, scope: Scope): Result<string, RequestError> {
  const value = evaluate(expression, scope);
  if (value.ok && typeof value.value === "number" && value.value > 0) return ok(String(value.value));
  return text("thread", expression, scope);
}

/** A text that may be empty. */
function valueOf(expression: Expression, scope: Scope): Result<string, RequestError> {
  const value = evaluate(expression, scope);
  if (!value.ok) return err({ message: `value (${expression}) has no value: ${value.error.message}` });
  return typeof value.value === "string" ? ok(value.value) : err({ message: `value (${expression}) is not a text` });
}

const named = (name: string, value: Result<string, RequestError>, act: object): Result<AdminAct, RequestError> =>
  value.ok ? ok({ ...act, [name]: value.value } as unknown as AdminAct) : value;

function actFrom({ op, ...spec }: AdminSpec, scope: Scope): Result<AdminAct, RequestError> {
  switch (op) {
    case "kill":
    case "kill_query":
      return named("thread", thread(spec.thread ?? "", scope), { op });
    case "start_replica":
    case "stop_replica":
      return named("channel", spec.channel === undefined ? ok("") : text("channel", spec.channel, scope), { op });
    case "set_global":
      return named("value", valueOf(spec.value ?? "", scope), { op, variable: spec.variable ?? "" });
    case "purge_binary_logs":
      return named("to", text("to", spec.to ?? "", scope), { op });
    case "flush":
      return ok({ op, what: spec.what as (typeof FLUSHES)[number] });
  }
}

function request(spec: AdminSpec, scope: Scope): Result<JsonObject, RequestError> {
  if (spec.request !== undefined) return ok(spec.request);
  const act = actFrom(spec, scope);
  if (!act.ok) return act;
  const place = spec.connection === undefined ? {} : { connection: spec.connection };
  return ok({ ...place, act: act.value });
}

const connectionOf = (body: JsonObject): string | undefined => {
  const name = body["connection"];
  return typeof name === "string" ? name : undefined;
};

/** The port of a request; a failure where the site has none. */
function portOf(body: JsonObject, ports: Ports): Result<AdminPort, Failure> {
  const port = adminIn(ports, connectionOf(body));
  return port === null ? err(failure("refused", "The site has no such mysql connection.")) : ok(port);
}

const placeText = (body: JsonObject): string => {
  const name = connectionOf(body);
  return name === undefined ? "" : ` on ${clean(name)}`;
};

async function preview(body: JsonObject, ports: Ports): Promise<Result<JsonObject | null, Failure>> {
  const port = portOf(body, ports);
  return port.ok ? port.value.survey(actOf(body)) : port;
}

/** The way back of a variable whose value no `SET` could say: it holds quotes, or is none. */
const FINAL_VALUE = { kind: "none", why: ["the value that it has cannot be set again"] } as const;

/** The undo of a set variable: the value that it has now, kept before it is set. */
function undoOf(body: JsonObject, facts: AdminFacts): Undo {
  const act = actOf(body);
  const { kept: old } = facts;
  if (act.op !== "set_global" || old === undefined) return { ...FINAL_VALUE, changes: [], sha256: "" };
  const { variable } = act;
  const title = `Set ${variable} back to ${JSON.stringify(old)}`;
  const back = { ...body, act: { op: "set_global", variable, value: old } };
  const kept = { changes: [], requests: [{ kind: "sql.admin", title, request: back }] };
  const sha256 = createHash("sha256").update(canonical(kept)).digest("hex");
  return { kind: "complete", why: [], ...kept, sha256 };
}

async function dispatch(attempt: Attempt, ports: Ports): Promise<Dispatched | Held> {
  const { request: body, prepared } = attempt;
  const port = portOf(body, ports);
  if (!port.ok) return { kind: "ended", outcome: refusalOf(port.error) };
  const connectionId = prepared["connection_id"];
  const tag = { ...attempt.tag, ...(typeof connectionId === "string" ? { connection_id: connectionId } : {}) };
  const facts = factsOf(attempt.preview);
  const act = actOf(body);
  const send = (): Promise<Outcome> => port.value.carryOut(act, facts, tag);
  if (act.op !== "set_global") return { kind: "ended", outcome: await send() };
  const unsent: Outcome = {
    kind: "not-applied",
    why: "not-sent",
    code: null,
    message: "Nothing was sent.",
    evidence: {},
  };
  return { kind: "held", undo: undoOf(body, facts), decide: (commit) => (commit ? send() : Promise.resolve(unsent)) };
}

const refusalOf = ({ message }: Failure): Outcome => ({
  kind: "not-applied",
  why: "not-sent",
  code: null,
  message,
  evidence: {},
});

async function settle(attempt: Attempt, ports: Ports): Promise<Dispatched> {
  const { request: body, prepared } = attempt;
  const port = portOf(body, ports);
  const outcome: Outcome = port.ok
    ? await port.value.settle(actOf(body), factsOf(attempt.preview), prepared)
    : { kind: "unknown", message: port.error.message, evidence: {} };
  return { kind: "ended", outcome };
}

function wayBack({ op }: AdminSpec, preview: JsonObject | null): WayBack {
  const { back } = ACTS[op];
  if (back === "kept" && preview === null) return UNSEEN;
  if (back === "kept") return factsOf(preview).kept === undefined ? FINAL_VALUE : { kind: "complete", why: [] };
  return back === "other" ? { kind: "other", why: [] } : { kind: "none", why: back };
}

const effects = (body: JsonObject): EffectPart[] => [{ what: actOf(body).op.replaceAll("_", " "), verb: "", count: 1 }];

const admin: ChangeKind<AdminSpec> = {
  forms: {
    kill: { thread: "int", connection: "connection" },
    kill_query: { thread: "int", connection: "connection" },
    start_replica: { channel: "optional-text", connection: "connection" },
    stop_replica: { channel: "optional-text", connection: "connection" },
    set_global: {
      variable: /^[a-z][a-z0-9_]{0,63}(\.[a-z0-9_]{1,64})?$/u,
      value: "text",
      connection: "connection",
    },
    purge_binary_logs: { to: "text", connection: "connection" },
    flush: { what: new RegExp(`^(${FLUSHES.join("|")})$`, "u"), connection: "connection" },
  },
  limit: 30,
  every: 1,
  counterpart: "the database",
  looks: "whether the server is as it was to become, once the run's lock shows that the old connection is gone",
  risk: () => "destroy",
  outline: ({ op, connection, ...spec }) => {
    const fields = [spec.thread, spec.channel, spec.variable, spec.value, spec.to, spec.what];
    const said = fields.filter((field) => field !== undefined).map(clean);
    return [`${connection === undefined ? "" : `${connection}: `}${[op, ...said].join(" ")}`];
  },
  request,
  describe: (body) => {
    const act = actOf(body);
    return `${ACTS[act.op].verb} ${clean(subjectOf(act))}`.trimEnd() + placeText(body);
  },
  requestLines: (body) => {
    const act = actOf(body);
    return [`${act.op.replaceAll("_", " ").toUpperCase()} ${clean(subjectOf(act))}`.trimEnd() + placeText(body)];
  },
  keepsUndo: ({ op }) => op === "set_global",
  wayBack,
  preview,
  previewLines: (body) => factsOf(body).seen.map(clean),
  seal: (body) => ({ same: factsOf(body).same }),
  effects,
  prepare: async (body, ports) => {
    const port = portOf(body, ports);
    return port.ok ? port.value.beforeIntent() : port;
  },
  dispatch,
  poll: () => Promise.reject(new Error("an administrative act is never waited for under an id")),
  settle,
  trace: (body) => ACTS[actOf(body).op].trace,
};

export const sqlAdminKind: StepKind = {
  summary:
    "One act on a database server itself: ends a connection, starts or stops a replication, sets a variable, purges logs.",
  reads: {},
  change: admin,
  connection: "mysql",
  lacks: (spec, ports) => lacksDatabase((spec as AdminSpec).connection, ports),
};
