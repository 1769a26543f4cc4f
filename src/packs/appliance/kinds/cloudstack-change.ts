/** `cloudstack`: one signed command with its async job. Reverts and deletions cannot be taken back and say so. */
import type { Scope } from "../../../phases/expression.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { Attempt, RequestError, ChangeKind, WayBack } from "../../../phases/change-kind.ts";
import { provesNothingBegan } from "../ports/cloudstack.ts";
import { type Failure, type Outcome } from "../../../ports/outcome.ts";
import type { AsyncJob } from "../ports/cloudstack.ts";
import type { Dispatched } from "../../../ports/dispatch.ts";
import type { Ports } from "../../../ports/ports.ts";
import { ok, type Result } from "../../../ports/result.ts";
import type { ChangeSpec, Expression, Risk } from "../../../phases/spec.ts";
import { clean } from "../../../text/sentence.ts";
import { textParams } from "../../../phases/values.ts";
import { nullIfRefused, revertStands } from "./revert-stands.ts";

interface CloudstackSpec extends ChangeSpec {
  readonly kind: "cloudstack";
  readonly command: string;
  readonly params: Readonly<Record<string, Expression>>;
}
interface Request {
  readonly command: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Seconds within which a request that was on its way when its sender died has reached CloudStack or never will. */
const IN_FLIGHT_SECONDS = 5;

/** What is known of a command: its sentence, and what cannot be taken back. A command outside the table is `destroy`. */
const COMMANDS: Readonly<Record<string, { says: string; risk: Risk; gone: string | null }>> = {
  revertSnapshot: {
    says: "Revert the volume to snapshot",
    risk: "destroy",
    gone: "everything written to the volume since the snapshot is lost",
  },
  deleteSnapshot: {
    says: "Delete snapshot",
    risk: "destroy",
    gone: "the snapshot cannot be brought back",
  },
  deployVirtualMachine: { says: "Create VM", risk: "change", gone: null },
  startVirtualMachine: { says: "Start VM", risk: "change", gone: null },
  attachVolume: { says: "Attach volume in CloudStack", risk: "change", gone: null },
  detachVolume: { says: "Detach volume in CloudStack", risk: "change", gone: null },
  deleteVolume: { says: "Delete volume", risk: "destroy", gone: "a deleted volume cannot be brought back" },
  stopVirtualMachine: { says: "Stop VM", risk: "destroy", gone: "what the guest has not written to disk is lost" },
  destroyVirtualMachine: {
    says: "Destroy VM",
    risk: "destroy",
    gone: "the VM and its own root disk cannot be brought back",
  },
};

const requestOf = (request: JsonObject): Request => request as unknown as Request;

function request(spec: CloudstackSpec, scope: Scope): Result<JsonObject, RequestError> {
  const params = textParams(spec.params, scope);
  return params.ok ? ok({ command: spec.command, params: params.value }) : params;
}

function describe(body: JsonObject): string {
  const { command, params } = requestOf(body);
  const entry = COMMANDS[command];
  const parameters = Object.entries(params).filter(([name]) => name !== "id");
  const extra = parameters.length === 0 ? "" : ` (${parameters.map(([name, value]) => `${name}=${value}`).join(", ")})`;
  return `${entry?.says ?? `CloudStack command ${command}`} ${params["id"] ?? ""}${extra}`.trimEnd();
}

/**
 * How a finished job ended, or null while it is going. One that failed may have done its work before: "internal error" and
 * "cancelled because of management server restart" come after it, too.
 */
function outcomeOf(job: AsyncJob): Outcome | null {
  if (job.status === "pending") return null;
  const evidence = { job: job.id, command: job.command, status: job.status, error: job.error };
  return job.status === "done" ? { kind: "applied", evidence } : outcomeOfFailed(job, evidence);
}

function outcomeOfFailed(job: AsyncJob, evidence: JsonObject): Outcome {
  if (provesNothingBegan(job.code))
    return { kind: "not-applied", why: "refused", code: job.code, message: job.error, evidence };
  const message = `CloudStack's job ${job.id} failed${job.code === "" ? "" : ` (${job.code})`}: ${job.error}`;
  return { kind: "unknown", message, evidence, word: { code: job.code || null } };
}

/** CloudStack's code for an id that names nothing. */
const UNKNOWN_ID = "431";

async function poll(id: string, _request: JsonObject, ports: Ports): Promise<Result<Outcome | null, Failure>> {
  const job = await ports.cloudstack.job(id);
  if (job.ok) return ok(outcomeOf(job.value));
  if (job.error.code !== UNKNOWN_ID) return job;
  // It answers, and does not know the job any more: nothing will be heard of it, and nothing is known.
  const message = `CloudStack does not know its job ${id} any more: ${job.error.message}`;
  return ok({ kind: "unknown", message, evidence: { job: id, status: FORGOTTEN }, word: { code: null } });
}

/** In place of a job's status: it may still be at work for all that is known. */
const FORGOTTEN = "forgotten";

/** The jobs known before; an account that may not list jobs leaves a lost answer to the operator, and the intent says so. */
async function prepare(_request: JsonObject, ports: Ports): Promise<Result<JsonObject, Failure>> {
  const jobs = await ports.cloudstack.jobs();
  if (jobs.ok) return ok({ jobs: jobs.value.map((job) => job.id) });
  return jobs.error.kind === "refused" ? ok({ jobs: null }) : jobs;
}

function matches(job: AsyncJob, call: Request): boolean {
  const command = (job.command.split(".").at(-1) ?? job.command).replace(/Cmd(ByAdmin)?$/u, "").toLowerCase();
  const { id } = call.params;
  return command === call.command.toLowerCase() && (job.instance === "" || id === undefined || job.instance === id);
}

const unknown = (message: string, evidence: JsonObject = {}): Dispatched => ({
  kind: "ended",
  outcome: { kind: "unknown", message, evidence },
});

/** Which of CloudStack's jobs ours is, told by its list: no id came back, so those that were there before are taken away. */
async function trace(attempt: Attempt, call: Request, ports: Ports): Promise<Dispatched> {
  const rows = attempt.prepared["jobs"];
  if (!Array.isArray(rows))
    return unknown("this account may not list CloudStack jobs, so a lost answer cannot be traced");
  await ports.clock.sleep(IN_FLIGHT_SECONDS);
  const current = await ports.cloudstack.jobs();
  if (!current.ok) return unknown(current.error.message);
  const earlier = new Set(rows as string[]);
  const ours = current.value.filter((job) => !earlier.has(job.id) && matches(job, call));
  const [match] = ours;
  if (ours.length > 1) return unknown("CloudStack has more than one such job", { jobs: ours.map((job) => job.id) });
  if (match !== undefined) return { kind: "accepted", id: match.id };
  const isWitnessed = reachesBack(earlier, current.value);
  return leavesNoTrace(call) && !isWitnessed
    ? unknown("CloudStack has no such job, nor a finished one of before: it throws those away, so that proves nothing")
    : { kind: "ended", outcome: outcomeWithoutJob(attempt, call, isWitnessed) };
}

/**
 * Whether the jobs reach back to before the request: finished ones are thrown away, the oldest first, and since 4.12 they are
 * not listed at all. So one that was there before, and is done, is a witness that none of later is missing.
 */
const reachesBack = (earlier: ReadonlySet<string>, jobs: readonly AsyncJob[]): boolean =>
  jobs.some(({ id, status }) => status === "done" && earlier.has(id));

/** `isWitnessed`: the list is known to reach back, so that a job which is not there never was. Else its effect has to tell. */
function outcomeWithoutJob({ known: outcome }: Attempt, call: Request, isWitnessed: boolean): Outcome {
  const noJob = "CloudStack has no such job that was not there before";
  if (outcome?.word === undefined)
    return {
      ...({ kind: "not-applied", why: "not-sent", code: null, message: noJob, evidence: {} } as const),
      ...(isWitnessed ? {} : { isPresumed: true }),
    };
  const message = `${outcome.message.replace(/[.\s]+$/u, "")}; ${noJob}`;
  // A command that is carried out before it is answered has no job: what was done of it its effect shows.
  return leavesNoTrace(call)
    ? { kind: "not-applied", why: "refused", code: outcome.word.code, message, evidence: {} }
    : { ...outcome, message };
}

/** A revert: the snapshot is there before and after, and the volume looks as it did. */
const leavesNoTrace = ({ command }: Request): boolean => command === "revertSnapshot";

/**
 * Looks at the job: going on, done, or a word that proves nothing. Whether a command was carried out behind such a word its
 * own probe shows; that it was not, only of a job that has ended. Of a revert nobody can tell either.
 */
async function settle(attempt: Attempt, ports: Ports): Promise<Dispatched> {
  const call = requestOf(attempt.request);
  if (attempt.remote === null) return trace(attempt, call, ports);
  const observation = await poll(attempt.remote, attempt.request, ports);
  if (!observation.ok) return unknown(observation.error.message);
  if (observation.value === null) return { kind: "accepted", id: attempt.remote };
  return endWith(observation.value, call);
}

/** What is told of an outcome that the job shows. */
function endWith(outcome: Outcome, call: Request): Dispatched {
  if (outcome.kind !== "unknown") return { kind: "ended", outcome };
  const { message, evidence } = outcome;
  if (leavesNoTrace(call)) return unknown(`${message}. Whether the volume was reverted no look can tell`, evidence);
  return evidence["status"] === FORGOTTEN ? unknown(message, evidence) : { kind: "ended", outcome };
}

/** Whether a revert that was confirmed still stands; null for every other command. */
const stands = (body: JsonObject, time: string, ports: Ports): Promise<Result<string | null, Failure>> => {
  const call = requestOf(body);
  const { id } = call.params;
  return !leavesNoTrace(call) || id === undefined ? Promise.resolve(ok(null)) : revertStands(id, time, ports);
};

/** The snapshot that a revert goes back to, as CloudStack has it now. */
interface SnapshotLook {
  readonly state: string;
  /** ISO 8601, UTC; '' where CloudStack does not say it. */
  readonly created: string;
}

/** CloudStack writes `2026-11-25T03:00:12+0000`; '' for what is no time. */
function isoTime(text: string): string {
  const timeMs = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/u, "$1:$2"));
  return Number.isNaN(timeMs) ? "" : new Date(timeMs).toISOString().replace(/\.000Z$/u, "Z");
}

