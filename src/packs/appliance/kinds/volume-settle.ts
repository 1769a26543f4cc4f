/**
 * What became of an attach or a detach whose end nobody reported, or whose report proves nothing. The daemon's operations
 * say whether it is still going; what was done CloudStack shows, by its own jobs and by where the volume is now.
 */
import type { JsonObject } from "../../../ports/json.ts";
import type { Attempt } from "../../../phases/change-kind.ts";
import type { Outcome } from "../../../ports/outcome.ts";
import { mayBeAt } from "./at-volume.ts";
import type { Dispatched } from "../../../ports/dispatch.ts";
import type { Ports } from "../../../ports/ports.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import type { VolumeLook, VolumeOperation, VolumeRequest } from "../ports/volume.ts";

/** Seconds within which a POST that was on its way when its sender died has reached the daemon or never will. */
const IN_FLIGHT_SECONDS = 5;
/** Seconds that a job of CloudStack is waited for that outlived its operation, and between two looks at it. */
const JOB_SECONDS = 120;
const JOB_EVERY = 2;

export const isGoing = ({ status }: Pick<VolumeOperation, "status">): boolean =>
  status === "pending" || status === "executing";

/** Whether it is still going, as far as anybody can tell. */
const mayEnd = (operation: VolumeOperation): boolean => isGoing(operation) && operation.abandoned === "";

const typeOf = ({ op }: VolumeRequest): string => (op === "detach" ? "detach" : "attach");

const end = (outcome: Outcome): Dispatched => ({ kind: "ended", outcome });

const unknown = (message: string, evidence: JsonObject = {}): Dispatched => end({ kind: "unknown", message, evidence });

/** The operation that our POST made: the daemon has no idempotency key, so the ids before it are taken away. */
function ours(operations: readonly VolumeOperation[], attempt: Attempt, request: VolumeRequest) {
  if (attempt.remote !== null) return operations.filter(({ id }) => id === attempt.remote);
  const earlier = new Set((attempt.prepared["operations"] ?? []) as string[]);
  return operations.filter(({ id, type }) => !earlier.has(id) && type === typeOf(request));
}

/** Traces it: still going, or ended by what is seen. Reads only. */
export async function settleVolume(attempt: Attempt, request: VolumeRequest, ports: Ports): Promise<Dispatched> {
  if (attempt.remote === null) await ports.clock.sleep(IN_FLIGHT_SECONDS);
  const operations = await ports.volume.operations(request.volume);
  if (!operations.ok) return unknown(operations.error.message);
  const operation = ownOperation(operations.value, attempt, request);
  if (!operation.ok) return operation.error;
  return byOperation(operation.value, attempt) ?? look(wordOf(attempt, operation.value), request, ports);
}

/** The one operation that is ours, undefined where there is none, or what ends the search. */
function ownOperation(
  operations: readonly VolumeOperation[],
  attempt: Attempt,
  request: VolumeRequest,
): Result<VolumeOperation | undefined, Dispatched> {
  if (attempt.remote === null && !Array.isArray(attempt.prepared["operations"]))
    return err(
      unknown("the intent does not say which operations were there before it, so which is ours cannot be told"),
    );
  const candidates = ours(operations, attempt, request);
  if (candidates.length > 1) {
    const message = `the daemon has ${candidates.length} new ${typeOf(request)} operations on this volume; which is ours cannot be told`;
    return err(unknown(message, { operations: candidates.map(({ id }) => id) }));
  }
  return ok(candidates[0]);
}

/** What our operation alone says; null where only a look at the volume tells. */
function byOperation(operation: VolumeOperation | undefined, { remote }: Attempt): Dispatched | null {
  if (operation === undefined) return null;
  // Ours by its newness: its id is written down first, and its end read from it.
  if (remote === null || mayEnd(operation)) return { kind: "accepted", id: operation.id };
  return operation.status === "completed" ? end({ kind: "applied", evidence: { operation: operation.id } }) : null;
}

/** What the other side said last, for the sentence, and its code. */
interface Word {
  readonly says: string;
  readonly code: string | null;
  /** Whether somebody said no: then a look that shows nothing done proves a refusal. */
  readonly refusal: boolean;
  readonly evidence: JsonObject;
}

function wordOf({ known: outcome, remote }: Attempt, operation: VolumeOperation | undefined): Word {
  if (operation !== undefined) return wordOfOperation(operation);
  if (outcome?.word !== undefined)
    return { says: outcome.message, code: outcome.word.code, refusal: true, evidence: outcome.evidence };
  const says =
    remote === null
      ? "the daemon has no operation on this volume that was not there before"
      : `the daemon knows no operation ${remote} any more`;
  return { says, code: null, refusal: remote !== null, evidence: {} };
}

function wordOfOperation({ id, status, error, code, abandoned: trouble }: VolumeOperation): Word {
  const says =
    trouble === "" ? error || `operation ${id} was ${status}` : `operation ${id} is ${status}, but ${trouble}`;
  return { says, code: code || null, refusal: true, evidence: { operation: id, status, error } };
}

