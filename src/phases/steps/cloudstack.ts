/** `cloudstack`: one signed command with its async job. Reverts and deletions cannot be taken back and say so. */
import type { Scope } from "../expression.ts";
import type { JsonObject } from "../json.ts";
import type { Attempt, ChangeKind, RequestError } from "../kind.ts";
import type { Failure, Outcome } from "../outcome.ts";
import type { AsyncJob, Dispatched, Ports } from "../ports.ts";
import { ok, type Result } from "../result.ts";
import type { ChangeSpec, Risk } from "../spec.ts";
import { textParams } from "../values.ts";

type Spec = Extract<ChangeSpec, { kind: "cloudstack" }>;
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

function request(spec: Spec, scope: Scope): Result<JsonObject, RequestError> {
  const params = textParams(spec.params, scope);
  return params.ok ? ok({ command: spec.command, params: params.value }) : params;
}

function describe(found: JsonObject): string {
  const { command, params } = requestOf(found);
  const known = COMMANDS[command];
  const others = Object.entries(params).filter(([name]) => name !== "id");
  const extra = others.length === 0 ? "" : ` (${others.map(([name, value]) => `${name}=${value}`).join(", ")})`;
  return `${known?.says ?? `CloudStack command ${command}`} ${params["id"] ?? ""}${extra}`.trimEnd();
}

function outcomeOf(job: AsyncJob): Outcome | null {
  const evidence = { job: job.id, command: job.command, status: job.status, error: job.error };
  if (job.status === "done") return { kind: "applied", evidence };
  if (job.status === "pending") return null;
  return { kind: "not-applied", why: "refused", code: job.code || null, message: job.error, evidence };
}

async function poll(id: string, _request: JsonObject, ports: Ports): Promise<Result<Outcome | null, Failure>> {
  const job = await ports.cloudstack.job(id);
  return job.ok ? ok(outcomeOf(job.value)) : job;
}

/** The jobs known before; an account that may not list jobs leaves a lost answer to the operator, and the intent says so. */
async function prepare(_request: JsonObject, ports: Ports): Promise<Result<JsonObject, Failure>> {
  const jobs = await ports.cloudstack.jobs();
  if (jobs.ok) return ok({ jobs: jobs.value.map((job) => job.id) });
  return jobs.error.kind === "refused" ? ok({ jobs: null }) : jobs;
}

function matches(job: AsyncJob, wanted: Request): boolean {
  const command = (job.command.split(".").at(-1) ?? job.command).replace(/Cmd(ByAdmin)?$/u, "").toLowerCase();
  const { id } = wanted.params;
  return command === wanted.command.toLowerCase() && (job.instance === "" || id === undefined || job.instance === id);
}

const unknown = (message: string, evidence: JsonObject = {}): Dispatched => ({
  kind: "ended",
  outcome: { kind: "unknown", message, evidence },
});

async function settle(attempt: Attempt, ports: Ports): Promise<Dispatched> {
  const wanted = requestOf(attempt.request);
  const listed = attempt.prepared["jobs"];
  if (!Array.isArray(listed))
    return unknown("this account may not list CloudStack jobs, so a lost answer cannot be traced");
  await ports.clock.sleep(IN_FLIGHT_SECONDS);
  const now = await ports.cloudstack.jobs();
  if (!now.ok) return unknown(now.error.message);
  const before = new Set(listed as string[]);
  const ours = now.value.filter((job) => !before.has(job.id) && matches(job, wanted));
  const [only] = ours;
  if (ours.length > 1) return unknown("CloudStack has more than one such job", { jobs: ours.map((job) => job.id) });
  if (only !== undefined) return { kind: "accepted", id: only.id };
  const message = "CloudStack has no such job that was not there before";
  return { kind: "ended", outcome: { kind: "not-applied", why: "not-sent", code: null, message, evidence: {} } };
}

export const cloudstackChange: ChangeKind<Spec> = {
  every: 2,
  risk: (spec) => COMMANDS[spec.command]?.risk ?? "destroy",
  request,
  describe,
  cannotUndo: (found) => {
    const known = COMMANDS[requestOf(found).command];
    return known === undefined ? "this command is not known to Handrail; take it as final" : known.gone;
  },
  preview: () => Promise.resolve(ok(null)),
  prepare,
  dispatch: (attempt, ports) => {
    const { command, params } = requestOf(attempt.request);
    return ports.cloudstack.submit(command, params);
  },
  poll,
  settle,
  shownByVerify: (found) => requestOf(found).command !== "revertSnapshot",
};
