/** `http.get`: one question to a service; its answer is rows. */
import { rowsOf, type RowsSpec } from "../../answer-rows.ts";
import type { Scope } from "../../expression.ts";
import { unaskable } from "../../question.ts";
import type { Expression, ReadSpec, Template } from "../../spec.ts";
import type { ReadForm } from "../../step-kind.ts";
import { pathOf, pathOutline } from "../../url-path.ts";
import { queryOf, queryOutline, queryText } from "../../url-query.ts";
import type { HttpReply } from "../../../ports/http.ts";
import type { Json } from "../../../ports/json.ts";
import { failure, type Failure } from "../../../ports/outcome.ts";
import type { Ports } from "../../../ports/ports.ts";
import { oneLine } from "../../../text/sentence.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import { COUNTERPART, isAccepted, isRefusal, lacksService, replyText, serviceIn } from "./service.ts";

export interface HttpReadSpec extends ReadSpec, RowsSpec {
  readonly kind: "http";
  readonly op: "get";
  readonly path: Template;
  readonly connection?: string;
  readonly query?: Readonly<Record<string, Expression>>;
  /** Codes that mean an answer; 200 to 299 where it is missing. */
  readonly accepted?: readonly number[];
  /** 404 is the answer that there is none. */
  readonly missing?: "empty";
}

const MISSING = 404;

/** An answer that is none: a clear no, a service or a proxy in trouble, or something that nobody asked for. */
function notAccepted(name: string, request: string, reply: HttpReply): Failure {
  const kind = isRefusal(reply.status) ? "refused" : reply.status >= 500 ? "unreachable" : "garbled";
  return failure(kind, `${replyText(name, request, reply)}.`, String(reply.status));
}

function rowsIn(reply: HttpReply, spec: HttpReadSpec, name: string, request: string): Result<Json, Failure> {
  if (reply.status === MISSING && spec.missing === "empty") return ok([]);
  if (!isAccepted(reply.status, spec.accepted)) return err(notAccepted(name, request, reply));
  if (reply.json === undefined)
    return err(failure("garbled", `${replyText(name, request, reply)} (which is no JSON).`, null));
  const rows = rowsOf(reply.json, spec);
  return rows.ok
    ? rows
    : err(failure("garbled", `The answer of ${name} to ${request} is not understood: ${rows.error}.`));
}

async function ask(spec: HttpReadSpec, scope: Scope, ports: Ports): Promise<Result<Json, Failure>> {
  const path = pathOf("path", spec.path, scope);
  if (!path.ok) return unaskable(path.error.message);
  const query = queryOf(spec.query ?? {}, scope);
  if (!query.ok) return unaskable(query.error.message);
  const service = serviceIn(ports.http, spec.connection);
  if (service === undefined)
    return err(failure("refused", `${lacksService(spec.connection, ports) ?? "the service is missing"}.`));
  const whole = `${path.value}${queryText(query.value)}`;
  const reply = await service.ask(whole);
  return reply.ok ? rowsIn(reply.value, spec, service.name, `GET ${whole}`) : reply;
}

/** The question as it stands in the file, and what of its answer are rows. */
function outline({ path, connection, query = {}, rows, accepted, missing }: HttpReadSpec): string {
  const parts = [
    `${connection === undefined ? "" : `${connection}: `}GET ${pathOutline(path)}${queryOutline(query)}`,
    ...(rows === undefined ? [] : [`rows ${rows}`]),
    ...(accepted === undefined ? [] : [`an answer with ${accepted.join(" or ")}`]),
    ...(missing === undefined ? [] : ["none where it answers 404"]),
  ];
  return oneLine(parts.join(", "));
}

export const httpGet: ReadForm<HttpReadSpec> = {
  fields: {
    path: "path",
    connection: "connection",
    query: "query",
    rows: "member",
    from: "members",
    columns: "columns",
    optional: "names",
    accepted: "codes",
    missing: ["empty"],
  },
  answer: "rows",
  counterpart: COUNTERPART,
  outline,
  ask,
};