type Busy = { readonly kind: "at rest" } | { readonly kind: "at a job" | "not known"; readonly says: string };

/** Whether CloudStack is at a job on the volume: what that does comes after the daemon's last word. */
async function busyWith({ volume }: VolumeRequest, ports: Ports): Promise<Busy> {
  const jobs = await ports.cloudstack.jobs();
  if (!jobs.ok)
    return { kind: "not known", says: `whether CloudStack is still at it is not known: ${jobs.error.message}` };
  const job = jobs.value.find((candidate) => mayBeAt(candidate, volume));
  return job === undefined
    ? { kind: "at rest" }
    : { kind: "at a job", says: `CloudStack is still at its job ${job.id} on the volume` };
}

/** The same, asked again while CloudStack is at a job, for {@link JOB_SECONDS} at most: it may be at it still. */
async function busyAfterWait(request: VolumeRequest, ports: Ports): Promise<Busy> {
  let busy = await busyWith(request, ports);
  for (let waitS = 0; busy.kind === "at a job" && waitS < JOB_SECONDS; waitS += JOB_EVERY) {
    await ports.clock.sleep(JOB_EVERY);
    busy = await busyWith(request, ports);
  }
  return busy;
}

/** What the volume shows once CloudStack is done with it. */
async function look(word: Word, request: VolumeRequest, ports: Ports): Promise<Dispatched> {
  const busy = await busyAfterWait(request, ports);
  if (busy.kind === "at a job") return unknown(`${word.says}; ${busy.says}`, word.evidence);
  const looks = await ports.volume.look([request.volume], request.vm);
  if (!looks.ok) return unknown(`${word.says}; where the volume is could not be looked at: ${looks.error.message}`);
  const [sight] = looks.value;
  return sight === undefined || sight.where === "missing"
    ? withoutVolume(word, request, busy)
    : end(judge(word, request, sight, busy));
}

function withoutVolume(word: Word, request: VolumeRequest, busy: Busy): Dispatched {
  const message = `${word.says}; CloudStack does not know volume ${request.volume} any more`;
  if (word.code !== DOES_NOT_FIT || busy.kind !== "at rest") return unknown(message, word.evidence);
  return end({ kind: "not-applied", why: "refused", code: word.code, message, evidence: word.evidence });
}

/** CloudStack's code for a request that does not fit what is: a volume that is gone, or attached or detached already. */
const DOES_NOT_FIT = "431";

const placeOf = ({ cloudstack, cloudstack_vm }: VolumeLook): string =>
  cloudstack === "attached" ? `attached to ${cloudstack_vm}` : cloudstack;

const recordOf = ({ daemon, daemon_vm }: VolumeLook): string =>
  daemon === "mapped" ? `attached to ${daemon_vm}` : "detached";

/** Whether CloudStack has the volume where it was asked to be. */
const isDone = ({ op, vm }: VolumeRequest, sight: VolumeLook): boolean =>
  op === "detach" ? sight.cloudstack === "detached" : sight.cloudstack === "attached" && sight.cloudstack_vm === vm;

/** Whether the daemon has it there as well. */
const isRecorded = ({ op, vm }: VolumeRequest, sight: VolumeLook): boolean =>
  op === "detach" ? sight.daemon === "not mapped" : sight.daemon === "mapped" && sight.daemon_vm === vm;

function undone(word: Word, busy: Busy, place: string, evidence: JsonObject): Outcome {
  const message = `${word.says}; CloudStack has the volume ${place}`;
  if (busy.kind !== "at rest") return { kind: "unknown", message: `${message}, but ${busy.says}`, evidence };
  return {
    kind: "not-applied",
    why: word.refusal ? "refused" : "not-sent",
    code: word.code,
    message: `${message}, so it was not done`,
    evidence,
  };
}

function judge(word: Word, request: VolumeRequest, sight: VolumeLook, busy: Busy): Outcome {
  const evidence = { ...word.evidence, word: word.says, cloudstack: placeOf(sight), daemon: recordOf(sight) };
  if (!isDone(request, sight)) return undone(word, busy, placeOf(sight), evidence);
  if (word.code === DOES_NOT_FIT) {
    // The request found it so: whether that was ours or somebody else's, its own probe is asked about next.
    const message = `${word.says}; CloudStack has the volume ${placeOf(sight)}`;
    return { kind: "not-applied", why: "refused", code: word.code, message, evidence };
  }
  if (isRecorded(request, sight)) return { kind: "applied", evidence };
  const flaw =
    `CloudStack has volume ${request.volume} ${placeOf(sight)}: it was done. But the daemon's record says ${recordOf(sight)} ` +
    `(${word.says}). Begin a new run: it looks where everything is now, and offers to mend the record`;
  return { kind: "applied", evidence, flaw };
}
