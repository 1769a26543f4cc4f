/** CloudStack: signed requests, lists, and asynchronous jobs. Changes travel as GET too, so each says what it is. */
import type { JsonObject } from "../../../ports/json.ts";
import { failure, type Failure, type Outcome } from "../../../ports/outcome.ts";
import { provesNothingBegan } from "../ports/cloudstack.ts";
import type { AsyncJob, CloudStackPort } from "../ports/cloudstack.ts";
import type { Dispatched } from "../../../ports/dispatch.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import { jobOf, openEnvelope, rowsOf } from "./cloudstack/answer.ts";
import type { EndpointSource } from "./cloudstack/endpoint.ts";
import { pendingJobs, type JobPage } from "./cloudstack/jobs.ts";
import { signedQuery } from "./cloudstack/sign.ts";
import type { HttpClient, HttpRequest, HttpTrouble } from "../../../connections/http.ts";
import { textOf } from "../../../connections/json.ts";
import { sharedPoller } from "./shared-poller.ts";

export interface CloudStackOptions {
  readonly endpoint: EndpointSource;
  readonly http: HttpClient;
  readonly redact: (text: string) => string;
  /** Real milliseconds between two questions for jobs, while several are awaited. */
  readonly tickMs?: number;
}

type Params = Readonly<Record<string, string>>;
/** What went wrong with a request: it never left, its answer is missing or unreadable, or it was refused. */
type Trouble = { readonly kind: "not-sent" | "lost" | "garbled" | "refused"; readonly failure: Failure };

const MOST_PAGES = 20;
const PATIENCE = { totalMs: 60_000, idleMs: 60_000 };
const TICK_MS = 100;

/** Makes the CloudStack port. */
export function cloudStackPort(options: CloudStackOptions): CloudStackPort {
  return {
    list: (command, params) => list(options, command, params),
    submit: (command, params) => submit(options, command, params),
    job: sharedPoller({
      byId: (id) => job(options, id),
      together: pendingJobs(() => jobPage(options)),
      tickMs: options.tickMs ?? TICK_MS,
    }),
    jobs: () => jobs(options),
  };
}

/** The body of an answer, and by how many seconds CloudStack's clock is behind ours; null where it does not say. */
interface Answer {
  readonly body: JsonObject;
  readonly behind: number | null;
}

async function call(
  options: CloudStackOptions,
  kind: HttpRequest["kind"],
  command: string,
  params: Params,
): Promise<Result<Answer, Trouble>> {
  const endpoint = await options.endpoint.get();
  if (!endpoint.ok) return err({ kind: "not-sent", failure: endpoint.error });
  const { url, apiKey, secretKey } = endpoint.value;
  const query = signedQuery(command, params, { apiKey: apiKey.reveal(), secretKey: secretKey.reveal() });
  const got = await options.http.request({ kind, method: "GET", url: `${url}?${query}`, timeouts: PATIENCE });
  if (!got.ok) return err(noAnswer(command, url, got.error));
  const body = openEnvelope(command, got.value, options.redact);
  return body.ok ? ok({ body: body.value, behind: got.value.behind }) : err(noBody(options, body.error));
}

function noBody({ endpoint }: CloudStackOptions, reason: Failure): Trouble {
  if (reason.code === "401") endpoint.forget(); // the appliance's keys may have been changed meanwhile
  return { kind: reason.kind === "refused" ? "refused" : "garbled", failure: reason };
}

function noAnswer(command: string, url: string, trouble: HttpTrouble): Trouble {
  const message = `CloudStack at ${url} does not answer ${command}: ${trouble.message}.`;
  return { kind: trouble.sent ? "lost" : "not-sent", failure: failure("unreachable", message) };
}

async function read(options: CloudStackOptions, command: string, params: Params): Promise<Result<Answer, Failure>> {
  const got = await call(options, "read", command, params);
  return got.ok ? got : err(got.error.failure);
}

interface Rows {
  readonly rows: JsonObject[];
  readonly behind: number | null;
}

interface Page extends Rows {
  /** How many rows all pages have together, as CloudStack says. */
  readonly count: number;
}

async function readPage(options: CloudStackOptions, command: string, params: Params): Promise<Result<Page, Failure>> {
  const answer = await read(options, command, params);
  if (!answer.ok) return answer;
  const { body, behind } = answer.value;
  const rows = rowsOf(body);
  return rows === null
    ? err(failure("garbled", `CloudStack's answer to ${command} is no list: what it has is not known.`))
    : ok({ rows, behind, count: Number(textOf(body, "count") || "0") });
}

