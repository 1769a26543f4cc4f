/** `process`: who holds a device, and the end of one process, known by pid, start time and device: TERM, KILL after ten seconds. */
import { evaluate, type Scope } from "../expression.ts";
import type { Json, JsonObject } from "../../ports/json.ts";
import type { Attempt, ChangeKind, RequestError } from "../change-kind.ts";
import type { Failure, Outcome } from "../../ports/outcome.ts";
import type { Dispatched } from "../../ports/dispatch.ts";
import type { Ports } from "../../ports/ports.ts";
import type { ProcessIdentity } from "../../ports/process.ts";
import { err, ok, type Result } from "../../ports/result.ts";
import { unaskable } from "../question.ts";
import type { ChangeSpec, Expression, ReadSpec } from "../spec.ts";
import type { ReadForm, StepKind } from "../step-kind.ts";
import { clean } from "../../text/sentence.ts";
import { text, texts } from "../values.ts";

interface EndSpec extends ChangeSpec {
  readonly kind: "process";
  readonly op: "end";
  readonly pid: Expression;
  readonly start_ticks: Expression;
  readonly device: Expression;
}

interface HoldersSpec extends ReadSpec {
  readonly devices: Expression;
}

const COUNTERPART = "the process table";
const outline = ({ op = "" }: ReadSpec): string => `process table: ${op}`;

/** Seconds within which a process that was told to end has ended or will not. */
const GRACE_SECONDS = 12;

const identityOf = (request: JsonObject): ProcessIdentity => request as unknown as ProcessIdentity;

function request(spec: EndSpec, scope: Scope): Result<JsonObject, RequestError> {
  const pid = evaluate(spec.pid, scope);
  if (!pid.ok || typeof pid.value !== "number" || pid.value < 2)
    return err({ message: `pid (${spec.pid}) is not a process id` });
  const start = text("start_ticks", spec.start_ticks, scope);
  if (!start.ok) return start;
  const device = text("device", spec.device, scope);
  return device.ok ? ok({ pid: pid.value, start_ticks: start.value, device: device.value }) : device;
}

/** Whether the very process is still there, or the sentence that says why it cannot be told. */
async function isAlive({ pid, start_ticks, device }: ProcessIdentity, ports: Ports): Promise<Result<boolean, string>> {
  const holders = await ports.process.holders([device]);
  if (!holders.ok) return err(holders.error.message);
  return ok(holders.value.some((holder) => holder.pid === pid && holder.start_ticks === start_ticks));
}

async function settle(attempt: Attempt, ports: Ports): Promise<Dispatched> {
  const identity = identityOf(attempt.request);
  await ports.clock.sleep(GRACE_SECONDS);
  const alive = await isAlive(identity, ports);
  const outcome: Outcome = !alive.ok
    ? { kind: "unknown", message: alive.error, evidence: {} }
    : alive.value
      ? {
          kind: "not-applied",
          why: "rolled-back",
          code: null,
          message: `process ${identity.pid} is still there`,
          evidence: {},
        }
      : { kind: "applied", evidence: { gone: identity.pid } };
  return { kind: "ended", outcome };
}

const end: ChangeKind<EndSpec> = {
  forms: { end: { pid: "int", start_ticks: "text", device: "text" } },
  limit: 30,
  every: 1,
  counterpart: "the process itself",
  looks: "whether that very process, by its start time, still holds the device",
  risk: () => "destroy",
  outline: () => ["TERM, 10 s, KILL; only while pid, start time and device are the ones shown"],
  request,
  requestLines: (body) => {
    const { pid, start_ticks, device } = identityOf(body);
    return [
      `TERM to process ${pid}, after 10 s KILL`,
      `only while it is the one that started at tick ${clean(start_ticks)} and holds ${clean(device)}`,
    ];
  },
  describe: (body) => {
    const { pid, start_ticks, device } = identityOf(body);
    return `End process ${pid} (started at tick ${start_ticks}, holds ${device}): TERM, after 10 s KILL`;
  },
  wayBack: () => ({ kind: "none", why: ["an ended process cannot be brought back; what it had not written is lost"] }),
  preview: () => Promise.resolve(ok(null)),
  previewLines: () => [],
  seal: (preview) => preview,
  effects: () => [{ what: "end process", verb: "", count: 1 }],
  prepare: () => Promise.resolve(ok({})),
  dispatch: async (attempt, ports) => ({
    kind: "ended",
    outcome: await ports.process.end(identityOf(attempt.request)),
  }),
  poll: () => Promise.reject(new Error("ending a process has no id to wait for")),
  settle,
  trace: "effect",
};

const holders: ReadForm<HoldersSpec> = {
  fields: { devices: "texts" },
  answer: "list<ProcessLook>",
  counterpart: COUNTERPART,
  outline,
  ask: async (spec, scope, ports) => {
    const devices = texts("devices", spec.devices, scope);
    if (!devices.ok) return unaskable(devices.error.message);
    return (await ports.process.holders(devices.value)) as unknown as Result<Json, Failure>;
  },
};

const api: ReadForm<ReadSpec> = {
  fields: {},
  answer: "list<ProcessLook>",
  counterpart: COUNTERPART,
  outline,
  ask: async (_spec, _scope, ports) => (await ports.process.service("api")) as unknown as Result<Json, Failure>,
};

export const processKind: StepKind = {
  summary: "The processes of this machine: who holds a device; ends one of them.",
  reads: { holders, api },
  change: end,
  rows: {
    ProcessLook: {
      pid: "int",
      start_ticks: "string",
      started: "int",
      program: "string",
      args: "string",
      device: "string",
      parents: "string",
      cpu_ms: "int",
    },
  },
};