/**
 * A revert has no preview, but what it goes back to can be looked at. An account that may not list snapshots, and an id that
 * CloudStack does not know, leave that unseen; the step itself will say what CloudStack makes of it.
 */
async function preview(body: JsonObject, ports: Ports): Promise<Result<JsonObject | null, Failure>> {
  const call = requestOf(body);
  if (!leavesNoTrace(call)) return ok(null);
  const { id = "" } = call.params;
  const rows = nullIfRefused(await ports.cloudstack.list("listSnapshots", { id }));
  if (!rows.ok) return rows;
  const snapshot = snapshotIn(rows.value ?? []);
  return ok(snapshot === null ? null : { none: true, snapshot: { ...snapshot } });
}

/** What the one row says; null where there are none or more. */
function snapshotIn([row, another]: readonly JsonObject[]): SnapshotLook | null {
  if (row === undefined || another !== undefined) return null;
  const [state, time] = [row["state"], row["created"]];
  return {
    state: typeof state === "string" ? state : "",
    created: typeof time === "string" ? isoTime(time) : "",
  };
}

const snapshotOf = (body: JsonObject | null): SnapshotLook | null =>
  (body?.["snapshot"] as unknown as SnapshotLook | undefined) ?? null;

function previewLines(body: JsonObject): string[] {
  const snapshot = snapshotOf(body);
  if (snapshot === null) return [];
  const timeText = snapshot.created === "" ? "at a time that CloudStack does not say" : `at ${snapshot.created}`;
  return [`goes back to a snapshot made ${timeText}, in state ${clean(snapshot.state)}`];
}