/** All pages of a list: the server decides how long one is, and says how many rows there are. */
async function pages(options: CloudStackOptions, command: string, params: Params): Promise<Result<Rows, Failure>> {
  const first = await readPage(options, command, params);
  if (!first.ok || "page" in params) return first; // a page that was asked for is all that is wanted
  const { behind, count } = first.value;
  const rows = await withRest(options, command, params, first.value);
  if (!rows.ok) return rows;
  const { length } = rows.value;
  return length < count
    ? err(failure("garbled", `CloudStack says that ${command} has ${count} rows, but lists only ${length}.`))
    : ok({ rows: rows.value, behind });
}

/** The rows of the first page and of those after it. */
async function withRest(
  options: CloudStackOptions,
  command: string,
  params: Params,
  { rows: firstRows, count }: Page,
): Promise<Result<JsonObject[], Failure>> {
  const rows = [...firstRows];
  const pagesize = String(firstRows.length);
  for (let page = 2; rows.length < count && page <= MOST_PAGES; page++) {
    const next = await readPage(options, command, { ...params, page: String(page), pagesize });
    if (!next.ok) return next;
    rows.push(...next.value.rows);
  }
  return ok(rows);
}

async function list(
  options: CloudStackOptions,
  command: string,
  params: Params,
): Promise<Result<JsonObject[], Failure>> {
  const result = await pages(options, command, params);
  return result.ok ? ok(result.value.rows) : result;
}

async function submit(options: CloudStackOptions, command: string, params: Params): Promise<Dispatched> {
  const got = await call(options, "change", command, params);
  if (!got.ok) return { kind: "ended", outcome: outcomeOfTrouble(got.error) };
  const { body } = got.value;
  const id = textOf(body, "jobid");
  return id === "" ? { kind: "ended", outcome: outcomeAtOnce(command, body) } : { kind: "accepted", id };
}

/** A few commands (deleteVolume) are carried out before they are answered. */
function outcomeAtOnce(command: string, body: JsonObject): Outcome {
  const success = textOf(body, "success");
  const evidence = { command, success, text: textOf(body, "displaytext") };
  if (success === "true") return { kind: "applied", evidence };
  if (success === "false") {
    const message = `CloudStack did not carry out ${command}: ${evidence.text || "no reason given"}.`;
    return { kind: "unknown", message, evidence, word: { code: null } };
  }
  return { kind: "unknown", message: `CloudStack's answer to ${command} names no job.`, evidence };
}

function outcomeOfTrouble(trouble: Trouble): Outcome {
  const { message, code } = trouble.failure;
  if (trouble.kind === "not-sent") return { kind: "not-applied", why: "not-sent", code, message, evidence: {} };
  const codeText = code ?? "";
  const evidence = { code: codeText, said: message };
  if (trouble.kind !== "refused") return { kind: "unknown", message, evidence };
  if (provesNothingBegan(codeText)) return { kind: "not-applied", why: "refused", code, message, evidence };
  return { kind: "unknown", message, evidence, word: { code } };
}

async function job(options: CloudStackOptions, id: string): Promise<Result<AsyncJob, Failure>> {
  const got = await read(options, "queryAsyncJobResult", { jobid: id });
  if (!got.ok) return got;
  const asyncJob = jobOf(got.value.body, id, got.value.behind);
  return asyncJob === null
    ? err(failure("garbled", `CloudStack's answer about job ${id} has no status.`))
    : ok(asyncJob);
}

/** The first page of the list of jobs; what cannot be read in it is left out. */
async function jobPage(options: CloudStackOptions): Promise<Result<JobPage, Failure>> {
  const got = await readPage(options, "listAsyncJobs", {});
  if (!got.ok) return got;
  const { rows, count, behind: lagS } = got.value;
  const candidates = rows.map((row) => jobOf(row, "", lagS));
  return ok({ jobs: candidates.filter((candidate) => candidate !== null), isWhole: rows.length >= count });
}

async function jobs(options: CloudStackOptions): Promise<Result<AsyncJob[], Failure>> {
  const got = await pages(options, "listAsyncJobs", {});
  if (!got.ok) return got;
  const { rows, behind: lagS } = got.value;
  const candidates = rows.map((row) => jobOf(row, "", lagS));
  // A job of which nothing can be read is no job that is not there: what follows from the list would be a guess.
  const read = candidates.filter(
    (candidate) => candidate !== null && candidate.id !== "" && candidate.command !== "",
  ) as AsyncJob[];
  return read.length < rows.length
    ? err(failure("garbled", "CloudStack's list of jobs has one without an id, a command or a status."))
    : ok(read);
}
