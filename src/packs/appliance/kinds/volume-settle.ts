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
import type { VolumeLook, VolumeOperation, VolumeRequest } from "../ports/volume.ts";

/** Seconds within which a POST that was on its way when its sender died has reached the daemon or never will. */
const IN_FLIGHT_SECONDS = 5;
/** Seconds that a job of CloudStack is waited for that outlived its operation, and between two looks at it. */
const JOB_SECONDS = 120;
const JOB_EVERY = 2;

export const isGoing = ({ status }: Pick<VolumeOperation, "status">): boolean =>
  status === "pending" || status === "executing";

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
  if (attempt.remote === null && !Array.isArray(attempt.prepared["operations"]))
    return unknown("the intent does not say which operations were there before it, so which is ours cannot be told");
  const candidates = ours(operations.value, attempt, request);
  if (candidates.length > 1) {
    const message = `the daemon has ${candidates.length} new ${typeOf(request)} operations on this volume; which is ours cannot be told`;
    return unknown(message, { operations: candidates.map(({ id }) => id) });
  }
  const [operation] = candidates;
  // Ours by its newness: its id is written down first, and its end read from it.
  if (operation !== undefined && attempt.remote === null) return { kind: "accepted", id: operation.id };
  if (operation !== undefined && isGoing(operation) && operation.abandoned === "")
    return { kind: "accepted", id: operation.id };
  if (operation?.status === "completed") return end({ kind: "applied", evidence: { operation: operation.id } });
  return look(wordOf(attempt, operation), request, ports);
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
  if (operation !== undefined) {
    const { id, status, error, code, abandoned: trouble } = operation;
    const says =
      trouble === "" ? error || `operation ${id} was ${status}` : `operation ${id} is ${status}, but ${trouble}`;
    return { says, code: code || null, refusal: true, evidence: { operation: id, status, error } };
  }
  if (outcome?.word !== undefined)
    return { says: outcome.message, code: outcome.word.code, refusal: true, evidence: outcome.evidence };
  const says =
    remote === null
      ? "the daemon has no operation on this volume that was not there before"
      : `the daemon knows no operation ${remote} any more`;
  return { says, code: null, refusal: remote !== null, evidence: {} };
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

/** What the volume shows once CloudStack is done with it. */
async function look(word: Word, request: VolumeRequest, ports: Ports): Promise<Dispatched> {
  let busy = await busyWith(request, ports);
  for (let waitS = 0; busy.kind === "at a job"; waitS += JOB_EVERY) {
    if (waitS >= JOB_SECONDS) return unknown(`${word.says}; ${busy.says}`, word.evidence);
    await ports.clock.sleep(JOB_EVERY);
    busy = await busyWith(request, ports);
  }
  const looks = await ports.volume.look([request.volume], request.vm);
  if (!looks.ok) return unknown(`${word.says}; where the volume is could not be looked at: ${looks.error.message}`);
  const [sight] = looks.value;
  if (sight === undefined || sight.where === "missing") {
    const message = `${word.says}; CloudStack does not know volume ${request.volume} any more`;
    if (word.code !== DOES_NOT_FIT || busy.kind !== "at rest") return unknown(message, word.evidence);
    return end({ kind: "not-applied", why: "refused", code: word.code, message, evidence: word.evidence });
  }
  return end(judge(word, request, sight, busy));
}

/** CloudStack's code for a request that does not fit what is: a volume that is gone, or attached or detached already. */
const DOES_NOT_FIT = "431";

const placeOf = ({ cloudstack, cloudstack_vm }: VolumeLook): string =>
  cloudstack === "attached" ? `attached to ${cloudstack_vm}` : cloudstack;

const recordOf = ({ daemon, daemon_vm }: VolumeLook): string =>
  daemon === "mapped" ? `attached to ${daemon_vm}` : "detached";

function judge(word: Word, request: VolumeRequest, sight: VolumeLook, busy: Busy): Outcome {
  const detaching = request.op === "detach";
  const isDone = detaching
    ? sight.cloudstack === "detached"
    : sight.cloudstack === "attached" && sight.cloudstack_vm === request.vm;
  const evidence = { ...word.evidence, word: word.says, cloudstack: placeOf(sight), daemon: recordOf(sight) };
  if (!isDone && busy.kind !== "at rest")
    return {
      kind: "unknown",
      message: `${word.says}; CloudStack has the volume ${placeOf(sight)}, but ${busy.says}`,
      evidence,
    };
  if (!isDone) {
    const message = `${word.says}; CloudStack has the volume ${placeOf(sight)}, so it was not done`;
    return { kind: "not-applied", why: word.refusal ? "refused" : "not-sent", code: word.code, message, evidence };
  }
  if (word.code === DOES_NOT_FIT) {
    // The request found it so: whether that was ours or somebody else's, its own probe is asked about next.
    const message = `${word.says}; CloudStack has the volume ${placeOf(sight)}`;
    return { kind: "not-applied", why: "refused", code: word.code, message, evidence };
  }
  const agrees = detaching
    ? sight.daemon === "not mapped"
    : sight.daemon === "mapped" && sight.daemon_vm === request.vm;
  if (agrees) return { kind: "applied", evidence };
  const flaw =
    `CloudStack has volume ${request.volume} ${placeOf(sight)}: it was done. But the daemon's record says ${recordOf(sight)} ` +
    `(${word.says}). Begin a new run: it looks where everything is now, and offers to mend the record`;
  return { kind: "applied", evidence, flaw };
}
