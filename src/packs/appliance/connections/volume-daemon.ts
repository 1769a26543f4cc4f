/** The Volume Daemon: what it says about volumes, its operations, and the one POST that changes something. */
import type { JsonObject } from "../../../ports/json.ts";
import { failure, type Failure, type Outcome } from "../../../ports/outcome.ts";
import type { ClockPort } from "../../../ports/clock.ts";
import type { CloudStackPort } from "../ports/cloudstack.ts";
import type { Dispatched } from "../../../ports/dispatch.ts";
import type { ProcessPort } from "../../../ports/process.ts";
import type { VolumeOperation, VolumePort, VolumeRequest } from "../ports/volume.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import { abandonment } from "./abandonment.ts";
import { errorCode } from "./error-code.ts";
import type { HttpAnswer, HttpClient, HttpTrouble } from "../../../connections/http.ts";
import { excerpt, isObject, parseJson, textOf } from "../../../connections/json.ts";
import { operationPoller } from "./operation-poller.ts";
import { mapConcurrently } from "../../../connections/map-concurrently.ts";
import { judge, type DaemonSide } from "./volume-look.ts";

export interface DaemonOptions {
  readonly url: string;
  readonly http: HttpClient;
  readonly cloudstack: CloudStackPort;
  readonly redact: (text: string) => string;
  /** Real milliseconds between two questions for operations, while several are awaited. */
  readonly tickMs?: number;
  readonly clock: Pick<ClockPort, "scale">;
  readonly process: Pick<ProcessPort, "service">;
}

const AT_ONCE = 8;
const TICK_MS = 100;

/** Makes the volume port. A look asks the daemon and CloudStack; neither is believed alone. */
export function volumePort(options: DaemonOptions): VolumePort {
  const poll = operationPoller({
    byId: (id) => operation(options, id),
    newest: (limit) => newest(options, limit),
    tickMs: options.tickMs ?? TICK_MS,
  });
  return {
    health: () => health(options),
    look: (volumes, appliance) => look(options, volumes, appliance),
    operations: (volume) => operations(options, volume),
    submit: (request) => submit(options, request),
    operation: poll,
  };
}

// ---------------------------------------------------------------- reads ----

async function ask(options: DaemonOptions, path: string): Promise<Result<HttpAnswer, Failure>> {
  const got = await options.http.request({ kind: "read", method: "GET", url: options.url + path });
  if (got.ok) return got;
  return err(failure("unreachable", `The Volume Daemon at ${options.url} does not answer: ${got.error.message}.`));
}

async function health(options: DaemonOptions): Promise<Result<JsonObject, Failure>> {
  const got = await ask(options, "/api/v1/health");
  if (!got.ok) return got;
  const body = parseJson(got.value.text, options.redact);
  if (got.value.status !== 200 || !isObject(body)) {
    return err(unreadable(options, "its health", got.value, "unreachable"));
  }
  const database = textOf(body, "database_health");
  if (database === "healthy") return ok(body);
  const detail = database === "" ? "it says nothing about it" : `it says "${excerpt(database)}"`;
  return err(failure("unreachable", `The Volume Daemon answers, but its database is not healthy: ${detail}.`));
}

async function look(options: DaemonOptions, volumes: readonly string[], appliance: string) {
  const healthy = await health(options);
  if (!healthy.ok) return healthy;
  const looks = await mapConcurrently(volumes, AT_ONCE, async (volume) => {
    const daemon = await device(options, volume);
    if (!daemon.ok) return daemon;
    const listing = await options.cloudstack.list("listVolumes", { id: volume });
    return judge(volume, daemon.value, listing, appliance);
  });
  const firstFailure = looks.find((result) => !result.ok);
  return firstFailure ?? ok(looks.flatMap((result) => (result.ok ? [result.value] : [])));
}

async function device(options: DaemonOptions, volume: string): Promise<Result<DaemonSide, Failure>> {
  const got = await ask(options, `/api/v1/volumes/${encodeURIComponent(volume)}/device`);
  if (!got.ok) return got;
  const body = parseJson(got.value.text, options.redact);
  if (got.value.status === 200 && isObject(body) && textOf(body, "volume_uuid") === volume) {
    const side = { vm: textOf(body, "vm_id"), mode: textOf(body, "operation_mode") };
    return ok({ mapped: true, ...side, path: textOf(body, "device_path") });
  }
  // A broken database is a 404 too. Only these exact words mean that there is no mapping.
  const errorText = isObject(body) ? textOf(body, "error") : "";
  const isUnmapped = got.value.status === 404 && errorText === `mapping not found for volume: ${volume}`;
  if (isUnmapped) return ok({ mapped: false, vm: "", mode: "", path: "" });
  const kind = got.value.status === 200 ? "garbled" : "unreachable";
  return err(unreadable(options, `the device of volume ${volume}`, got.value, kind));
}

async function operations(options: DaemonOptions, volume: string): Promise<Result<VolumeOperation[], Failure>> {
  const got = await ask(options, `/api/v1/operations?volume_id=${encodeURIComponent(volume)}`);
  if (!got.ok) return got;
  const body = parseJson(got.value.text, options.redact);
  const subject = `the operations on volume ${volume}`;
  if (got.value.status !== 200) return err(unreadable(options, subject, got.value, "unreachable"));
  if (body === null) return ok([]); // what it sends for an empty list
  const read = Array.isArray(body) ? body.map(readOperation) : [null];
  if (read.includes(null)) return err(unreadable(options, subject, got.value, "garbled"));
  const ownOperations = read.filter((entry) => entry !== null && entry.volume_id === volume) as VolumeOperation[];
  return ok(await Promise.all(ownOperations.map((entry) => withEnd(options, entry, ownOperations))));
}

