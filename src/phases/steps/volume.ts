/** `volume`: attach or detach through the Volume Daemon. Submit, keep the operation id, poll to an end, as one step. */
import type { Scope } from "../expression.ts";
import type { JsonObject } from "../json.ts";
import type { Attempt, ChangeKind, RequestError } from "../kind.ts";
import type { Failure, Outcome } from "../outcome.ts";
import type { Dispatched, Ports, VolumeOperation, VolumeRequest } from "../ports.ts";
import { ok, type Result } from "../result.ts";
import type { ChangeSpec } from "../spec.ts";
import { text } from "../values.ts";

type Spec = Extract<ChangeSpec, { kind: "volume" }>;

/** Seconds within which a POST that was on its way when its sender died has reached the daemon or never will. */
const IN_FLIGHT_SECONDS = 5;

const requestOf = (request: JsonObject): VolumeRequest => request as unknown as VolumeRequest;
const typeOf = (request: VolumeRequest): string => (request.op === "detach" ? "detach" : "attach");

function request(spec: Spec, scope: Scope): Result<JsonObject, RequestError> {
  const volume = text("volume", spec.volume, scope);
  if (!volume.ok) return volume;
  if (spec.op === "detach") return ok({ op: spec.op, volume: volume.value, vm: "" });
  const vm = text("vm", spec.vm, scope);
  return vm.ok ? ok({ op: spec.op, volume: volume.value, vm: vm.value }) : vm;
}

function describe(found: JsonObject): string {
  const { op, volume, vm } = requestOf(found);
  if (op === "detach") return `Detach volume ${volume} through the Volume Daemon`;
  return `Attach volume ${volume} to VM ${vm}${op === "attach_root" ? " as its root disk" : ""} through the Volume Daemon`;
}

/** How a finished operation ended, or null while it is going. `failed` is the daemon's word that nothing more will come. */
function outcomeOf(operation: VolumeOperation): Outcome | null {
  const evidence = { operation: operation.id, status: operation.status, error: operation.error };
  if (operation.status === "completed") return { kind: "applied", evidence };
  if (operation.status === "pending" || operation.status === "executing") return null;
  const message = operation.error === "" ? `the operation was ${operation.status}` : operation.error;
  return { kind: "not-applied", why: "refused", code: operation.code || null, message, evidence };
}

async function poll(id: string, _request: JsonObject, ports: Ports): Promise<Result<Outcome | null, Failure>> {
  const operation = await ports.volume.operation(id);
  return operation.ok ? ok(outcomeOf(operation.value)) : operation;
}

async function prepare(found: JsonObject, ports: Ports): Promise<Result<JsonObject, Failure>> {
  const before = await ports.volume.operations(requestOf(found).volume);
  return before.ok ? ok({ operations: before.value.map((operation) => operation.id) }) : before;
}

/** Finds the operation that our POST made: the daemon has no idempotency key, so the ids before it are taken away. */
async function settle(attempt: Attempt, ports: Ports): Promise<Dispatched> {
  const wanted = requestOf(attempt.request);
  const before = new Set((attempt.prepared["operations"] ?? []) as string[]);
  await ports.clock.sleep(IN_FLIGHT_SECONDS);
  const now = await ports.volume.operations(wanted.volume);
  if (!now.ok) {
    return { kind: "ended", outcome: { kind: "unknown", message: now.error.message, evidence: {} } };
  }
  const ours = now.value.filter((operation) => !before.has(operation.id) && operation.type === typeOf(wanted));
  const [only] = ours;
  if (only === undefined) {
    const message = "the daemon has no operation on this volume that was not there before";
    const outcome: Outcome = { kind: "not-applied", why: "not-sent", code: null, message, evidence: {} };
    return { kind: "ended", outcome };
  }
  if (ours.length > 1) {
    const message = `the daemon has ${ours.length} new ${typeOf(wanted)} operations on this volume; which is ours cannot be told`;
    const evidence = { operations: ours.map((operation) => operation.id) };
    return { kind: "ended", outcome: { kind: "unknown", message, evidence } };
  }
  return { kind: "accepted", id: only.id };
}

export const volumeChange: ChangeKind<Spec> = {
  every: 2,
  risk: () => "change",
  request,
  describe,
  cannotUndo: () => null,
  preview: () => Promise.resolve(ok(null)),
  prepare,
  dispatch: (attempt, ports) => ports.volume.submit(requestOf(attempt.request)),
  poll,
  settle,
  shownByVerify: () => true,
};