function wayBack({ command }: CloudstackSpec): WayBack {
  const entry = COMMANDS[command];
  if (entry === undefined) return { kind: "none", why: ["this command is not known to Handrail; take it as final"] };
  return entry.gone === null ? { kind: "other", why: [] } : { kind: "none", why: [entry.gone] };
}

export const cloudstackChange: ChangeKind<CloudstackSpec> = {
  forms: { "": { command: /^[a-z][A-Za-z]+$/u, params: "params" } },
  limit: 300,
  every: 2,
  counterpart: "CloudStack",
  looks: "CloudStack's own jobs, and what it shows of the volume, the snapshot or the VM",
  risk: (spec) => COMMANDS[spec.command]?.risk ?? "destroy",
  outline: ({ command }) => [`CloudStack: ${clean(command)}`],
  request,
  describe,
  requestLines: (body) => {
    const { command, params } = requestOf(body);
    const values = Object.entries(params).map(([name, value]) => `${clean(name)}=${clean(value)}`);
    return [`CloudStack ${[clean(command), ...values].join(" ")}`];
  },
  wayBack,
  preview,
  previewLines,
  seal: (body) => body,
  effects: (body) => [{ what: requestOf(body).command, verb: "", count: 1 }],
  prepare,
  dispatch: (attempt, ports) => {
    const { command, params } = requestOf(attempt.request);
    return ports.cloudstack.submit(command, params);
  },
  poll,
  settle,
  trace: (body) => (leavesNoTrace(requestOf(body)) ? "none" : "effect"),
  stands,
  goesBackTo: (body, observation) => (leavesNoTrace(requestOf(body)) ? (snapshotOf(observation)?.created ?? "") : null),
};
