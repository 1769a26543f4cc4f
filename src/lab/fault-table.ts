import { roles, type Role } from "./appliance/config.ts";

/** What a fault does and which parameters it takes; every fault takes `k` (only the k-th time) and `times` too. */
type FaultKind = { role: Role; params: string; does: string };

const http: Record<string, string> = {
  down: "refuses connections",
  slow: "answers `seconds` later",
  garbage: "answers broken JSON with 200",
  "drop-before": "drops the connection before doing the work",
  "drop-after": "drops the connection after doing the work",
  "error-after": "answers 500 after doing the work",
};

const forAll = roles.flatMap((role) =>
  Object.entries(http).map(([kind, does]): [string, FaultKind] => {
    const params = kind === "down" ? "" : kind === "slow" ? "seconds, method, path" : "method, path";
    return [`${role}-${kind}`, { role, params, does }];
  }),
);

/** Every fault by name. */
export const faultTable: Record<string, FaultKind> = {
  ...Object.fromEntries(forAll),
  "daemon-unhealthy": { role: "daemon", params: "", does: "database_health is unhealthy and reads fail as 404" },
  "daemon-broken-reads": {
    role: "daemon",
    params: "text",
    does: "device and operation reads fail as 404, health is fine",
  },
  "daemon-operation-time": {
    role: "daemon",
    params: "seconds (or never), type, volume",
    does: "an operation takes so long; its effect comes at its end",
  },
  "daemon-operation-status": {
    role: "daemon",
    params: "status (cancelled, failed, completed), error, type, volume",
    does: "an operation does its work and then reports another end",
  },
  "daemon-forget": { role: "daemon", params: "", does: "knows no operation it is asked for" },
  "daemon-detach-431": {
    role: "daemon",
    params: "volume, how (already-detached, unknown, attached)",
    does: "a detach gets 431 from CloudStack, for one of three reasons",
  },
  "cloudstack-401": { role: "cloudstack", params: "", does: "rejects the credentials" },
  "cloudstack-refuse": { role: "cloudstack", params: "command, id, code, cs, text", does: "refuses a command at once" },
  "cloudstack-fail-job": { role: "cloudstack", params: "command, id, code, text", does: "the job of a command fails" },
  "cloudstack-job-time": { role: "cloudstack", params: "command, id, seconds (or never)", does: "a job takes so long" },
  "cloudstack-no-device": { role: "cloudstack", params: "volume", does: "an attached volume's device never appears" },
  "virtio-end": {
    role: "api",
    params: "vm, code",
    does: "the virt-v2v-in-place a blocked engine waits for ends at once with this exit code",
  },
  "api-auth": { role: "api", params: "", does: "authentication is on" },
};

/** The process a fault belongs to. */
export function roleOfFault(name: string): Role {
  const kind = faultTable[name];
  if (!kind) throw new Error(`there is no fault named ${name}`);
  return kind.role;
}
