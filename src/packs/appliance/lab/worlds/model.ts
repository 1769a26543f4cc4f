import type { CloudState } from "../cloudstack/state.ts";
import type { Fault } from "../appliance/faults.ts";
import type { Role } from "../appliance/config.ts";

/** The rollback point of a disk: does it still exist, and does the database still name it? */
export type DiskSnapshot = { exists: boolean; tracked: boolean; state?: string };

/** A disk of a machine and where it is, according to everyone concerned. */
export type Disk = {
  id: string;
  sizeGb: number;
  /** Where CloudStack has it. */
  place: "appliance" | "nowhere" | "test-vm";
  /** What the daemon's mapping says: the truth, nothing, or (stale) that it is still on the appliance. */
  mapping: "right" | "none" | "stale";
  mode: "oma" | "failover";
  snapshot: DiskSnapshot | null;
  reverted: boolean;
};

export type StepState = "completed" | "failed" | "running";

/** `blocked` as shipped; the others poll, and move on at a nudge, at the advance to creating_vm, or at neither. */
export type EngineKind = "blocked" | "nudge" | "advance" | "deaf";

/** A failover in which the machine still is. */
export type Failover = {
  type: "test" | "live";
  minutesAgo: number;
  tracking: "running" | "failed" | "completed";
  job: "pending" | "creating_vm" | "failed" | "completed";
  steps: [name: string, state: StepState][];
  /** The machine made in CloudStack: does failover_jobs name it, and was it destroyed since? */
  destination: { recorded: boolean; destroyed?: boolean } | null;
  error: string | null;
  /** The engine that is still there: waiting for its child, or polling the database as the user's plan assumes. */
  engine: EngineKind | null;
};

export type Machine = {
  /** Tells apart machines of the same name. */
  key: string;
  name: string;
  vcenter: string;
  os: "windows" | "linux";
  status: string;
  disks: Disk[];
  failover: Failover | null;
};

/** What a world is before it becomes rows and CloudStack objects. */
export type Scene = {
  machines: Machine[];
  faults: { role: Role; fault: Fault }[];
  /** Asynchronous jobs CloudStack remembers, oldest first. */
  pastJobs: { command: string; machine: string; disk: number; failed?: string; minutesAgo: number }[];
  /** A cleanup that was tried before and failed, and its message. */
  failedCleanups: { machine: string; step: string; error: string; minutesAgo: number }[];
};

export type Rows = Record<string, Record<string, unknown>[]>;

/** A world ready to be loaded. */
export type Loadable = {
  rows: Rows;
  cloud: CloudState;
  faults: Scene["faults"];
  /** Jobs whose engines have to be alive, each with its kind. */
  engines: { job: string; kind: EngineKind }[];
};

/** A disk on the appliance, replicated and at rest. */
export function restingDisk(index: number, sizeGb: number): Disk {
  const id = `disk-${2000 + index}`;
  return { id, sizeGb, place: "appliance", mapping: "right", mode: "oma", snapshot: null, reverted: false };
}

/** A machine at rest: replicated, ready for a failover. */
export function resting(key: string, name: string, sizes: number[], overrides: Partial<Machine> = {}): Machine {
  return {
    key,
    name,
    vcenter: "vcsa-a.lab.local",
    os: "windows",
    status: "ready_for_failover",
    disks: sizes.map((size, index) => restingDisk(index, size)),
    failover: null,
    ...overrides,
  };
}

/** The error an engine leaves when its VirtIO child ended badly. */
export const virtioError =
  "failed to inject VirtIO drivers: VirtIO injection script failed: exit status 1 (see the virt-v2v log)";

const firstSteps: [string, StepState][] = [
  ["validation", "completed"],
  ["volume-mode-switch-failover", "completed"],
  ["multi-volume-snapshot-creation", "completed"],
];

/** What JobLog says of an engine that ended, and of one that hangs while its job and steps were marked by hand. */
const FAILURE = { tracking: "failed", error: virtioError } as const;
const MARKS_BY_HAND = { tracking: "completed", error: null } as const;

/** The machine as a test failover leaves it in VirtIO injection: ended (failed), or still hanging with marks by hand. */
export function stuckInVirtio(machine: Machine, minutesAgo: number, engine: EngineKind | null = null): Machine {
  const { tracking, error } = engine === null ? FAILURE : MARKS_BY_HAND;
  return {
    ...machine,
    status: "failed_over_test",
    disks: machine.disks.map((disk) => ({ ...disk, mode: "failover", snapshot: { exists: true, tracked: true } })),
    failover: {
      type: "test",
      // An engine that is not blocked in a child can only be alive when its API is older than its job.
      minutesAgo: engine === null || engine === "blocked" ? minutesAgo : 0,
      tracking,
      job: "pending",
      steps: [...firstSteps, ["virtio-driver-injection", tracking], ["virtio-driver-injection", tracking]],
      destination: null,
      error,
      engine,
    },
  };
}
