/** What others do to an appliance while a run goes on, and what a run sent after that: by the lab's ledger alone. */
import { spawn } from "node:child_process";
import { adminCall } from "../../src/packs/appliance/lab/appliance/admin-client.ts";
import {
  clearFaults,
  cloudstackState,
  fault,
  readLedger,
  type Lab,
  type LedgerEntry,
} from "../../src/packs/appliance/lab/index.ts";

/** An engine started, a volume moved in CloudStack, an operation begun through the daemon by another tool. */
export const ACTS = ["engine", "volume", "operation"] as const;
export type Act = (typeof ACTS)[number];

const deviceOf = (volume: string): string => `/dev/disk/by-id/virtio-${volume.replaceAll("-", "").slice(0, 20)}`;

/** A process that names the disk in its arguments, as an engine's child does; it is there on return. Gives how to end it. */
export function engine(volume: string): () => void {
  const child = spawn("/bin/sh", ["-c", "while :; do sleep 1; done", "qemu-system-x86_64", deviceOf(volume)], {
    stdio: "ignore",
    detached: true,
  });
  return () => void process.kill(-(child.pid ?? 0), "SIGKILL");
}

async function move(lab: Lab, volume: string): Promise<() => void> {
  const off = cloudstackState(lab).volumes[volume]?.vm === null;
  const body = { id: volume, action: off ? "attach" : "detach" };
  await adminCall(lab.config, "cloudstack", "POST /lab/volume", body);
  return () => undefined;
}

async function operation(lab: Lab, volume: string): Promise<() => void> {
  const { appliance, volumes } = cloudstackState(lab);
  const verb = volumes[volume]?.vm === null ? "attach" : "detach";
  // It goes on for ever, whatever else was said of how long operations take: what is over before a look, no look can see.
  await clearFaults(lab, "daemon-operation-time");
  await fault(lab, "daemon-operation-time", { seconds: "never", type: verb, volume, times: 1 });
  const answer = await fetch(`${lab.site.volume_daemon.url}/api/v1/volumes/${volume}/${verb}`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "somebody" },
    body: verb === "attach" ? JSON.stringify({ vm_id: appliance }) : "",
  });
  if (answer.status !== 201) throw new Error(`the daemon answered ${answer.status}`);
  return () => undefined;
}

/** Does it to this volume, and is back once it has begun. Gives how to clear up behind it. */
export async function perform(lab: Lab, act: Act, volume: string): Promise<() => void> {
  return act === "engine" ? engine(volume) : act === "volume" ? move(lab, volume) : operation(lab, volume);
}

/** What had been sent at some moment. */
export interface Moment {
  readonly entries: number;
  readonly jobs: ReadonlySet<string>;
}

export async function momentOf(lab: Lab): Promise<Moment> {
  const entries = (await readLedger(lab)).length;
  return { entries, jobs: new Set(Object.keys(cloudstackState(lab).jobs)) };
}

/** Whether an entry is a request or a statement of Handrail itself that came after a moment. */
function isSent(entry: LedgerEntry, { jobs }: Moment): boolean {
  if (entry.by === "handrail") return entry["step"] !== undefined;
  if (entry.by === "volume-daemon" && entry["outcome"] === "accepted") return entry["agent"] !== "somebody";
  // The daemon's own requests to CloudStack belong to operations that are counted already.
  const daemons = entry.action === "attachVolume" || entry.action === "detachVolume";
  return entry.by === "cloudstack" && !daemons && !jobs.has(String(entry["job"]));
}

/** What the run sent after a moment, in words. The daemons' own rows and what was sent before do not count. */
export async function sentSince(lab: Lab, moment: Moment): Promise<string[]> {
  const entries = (await readLedger(lab)).slice(moment.entries);
  return entries
    .filter((entry) => isSent(entry, moment))
    .map((entry) => `${entry.action} ${String(entry["step"] ?? entry["volume"] ?? entry["id"] ?? "")}`);
}
