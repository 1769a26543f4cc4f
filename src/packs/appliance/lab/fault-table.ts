import { roles, type Role } from "./appliance/config.ts";

/** What may stand for a parameter: one of these words, seconds (which may be `never`), a whole number, or any text. */
type Value = readonly string[] | "seconds" | "number" | "text";

/** What a fault does and which parameters it takes; every fault takes `k` (only the k-th time) and `times` too. */
type FaultKind = { role: Role; params: Readonly<Record<string, Value>>; does: string };

const COUNTS: Readonly<Record<string, Value>> = { k: "number", times: "number" };
const TEXT = "text";
const CALL = { method: TEXT, path: TEXT } as const;
const OPERATION = { type: ["attach", "detach"], volume: TEXT } as const;
const COMMAND = { command: TEXT, id: TEXT } as const;

const http: Record<string, string> = {
  down: "refuses connections",
  slow: "answers `seconds` later",
  garbage: "answers broken JSON with 200",
  "drop-before": "drops the connection before doing the work",
  "drop-after": "drops the connection after doing the work",
  "error-after": "answers 500, or `status`, after doing the work",
};

const httpParams: Readonly<Record<string, FaultKind["params"]>> = {
  down: {},
  slow: { seconds: "seconds", ...CALL },
  "error-after": { status: "number", ...CALL },
};

const forAll = roles.flatMap((role) =>
  Object.entries(http).map(([kind, does]): [string, FaultKind] => {
    return [`${role}-${kind}`, { role, params: httpParams[kind] ?? CALL, does }];
  }),
);

/** Every fault by name. */
export const faultTable: Record<string, FaultKind> = {
  ...Object.fromEntries(forAll),
  "daemon-unhealthy": { role: "daemon", params: {}, does: "database_health is unhealthy and reads fail as 404" },
  "daemon-broken-reads": {
    role: "daemon",
    params: { text: TEXT },
    does: "device and operation reads fail as 404, health is fine",
  },
  "daemon-operation-time": {
    role: "daemon",
    params: { seconds: "seconds", ...OPERATION },
    does: "an operation takes so long; its effect comes at its end",
  },
  "daemon-operation-status": {
    role: "daemon",
    params: { status: ["cancelled", "failed", "completed"], error: TEXT, ...OPERATION },
    does: "an operation does its work and then reports another end",
  },
  "daemon-restart": {
    role: "daemon",
    params: { when: ["asked", "taken"], ...OPERATION },
    does: "is killed and started again when an operation was asked for, or once CloudStack took its job; it stays executing",
  },
  "daemon-lost-poll": {
    role: "daemon",
    params: OPERATION,
    does: "loses CloudStack while it waits for the job: the operation fails, the job goes on",
  },
  "daemon-database-lost": {
    role: "daemon",
    params: OPERATION,
    does: "can write nothing any more once CloudStack took the job: mapping and operation stay as they were",
  },
  "daemon-forget": { role: "daemon", params: {}, does: "knows no operation it is asked for" },
  "daemon-detach-431": {
    role: "daemon",
    params: { volume: TEXT, how: ["already-detached", "in-cloudstack", "unknown", "attached"] },
    does: "a detach gets 431 from CloudStack, for one of four reasons",
  },
  "cloudstack-401": { role: "cloudstack", params: {}, does: "rejects the credentials" },
  "cloudstack-refuse": {
    role: "cloudstack",
    params: { ...COMMAND, code: "number", cs: "number", text: TEXT },
    does: "refuses a command at once",
  },
  "cloudstack-fail-job": {
    role: "cloudstack",
    params: { ...COMMAND, code: "number", text: TEXT, effect: ["none", "done"] },
    does: "the job of a command fails, before its work or (effect=done) after it",
  },
  "cloudstack-check-late": {
    role: "cloudstack",
    params: COMMAND,
    does: "checks a request inside its job: a refusal is the end of the job",
  },
  "cloudstack-forget": {
    role: "cloudstack",
    params: COMMAND,
    does: "forgets the job of a command once it has ended, and all that ended before it",
  },
  "cloudstack-job-time": {
    role: "cloudstack",
    params: { ...COMMAND, seconds: "seconds" },
    does: "a job takes so long",
  },
  "cloudstack-lists-ended": {
    role: "cloudstack",
    params: {},
    does: "lists jobs that have ended as well, as it did before 4.12",
  },
  "cloudstack-hides-vm": {
    role: "cloudstack",
    params: { id: TEXT },
    does: "leaves the VM `id` out of a list of VMs, as for keys that may not see it",
  },
  "cloudstack-no-device": {
    role: "cloudstack",
    params: { volume: TEXT },
    does: "an attached volume's device never appears",
  },
  "virtio-end": {
    role: "api",
    params: { vm: TEXT, code: "number" },
    does: "the virt-v2v-in-place a blocked engine waits for ends at once with this exit code",
  },
  "api-auth": { role: "api", params: {}, does: "authentication is on" },
};

const fits = (value: Value, input: string): boolean => {
  if (value === "text") return input !== "";
  if (value === "number") return /^\d+$/.test(input);
  if (value === "seconds") return input === "never" || /^\d+(\.\d+)?$/.test(input);
  return value.includes(input);
};

const valueText = (name: string, value: Value): string => {
  if (value === "seconds") return `${name} (or never)`;
  return typeof value === "string" ? name : `${name} (${value.join(", ")})`;
};

/** The parameters of a fault as a list for people; '' where it has none of its own. */
export const paramsText = ({ params }: FaultKind): string =>
  Object.entries(params)
    .map(([name, value]) => valueText(name, value))
    .join(", ");

function kindOf(name: string): FaultKind {
  const kind = faultTable[name];
  if (!kind) throw new Error(`there is no fault named ${name}`);
  return kind;
}

/**
 * What is wrong with the parameters of a fault, or null. A word that the fault does not know would be a fault that never
 * happens, and a test of it one that cannot fail.
 */
export function misfit(name: string, params: Readonly<Record<string, unknown>>): string | null {
  const kind = kindOf(name);
  const parameters: Readonly<Record<string, Value>> = { ...kind.params, ...COUNTS };
  for (const [key, input] of Object.entries(params)) {
    if (input === undefined) continue;
    const value = parameters[key];
    if (value === undefined)
      return `the fault ${name} takes no ${key}; it takes ${[paramsText(kind), "k, times"].filter(Boolean).join(", ")}`;
    if (!fits(value, String(input)))
      return `the fault ${name} takes no ${key}=${String(input)}: ${valueText(key, value)}`;
  }
  return null;
}

/** The process a fault belongs to. */
export const roleOfFault = (name: string): Role => kindOf(name).role;
