/** What goes on at a service after it took a request: known by an id in its answer, asked about until it says that it is over. */
import { evaluate, holds, NO_SCOPE, type Scope } from "../../expression.ts";
import type { RequestError } from "../../change-kind.ts";
import type { Expression, Template } from "../../spec.ts";
import { HOLE, isHole, jobPathOf, withJob } from "../../url-path.ts";
import { queryOf, queryText, type QueryValue } from "../../url-query.ts";
import type { HttpPort, HttpReply } from "../../../ports/http.ts";
import type { Json } from "../../../ports/json.ts";
import { failure, type Failure, type Outcome } from "../../../ports/outcome.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import { clean } from "../../../text/sentence.ts";
import { isAccepted, isRefusal, replyText } from "./service.ts";

/** A job as a runbook writes it. All but the path are expressions over `result`, the service's answer. */
export interface JobSpec {
  readonly id: Expression;
  /** The path that is asked; `${job}` is the id. */
  readonly poll: Template;
  readonly query?: Readonly<Record<string, Expression>>;
  readonly done: Expression;
  readonly failed: Expression;
  readonly message?: Expression;
}

/** The same in a request: with the values of the path, and `{job}` where the id stands. */
export interface Job {
  readonly id: Expression;
  readonly poll: string;
  /** null: the id. */
  readonly query?: Readonly<Record<string, QueryValue | null>>;
  readonly done: Expression;
  readonly failed: Expression;
  readonly message?: Expression;
}

/** In place of a job's status: it may still be at work for all that is known. */
const FORGOTTEN = "forgotten";
export const isForgotten = ({ evidence }: Extract<Outcome, { kind: "unknown" }>): boolean =>
  evidence["status"] === FORGOTTEN;

const MOST_ID = 200;
const MOST_MESSAGE = 1000;

/** What a job's expressions may name: the answer alone. */
const over = (result: Json): Scope => ({ ...NO_SCOPE, result });

export function jobOf(spec: JobSpec, scope: Scope): Result<Job, RequestError> {
  const poll = jobPathOf("job.poll", spec.poll, scope);
  if (!poll.ok) return poll;
  const params = Object.entries(spec.query ?? {});
  const holes = params.filter(([, expression]) => isHole(expression)).map(([param]) => [param, null] as const);
  const query = queryOf(Object.fromEntries(params.filter(([, expression]) => !isHole(expression))), scope);
  if (!query.ok) return query;
  const { id, done, failed, message } = spec;
  return ok({
    id,
    poll: poll.value,
    ...(spec.query === undefined ? {} : { query: { ...Object.fromEntries(holes), ...query.value } }),
    done,
    failed,
    ...(message === undefined ? {} : { message }),
  });
}

const asText = (value: Json): string =>
  typeof value === "number" ? String(value) : typeof value === "string" ? value : "";

/** The id of the job that an answer names; a sentence without its full stop where it names none. */
export function jobIdOf({ id: expression }: Job, { json }: HttpReply): Result<string, string> {
  if (json === undefined) return err("is no JSON, and so names no job");
  const value = evaluate(expression, over(json));
  if (!value.ok) return err(`names no job: ${expression}: ${value.error.message}`);
  const id = asText(value.value);
  if (id === "") return err(`names no job: ${expression} is empty, or no text`);
  return id.length > MOST_ID ? err(`names a job by ${id.length} characters, and ${MOST_ID} are the most`) : ok(id);
}

function messageOf({ message: expression }: Job, json: Json): string {
  if (expression === undefined) return "";
  const value = evaluate(expression, over(json));
  return value.ok ? clean(asText(value.value)).slice(0, MOST_MESSAGE) : "";
}

/** How a job stands, by its answer: null while it is going, a failure where nobody can tell. */
function outcomeOf(job: Job, id: string, json: Json, name: string): Result<Outcome | null, Failure> {
  const done = holds(job.done, over(json));
  const failed = holds(job.failed, over(json));
  const trouble = !done.ok ? done.error : !failed.ok ? failed.error : null;
  const unread = (why: string) =>
    err(failure("garbled", `What ${name} says of its job ${id} is not understood: ${why}.`));
  if (trouble !== null) return unread(`${trouble.expression}: ${trouble.message}`);
  const [isDone, hasFailed] = [done.ok && done.value, failed.ok && failed.value];
  if (isDone && hasFailed) return unread("it is done and failed at once");
  if (isDone) return ok({ kind: "applied", evidence: { job: id, status: "done" } });
  if (!hasFailed) return ok(null);
  const word = messageOf(job, json);
  // A job that failed may have done its work before.
  const message = `${name} says that its job ${id} failed${word === "" ? "" : `: ${word}`}`;
  return ok({ kind: "unknown", message, evidence: { job: id, status: "failed", error: word }, word: { code: null } });
}

/** The path at which a job is asked about, as a person reads it. */
export function pollText({ poll, query = {} }: Job): string {
  const pairs = Object.entries(query).map(([param, value]) =>
    value === null ? `${param}=‹job›` : queryText({ [param]: value }).slice(1),
  );
  return `GET ${poll.replaceAll(HOLE, "‹job›")}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
}

/** Looks at a job. */
export async function pollJob(job: Job, id: string, service: HttpPort): Promise<Result<Outcome | null, Failure>> {
  const path = withJob(job.poll, id);
  if (!path.ok)
    return err(failure("garbled", `The job ${id} of ${service.name} cannot be asked about: ${path.error.message}.`));
  const query = Object.entries(job.query ?? {}).map(([param, value]) => [param, value ?? id] as const);
  const whole = `${path.value}${queryText(Object.fromEntries(query))}`;
  const reply = await service.ask(whole);
  if (!reply.ok) return reply;
  const { status, json } = reply.value;
  const says = replyText(service.name, `GET ${whole}`, reply.value);
  if (status === 404 || status === 410) {
    // It answers, and does not know the job any more: nothing will be heard of it, and nothing is known.
    return ok({ kind: "unknown", message: says, evidence: { job: id, status: FORGOTTEN }, word: { code: null } });
  }
  if (!isAccepted(status, undefined))
    return err(failure(isRefusal(status) ? "refused" : "unreachable", `${says}.`, String(status)));
  if (json === undefined) return err(failure("garbled", `${says} (which is no JSON).`));
  return outcomeOf(job, id, json, service.name);
}
