/** The Volume Daemon: what it says about volumes, its operations, and the one POST that changes something. */
import type { Json, JsonObject } from "../../../ports/json.ts";
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
import { sharedPoller } from "./shared-poller.ts";
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
/** What is awaited is new; a list this much longer holds it, although others work at the same time. */
const ROOM = 32;

/** Makes the volume port. A look asks the daemon and CloudStack; neither is believed alone. */
export function volumePort(options: DaemonOptions): VolumePort {
  const poll = sharedPoller({
    byId: (id) => operation(options, id),
    together: (ids) => newest(options, 2 * ids.length + ROOM),
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

/** An answer to a read, and its body; undefined where that is no JSON. */
interface DaemonAnswer {
  readonly http: HttpAnswer;
  readonly status: number;
  readonly body: Json | undefined;
}

async function ask(options: DaemonOptions, path: string): Promise<Result<DaemonAnswer, Failure>> {
  const got = await options.http.request({ kind: "read", method: "GET", url: options.url + path });
  if (got.ok) return ok({ http: got.value, status: got.value.status, body: parseJson(got.value.text, options.redact) });
  return err(failure("unreachable", `The Volume Daemon at ${options.url} does not answer: ${got.error.message}.`));
}

/** Whether it says that there is no such thing. A broken database is a 404 too: only these exact words mean it. */
const saysAbsent = ({ status, body }: DaemonAnswer, text: string): boolean =>
  status === 404 && isObject(body) && textOf(body, "error") === text;

async function health(options: DaemonOptions): Promise<Result<JsonObject, Failure>> {
  const got = await ask(options, "/api/v1/health");
  if (!got.ok) return got;
  const { status, body, http } = got.value;
  if (status !== 200 || !isObject(body)) return err(unreadable(options, "its health", http, "unreachable"));
  const database = textOf(body, "database_health");
  return database === "healthy" ? ok(body) : err(ailment(database));
}

function ailment(database: string): Failure {
  const detail = database === "" ? "it says nothing about it" : `it says "${excerpt(database)}"`;
  return failure("unreachable", `The Volume Daemon answers, but its database is not healthy: ${detail}.`);
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
  const side = mappedSide(got.value, volume);
  if (side !== null) return ok(side);
  if (saysAbsent(got.value, `mapping not found for volume: ${volume}`))
    return ok({ mapped: false, vm: "", mode: "", path: "" });
  return err(unreadable(options, `the device of volume ${volume}`, got.value.http));
}

/** The mapping in an answer; null where it has none of this volume. */
function mappedSide({ status, body }: DaemonAnswer, volume: string): DaemonSide | null {
  if (status !== 200 || !isObject(body) || textOf(body, "volume_uuid") !== volume) return null;
  const [vm, mode, path] = [textOf(body, "vm_id"), textOf(body, "operation_mode"), textOf(body, "device_path")];
  return { mapped: true, vm, mode, path };
}

async function operations(options: DaemonOptions, volume: string): Promise<Result<VolumeOperation[], Failure>> {
  const got = await ask(options, `/api/v1/operations?volume_id=${encodeURIComponent(volume)}`);
  if (!got.ok) return got;
  const entries = got.value.status === 200 ? readOperations(got.value.body) : null;
  if (entries === null) return err(unreadable(options, `the operations on volume ${volume}`, got.value.http));
  const ownOperations = entries.filter((entry) => entry.volume_id === volume);
  return ok(await Promise.all(ownOperations.map((entry) => withEnd(options, entry, ownOperations))));
}

/** The operations of a list; null where one of them, or the list itself, cannot be read. */
function readOperations(body: Json | undefined): VolumeOperation[] | null {
  if (body === null) return []; // what it sends for an empty list
  const entries = Array.isArray(body) ? body.map(readOperation) : [null];
  return entries.every((entry) => entry !== null) ? entries : null;
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

/** The newest operations of all volumes by their ids; what cannot be read in the list is left out. */
async function newest(options: DaemonOptions, limit: number): Promise<Result<Map<string, VolumeOperation>, Failure>> {
  const got = await ask(options, `/api/v1/operations?limit=${limit}`);
  if (!got.ok) return got;
  const { status, body } = got.value;
  const entries = status === 200 && Array.isArray(body) ? body.map(readOperation) : [];
  return ok(new Map(entries.flatMap((entry) => (entry === null ? [] : [[entry.id, entry]]))));
}

async function operation(options: DaemonOptions, id: string): Promise<Result<VolumeOperation, Failure>> {
  const got = await ask(options, `/api/v1/operations/${encodeURIComponent(id)}`);
  if (!got.ok) return got;
  const entry = got.value.status === 200 ? readOperation(got.value.body) : null;
  if (entry?.id === id) return ok(entry);
  if (saysAbsent(got.value, `operation not found: ${id}`))
    return err(failure("refused", `The Volume Daemon knows no operation ${id}.`, "404"));
  return err(unreadable(options, `operation ${id}`, got.value.http));
}

function secondOf(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}

const STATUSES = ["pending", "executing", "completed", "failed", "cancelled"] as const;

function readOperation(value: unknown): VolumeOperation | null {
  if (!isObject(value)) return null;
  const [id, type, volume_id] = [textOf(value, "id"), textOf(value, "type"), textOf(value, "volume_id")];
  const status = STATUSES.find((name) => name === textOf(value, "status"));
  // One that does not say what it is of is no operation of another volume, or of another kind.
  if (status === undefined || [id, type, volume_id].includes("")) return null;
  const error = textOf(value, "error");
  return {
    id,
    type,
    status,
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
  kind: "garbled" | "unreachable" = got.status === 200 ? "garbled" : "unreachable",
): Failure {
  const answerText = excerpt(options.redact(got.text));
  const message =
    kind === "unreachable"
      ? `Asked for ${subject}, the Volume Daemon answered ${got.status}: ${answerText}. Its database does not answer, or this is another program.`
      : `Asked for ${subject}, the Volume Daemon answered something else: ${answerText}.`;
  return failure(kind, message, String(got.status));
}

// --------------------------------------------------------------- change ----

const VERBS = { attach: "attach", attach_root: "attach-root", detach: "detach" } as const;

async function submit(options: DaemonOptions, request: VolumeRequest): Promise<Dispatched> {
  const url = `${options.url}/api/v1/volumes/${encodeURIComponent(request.volume)}/${VERBS[request.op]}`;
  const body = request.op === "detach" ? {} : { json: { vm_id: request.vm } };
  const got = await options.http.request({ kind: "change", method: "POST", url, ...body });
  if (!got.ok) return endWith(noAnswer(got.error, options.url));
  const answer = parseJson(got.value.text, options.redact);
  if (got.value.status !== 201) return endWith(refusal(got.value, answer, options));
  const operation = readOperation(answer);
  if (operation?.volume_id === request.volume) return { kind: "accepted", id: operation.id };
  return endWith(unknown("The Volume Daemon took the request, but its answer names no operation.", got.value, options));
}

function refusal(got: HttpAnswer, answer: Json | undefined, options: DaemonOptions): Outcome {
  const { status } = got;
  const errorText = isObject(answer) ? textOf(answer, "error") : excerpt(options.redact(got.text));
  if (status < 400 || status >= 500)
    return unknown(`The Volume Daemon answered ${status} to the request: ${errorText}.`, got, options);
  // It has no check that comes before the work and nothing after it: what its "no" is worth, its operations tell.
  const message = `The Volume Daemon refused the request (${status}): ${errorText}.`;
  return { kind: "unknown", message, evidence: { status, said: errorText }, word: { code: String(status) } };
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
