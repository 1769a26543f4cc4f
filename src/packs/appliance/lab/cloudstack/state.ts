import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Vm = { id: string; name: string; state: string; created: string; cpunumber: number; memory: number };
export type Volume = {
  id: string;
  name: string;
  type: "ROOT" | "DATADISK";
  size: number;
  vm: string | null;
  deviceid: number | null;
  created: string;
  /** What is on the disk, as far as anyone needs to tell: a revert puts back what the snapshot holds. */
  content: string;
  /** `Ready` where nothing else is said; another word while CloudStack is at work on it. */
  state?: string;
};
export type Snapshot = {
  id: string;
  name: string;
  volumeid: string;
  created: string;
  content: string;
  /** `BackedUp` where nothing else is said; `BackingUp` while it is copied to secondary storage. */
  state?: string;
};
export type Job = {
  jobid: string;
  command: string;
  params: Record<string, string>;
  created: string;
  /** 0 running, 1 done, 2 failed. */
  status: 0 | 1 | 2;
  result: Record<string, unknown> | null;
  instance: { type: string; id: string } | null;
  /** When a running job ends, in milliseconds since the epoch; null is never. */
  due: number | null;
  /** The error a fault has chosen for its end, and whether the work is done all the same. */
  fails: { code: number; text: string; done?: boolean } | null;
  /** When it ended, as CloudStack prints it. */
  completed?: string;
  /** It is not to be found any more once it has ended. */
  forgotten?: boolean;
};

const hasEnded = ({ status }: Job): boolean => status !== 0;

/**
 * Whether CloudStack has thrown the record of an ended job away: the oldest first, so all that came before it are gone as well.
 * What came first the order of `jobs` says; the times are of whole seconds.
 */
export function isForgotten(job: Job, jobs: Readonly<Record<string, Job>>): boolean {
  const inOrder = Object.values(jobs);
  const from = inOrder.findIndex(({ jobid }) => jobid === job.jobid);
  return hasEnded(job) && inOrder.slice(from).some((each) => each.forgotten === true && hasEnded(each));
}

/** Everything CloudStack knows. Kept in a file that is written before any answer, so it survives a kill. */
export type CloudState = {
  appliance: string;
  zone: string;
  vms: Record<string, Vm>;
  volumes: Record<string, Volume>;
  snapshots: Record<string, Snapshot>;
  jobs: Record<string, Job>;
};

/** A CloudStack with the appliance's machine and nothing else. */
export function emptyCloud(appliance: string, zone: string): CloudState {
  const time = "2025-08-01T08:00:00+0000";
  const vm: Vm = { id: appliance, name: "oma", state: "Running", created: time, cpunumber: 8, memory: 16384 };
  return { appliance, zone, vms: { [appliance]: vm }, volumes: {}, snapshots: {}, jobs: {} };
}

/** Where the state lies. */
export function cloudFile(dir: string): string {
  return join(dir, "cloudstack.json");
}

/** Reads the state of the lab at `dir`. */
export function readCloud(dir: string): CloudState {
  const file = cloudFile(dir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CloudState) : emptyCloud("", "");
}

/** Writes the state in one step: a reader never sees half of it. */
export function writeCloud(dir: string, state: CloudState): void {
  writeFileSync(`${cloudFile(dir)}.new`, JSON.stringify(state));
  renameSync(`${cloudFile(dir)}.new`, cloudFile(dir));
}

/** The device link a volume has on the appliance: the first twenty hex digits of its id. */
export function deviceName(volumeId: string): string {
  return `virtio-${volumeId.replaceAll("-", "").slice(0, 20)}`;
}

/** The lab's stand-in for the appliance's /dev/disk/by-id. */
export function deviceFolder(dir: string): string {
  return join(dir, "dev", "disk", "by-id");
}

/** Makes the appliance see a volume, or see it no more. */
export function showDevice(dir: string, volumeId: string, visible: boolean): void {
  const file = join(deviceFolder(dir), deviceName(volumeId));
  if (visible) writeFileSync(file, `stand-in for volume ${volumeId}\n`);
  else rmSync(file, { force: true });
}
