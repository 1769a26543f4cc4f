/**
 * `http.post`, `put`, `patch`, `delete`: one request, sent once. What its answer does not say for certain is unknown: a lost answer,
 * a code that is not accepted, a job that failed. Whether it was done then its effect shows, or a person.
 */
import type { Attempt, ChangeKind, RequestError, WayBack } from "../../change-kind.ts";
import type { Scope } from "../../expression.ts";
import type { Fields } from "../../field.ts";
import { jsonOf, type JsonTree } from "../../json-tree.ts";
import type { ChangeSpec, Expression, Template } from "../../spec.ts";
import { pathOf, pathOutline } from "../../url-path.ts";
import { queryOf, queryOutline, queryText, type QueryValue } from "../../url-query.ts";
import type { Dispatched } from "../../../ports/dispatch.ts";
import type { HttpChange, HttpReply } from "../../../ports/http.ts";
import type { Json, JsonObject } from "../../../ports/json.ts";
import { failure, type Failure, type Outcome } from "../../../ports/outcome.ts";
import type { Ports } from "../../../ports/ports.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import { safeLines } from "../../../text/safe-text.ts";
import { clean, oneLine } from "../../../text/sentence.ts";
import { isForgotten, jobIdOf, jobOf, pollJob, pollText, type Job, type JobSpec } from "./job.ts";
import { COUNTERPART, isAccepted, isRefusal, lacksService, replyText, serviceIn } from "./service.ts";

const METHODS = { post: "POST", put: "PUT", patch: "PATCH", delete: "DELETE" } as const;

export interface HttpChangeSpec extends ChangeSpec {
  readonly kind: "http";
  readonly op: keyof typeof METHODS;
  readonly path: Template;
  readonly connection?: string;
  readonly query?: Readonly<Record<string, Expression>>;
  readonly body?: JsonTree;
  /** Codes that mean that it was done, or taken where there is a job; 200 to 299 where it is missing. */
  readonly accepted?: readonly number[];
  readonly job?: JobSpec;
}

interface Request {
  readonly op: HttpChangeSpec["op"];
  readonly connection?: string;
  readonly path: string;
  /** The path as the runbook has it, without values: what prohibitions and counts are about. */
  readonly route: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: Json;
  readonly accepted?: readonly number[];
  readonly job?: Job;
}

const requestOf = (request: JsonObject): Request => request as unknown as Request;
const methodOf = ({ op }: Pick<Request, "op">): HttpChange["method"] => METHODS[op];
const whole = ({ path, query = {} }: Request): string => `${path}${queryText(query)}`;
const callText = (request: Request): string => `${methodOf(request)} ${whole(request)}`;

/** What of a request is there, made one after the other; the first that cannot be made says why. */
function request(spec: HttpChangeSpec, scope: Scope): Result<JsonObject, RequestError> {
  const { op, connection, accepted } = spec;
  const path = pathOf("path", spec.path, scope);
  if (!path.ok) return path;
  const query = queryOf(spec.query ?? {}, scope);
  if (!query.ok) return query;
  const body = spec.body === undefined ? ok(undefined) : jsonOf(spec.body, scope);
  if (!body.ok) return body;
  const job = spec.job === undefined ? ok(undefined) : jobOf(spec.job, scope);
  if (!job.ok) return job;
  const parts = { connection, query: spec.query && query.value, body: body.value, accepted, job: job.value };
  const present = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as JsonObject;
  return ok({ op, path: path.value, route: spec.path, ...present });
}

function describe(body: JsonObject): string {
  const call = requestOf(body);
  const { connection, job } = call;
  return `Send ${callText(call)}${connection === undefined ? "" : ` to ${connection}`}${job === undefined ? "" : ", and wait for its job"}`;
}

const codesText = (codes: readonly number[] | undefined): string =>
  codes === undefined ? "200 to 299" : codes.join(" or ");

const jobLines = (job: Job | undefined): string[] =>
  job === undefined
    ? []
    : [
        `its job is ${oneLine(job.id)} of the answer, asked about with ${clean(pollText(job))}:`,
        `done when ${oneLine(job.done)}, failed when ${oneLine(job.failed)}`,
      ];

function requestLines(body: JsonObject): string[] {
  const call = requestOf(body);
  return [
    ...(call.connection === undefined ? [] : [`on the connection ${clean(call.connection)}:`]),
    clean(callText(call)),
    ...(call.body === undefined ? [] : safeLines(JSON.stringify(call.body, null, 2))),
    `${call.job === undefined ? "done" : "taken"} when it answers ${codesText(call.accepted)}`,
    ...jobLines(call.job),
  ];
}

/** The request as it stands in the file: what a grant binds. */
function outline({ op, path, connection, query = {}, body, accepted, job }: HttpChangeSpec): string[] {
  const place = connection === undefined ? "" : `${connection}: `;
  return [
    oneLine(`${place}${METHODS[op]} ${pathOutline(path)}${queryOutline(query)}`),
    ...(body === undefined ? [] : [oneLine(`sends ${typeof body === "string" ? body : JSON.stringify(body)}`)]),
    `${job === undefined ? "done" : "taken"} when it answers ${codesText(accepted)}`,
    ...(job === undefined ? [] : jobOutline(job)),
  ];
}