/** An operation that is not ended, with the proof that it never will be, where there is one. */
async function withEnd(
  options: DaemonOptions,
  entry: VolumeOperation,
  siblings: readonly VolumeOperation[],
): Promise<VolumeOperation> {
  const { status, created: createdS } = entry;
  if ((status !== "pending" && status !== "executing") || createdS === null) return entry;
  return { ...entry, abandoned: await abandonment({ ...entry, created: createdS }, siblings, options) };
}

/** The newest operations of all volumes; what cannot be read in the list is left out. */
async function newest(options: DaemonOptions, limit: number): Promise<Result<VolumeOperation[] | null, Failure>> {
  const got = await ask(options, `/api/v1/operations?limit=${limit}`);
  if (!got.ok) return got;
  const body = parseJson(got.value.text, options.redact);
  if (got.value.status !== 200 || !Array.isArray(body)) return ok(null);
  return ok(body.map(readOperation).filter((entry) => entry !== null));
}

async function operation(options: DaemonOptions, id: string): Promise<Result<VolumeOperation, Failure>> {
  const got = await ask(options, `/api/v1/operations/${encodeURIComponent(id)}`);
  if (!got.ok) return got;
  const body = parseJson(got.value.text, options.redact);
  const read = got.value.status === 200 && isObject(body) ? readOperation(body) : null;
  if (read !== null && read.id === id) return ok(read);
  const unknown = got.value.status === 404 && isObject(body) && textOf(body, "error") === `operation not found: ${id}`;
  if (unknown) return err(failure("refused", `The Volume Daemon knows no operation ${id}.`, "404"));
  const kind = got.value.status === 200 ? "garbled" : "unreachable";
  return err(unreadable(options, `operation ${id}`, got.value, kind));
}

function secondOf(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}

const STATUSES: ReadonlySet<string> = new Set(["pending", "executing", "completed", "failed", "cancelled"]);

function readOperation(value: unknown): VolumeOperation | null {
  if (!isObject(value)) return null;
  const [id, type, volume_id, status] = ["id", "type", "volume_id", "status"].map((name) => textOf(value, name));
  // One that does not say what it is of is no operation of another volume, or of another kind.
  if (!id || !type || !volume_id || !status || !STATUSES.has(status)) return null;
  const error = textOf(value, "error");
  return {
    id,
    type,
    status: status as VolumeOperation["status"],
    volume_id,
    vm_id: textOf(value, "vm_id"),
    error,
    code: errorCode(error),
    abandoned: "",
    created: secondOf(textOf(value, "created_at")),
    completed: secondOf(textOf(value, "completed_at")),
  };
}

function unreadable(
  options: DaemonOptions,
  subject: string,
  got: HttpAnswer,
  kind: "garbled" | "unreachable",
): Failure {
  const answerText = excerpt(options.redact(got.text));
  const message =
    kind === "unreachable"
      ? `Asked for ${subject}, the Volume Daemon answered ${got.status}: ${answerText}. Its database does not answer, or this is another program.`
      : `Asked for ${subject}, the Volume Daemon answered something else: ${answerText}.`;
  return failure(kind, message, String(got.status));
}

// --------------------------------------------------------------- change ----

async function submit(options: DaemonOptions, request: VolumeRequest): Promise<Dispatched> {
  const verb = request.op === "attach_root" ? "attach-root" : request.op;
  const url = `${options.url}/api/v1/volumes/${encodeURIComponent(request.volume)}/${verb}`;
  const body = request.op === "detach" ? {} : { json: { vm_id: request.vm } };
  const got = await options.http.request({ kind: "change", method: "POST", url, ...body });
  if (!got.ok) return endWith(noAnswer(got.error, options.url));
  const answer = parseJson(got.value.text, options.redact);
  const { status } = got.value;
  if (status === 201) {
    const newOperation = isObject(answer) ? readOperation(answer) : null;
    if (newOperation !== null && newOperation.volume_id === request.volume)
      return { kind: "accepted", id: newOperation.id };
    return endWith(
      unknown("The Volume Daemon took the request, but its answer names no operation.", got.value, options),
    );
  }
  const errorText = isObject(answer) ? textOf(answer, "error") : excerpt(options.redact(got.value.text));
  if (status < 400 || status >= 500) {
    return endWith(unknown(`The Volume Daemon answered ${status} to the request: ${errorText}.`, got.value, options));
  }
  // It has no check that comes before the work and nothing after it: what its "no" is worth, its operations tell.
  const message = `The Volume Daemon refused the request (${status}): ${errorText}.`;
  return endWith({ kind: "unknown", message, evidence: { status, said: errorText }, word: { code: String(status) } });
}

const endWith = (outcome: Outcome): Dispatched => ({ kind: "ended", outcome });

function noAnswer(trouble: HttpTrouble, url: string): Outcome {
  const evidence = { sent: trouble.sent, trouble: trouble.message };
  if (trouble.sent) {
    const message = `The request left, but the Volume Daemon at ${url} gave no answer: ${trouble.message}.`;
    return { kind: "unknown", message, evidence };
  }
  const message = `The Volume Daemon at ${url} was not reached, so nothing was sent: ${trouble.message}.`;
  return { kind: "not-applied", why: "not-sent", code: null, message, evidence };
}

const unknown = (message: string, got: HttpAnswer, options: DaemonOptions): Outcome => ({
  kind: "unknown",
  message,
  evidence: { status: got.status, said: excerpt(options.redact(got.text)) },
});
