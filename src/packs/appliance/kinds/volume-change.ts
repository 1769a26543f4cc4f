/** `volume`: attach or detach through the Volume Daemon. Submit, keep the operation id, poll to an end, as one step. */
import type { Scope } from "../../../phases/expression.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { Attempt, ChangeKind, RequestError } from "../../../phases/change-kind.ts";
import type { Failure, Outcome } from "../../../ports/outcome.ts";
import type { Dispatched } from "../../../ports/dispatch.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { VolumeOperation, VolumeRequest } from "../ports/volume.ts";
import { ok, type Result } from "../../../ports/result.ts";
import type { ChangeSpec, Expression } from "../../../phases/spec.ts";
import { clean } from "../../../text/sentence.ts";
import { text } from "../../../phases/values.ts";
import { isGoing, settleVolume } from "./volume-settle.ts";

type VolumeSpec = ChangeSpec & { readonly kind: "volume"; readonly volume: Expression } & (
    | { readonly op: "detach" }
    | { readonly op: "attach" | "attach_root"; readonly vm: Expression }
  );

const requestOf = (request: JsonObject): VolumeRequest => request as unknown as VolumeRequest;

function request(spec: VolumeSpec, scope: Scope): Result<JsonObject, RequestError> {
  const volume = text("volume", spec.volume, scope);
  if (!volume.ok) return volume;
  if (spec.op === "detach") return ok({ op: spec.op, volume: volume.value, vm: "" });
  const vm = text("vm", spec.vm, scope);
  return vm.ok ? ok({ op: spec.op, volume: volume.value, vm: vm.value }) : vm;
}

function describe(body: JsonObject): string {
  const { op, volume, vm } = requestOf(body);
  if (op === "detach") return `Detach volume ${volume} through the Volume Daemon`;
  return `Attach volume ${volume} to VM ${vm}${op === "attach_root" ? " as its root disk" : ""} through the Volume Daemon`;
}

/**
 * How a finished operation ended, or null while it is going. `failed` is the daemon's word that nothing more will come, and
 * no proof that nothing was done: it says so also when it lost CloudStack while the job went on, and a code in its text may
 * be the answer to a look at the job.
 */
export function outcomeOf(operation: VolumeOperation): Outcome | null {
  const { id, status, error, code } = operation;
  const evidence = { operation: id, status, error };
  if (status === "completed") return { kind: "applied", evidence };
  if (isGoing(operation)) return null;
  const message = error === "" ? `the operation was ${status}` : error;
  return { kind: "unknown", message, evidence, word: { code: code || null } };
}

async function poll(id: string, request: JsonObject, ports: Ports): Promise<Result<Outcome | null, Failure>> {
  const operation = await ports.volume.operation(id);
  if (operation.ok) return ok(outcomeOf(operation.value));
  if (operation.error.kind !== "refused") return operation;
  const operations = await ports.volume.operations(requestOf(request).volume);
  if (!operations.ok) return operations;
  const match = operations.value.find((candidate) => candidate.id === id);
  if (match !== undefined) return ok(outcomeOf(match));
  // It answers, and does not know the operation any more: nothing will be heard of it, and nothing is known.
  return ok({ kind: "unknown", message: operation.error.message, evidence: { operation: id }, word: { code: null } });
}

async function prepare(body: JsonObject, ports: Ports): Promise<Result<JsonObject, Failure>> {
  const operations = await ports.volume.operations(requestOf(body).volume);
  return operations.ok ? ok({ operations: operations.value.map((operation) => operation.id) }) : operations;
}

export const volumeChange: ChangeKind<VolumeSpec> = {
  forms: {
    attach: { volume: "text", vm: "text" },
    attach_root: { volume: "text", vm: "text" },
    detach: { volume: "text" },
  },
  limit: 60,
  every: 2,
  counterpart: "the Volume Daemon",
  looks: "the daemon's operations and since when it runs, CloudStack's jobs, and where both have the volume",
  risk: () => "change",
  outline: ({ op }) => [`Volume Daemon: ${clean(op)}`],
  request,
  describe,
  requestLines: (body) => {
    const { op, volume, vm } = requestOf(body);
    return [`Volume Daemon ${clean(op)} ${clean(volume)}${vm === "" ? "" : ` to VM ${clean(vm)}`}`];
  },
  wayBack: () => ({ kind: "other", why: [] }),
  preview: () => Promise.resolve(ok(null)),
  previewLines: () => [],
  seal: (preview) => preview,
  effects: (body) => [{ what: requestOf(body).op, verb: "", count: 1 }],
  prepare,
  dispatch: (attempt, ports) => ports.volume.submit(requestOf(attempt.request)),
  poll,
  settle: (attempt: Attempt, ports: Ports): Promise<Dispatched> =>
    settleVolume(attempt, requestOf(attempt.request), ports),
  trace: "effect",
};