const jobOutline = ({ id, poll, query = {}, done, failed, message }: JobSpec): string[] => [
  oneLine(`its job is ${id} of the answer: then asks GET ${pathOutline(poll)}${queryOutline(query)}`),
  oneLine(`done when ${done}, failed when ${failed}${message === undefined ? "" : `, for the reason ${message}`}`),
];

const wayBack = ({ op }: HttpChangeSpec): WayBack => ({ kind: op === "delete" ? "none" : "other", why: [] });

const ended = (outcome: Outcome): Dispatched => ({ kind: "ended", outcome });
const unknown = (message: string, evidence: JsonObject = {}): Outcome => ({ kind: "unknown", message, evidence });

/** What an answer says of a request that was sent. A code of 400 to 499 is a word, and no proof that nothing was done. */
function outcomeOf(call: Request, name: string, reply: HttpReply): Dispatched {
  const { status, excerpt } = reply;
  const evidence = { status, answer: excerpt };
  const says = replyText(name, callText(call), reply);
  if (!isAccepted(status, call.accepted)) {
    const outcome = unknown(`${says}. Whether it was done that does not say`, evidence);
    return ended(isRefusal(status) ? ({ ...outcome, word: { code: String(status) } } as Outcome) : outcome);
  }
  if (call.job === undefined) return ended({ kind: "applied", evidence });
  const id = jobIdOf(call.job, reply);
  return id.ok
    ? { kind: "accepted", id: id.value }
    : ended(unknown(`${name} took ${callText(call)} with ${status}, but its answer ${id.error}`, evidence));
}

async function dispatch({ request: body }: Attempt, ports: Ports): Promise<Dispatched> {
  const call = requestOf(body);
  const service = serviceIn(ports.http, call.connection);
  const notSent = (message: string): Dispatched =>
    ended({ kind: "not-applied", why: "not-sent", code: null, message, evidence: {} });
  if (service === undefined) return notSent(lacksService(call.connection, ports) ?? "the service is missing");
  const json = call.body === undefined ? {} : { json: call.body };
  const sent = await service.send({ method: methodOf(call), path: whole(call), ...json });
  if (sent.kind === "answered") return outcomeOf(call, service.name, sent.reply);
  return sent.kind === "not-sent" ? notSent(sent.message) : ended(unknown(sent.message, { sent: true }));
}

function poll(id: string, body: JsonObject, ports: Ports): Promise<Result<Outcome | null, Failure>> {
  const { job, connection } = requestOf(body);
  if (job === undefined) return Promise.reject(new Error("a request without a job has no id to wait for"));
  const service = serviceIn(ports.http, connection);
  const lack = failure("unreachable", lacksService(connection, ports) ?? "the service is missing");
  return service === undefined ? Promise.resolve(err(lack)) : pollJob(job, id, service);
}

const LOST = "it was sent, and no answer to it was written down; the service keeps nothing by which it could be found";

/** Looks at the job; without one nothing can be known from the request itself. */
async function settle(attempt: Attempt, ports: Ports): Promise<Dispatched> {
  if (attempt.remote === null) return ended(attempt.known ?? unknown(LOST));
  const observation = await poll(attempt.remote, attempt.request, ports);
  if (!observation.ok) return ended(unknown(observation.error.message));
  const { value: outcome } = observation;
  if (outcome === null) return { kind: "accepted", id: attempt.remote };
  // Nothing will be heard of a job that is forgotten, which is no word about what it did.
  return ended(
    outcome.kind === "unknown" && isForgotten(outcome) ? unknown(outcome.message, outcome.evidence) : outcome,
  );
}

const fields: Fields = {
  path: "path",
  connection: "connection",
  query: "query",
  body: "body",
  accepted: "codes",
  job: "job",
};

export const httpChange: ChangeKind<HttpChangeSpec> = {
  forms: { post: fields, put: fields, patch: fields, delete: fields },
  limit: 300,
  every: 5,
  counterpart: COUNTERPART,
  looks:
    "the job, where an answer named one, and whether what it was to bring about is there and was seen missing right before",
  risk: ({ op }) => (op === "delete" ? "destroy" : "change"),
  outline,
  request,
  describe,
  requestLines,
  wayBack,
  preview: () => Promise.resolve(ok(null)),
  previewLines: () => [],
  seal: (preview) => preview,
  effects: (body) => {
    const call = requestOf(body);
    return [{ what: `${methodOf(call)} ${pathOutline(call.route)}`, verb: "", count: 1 }];
  },
  prepare: () => Promise.resolve(ok({})),
  dispatch,
  poll,
  settle,
  trace: "state",
  refusesByErrors: true,
};
