import type { Disk, Machine, Scene } from "./model.ts";
import { healthyScene, loose, oneStuck, withDisks } from "./scene.ts";
import { stuckInVirtio } from "./model.ts";

const noSnapshot = { exists: false, tracked: false };
const undefinedError = (text: string) => `Undefined error: {"errorcode":530,"errortext":"${text}"}`;

/** What each interrupted cleanup of web-frontend-02 has done to its volumes so far. */
const disks: Record<string, (disk: Disk, index: number) => Partial<Disk>> = {
  "half-deleted-snapshots": (_disk, index) => ({
    ...loose,
    reverted: true,
    snapshot: { exists: index > 0, tracked: true },
  }),
  "half-reverted": (_disk, index) => ({ ...loose, reverted: index === 0 }),
  "half-attached": (_disk, index) => ({
    ...(index === 0 ? { mode: "oma" } : loose),
    reverted: true,
    snapshot: noSnapshot,
  }),
  "already-reset": () => ({ mode: "oma", reverted: true, snapshot: noSnapshot }),
};

/** web-frontend-02 after a cleanup that ended where the name says. */
export function afterCleanup(name: string): Scene {
  const change = disks[name] ?? (() => ({}));
  const scene = oneStuck("web", (machine) => withDisks(machine, change));
  if (name === "already-reset") return resetScene();
  return { ...scene, pastJobs: jobsOf(name), failedCleanups: [failedCleanup(name)] };
}

function jobsOf(name: string): Scene["pastJobs"] {
  const job = (command: string, disk: number, minutesAgo: number, error?: string) => ({
    command,
    machine: "web",
    disk,
    minutesAgo,
    ...(error === undefined ? {} : { failed: error }),
  });
  const jobsOnDisks = (command: string, minutesAgo: number) =>
    [0, 1, 2].map((disk) => job(command, disk, minutesAgo - disk / 4));
  const detachJobs = jobsOnDisks("detachVolume", 20);
  if (name === "half-reverted")
    return [...detachJobs, job("revertSnapshot", 0, 19), job("revertSnapshot", 1, 18, "Failed to revert the snapshot")];
  const jobsThroughRevert = [...detachJobs, ...jobsOnDisks("revertSnapshot", 19)];
  if (name === "half-deleted-snapshots")
    return [
      ...jobsThroughRevert,
      job("deleteSnapshot", 0, 18),
      job("deleteSnapshot", 1, 17, "Failed to delete the snapshot"),
    ];
  const jobsThroughDelete = [...jobsThroughRevert, ...jobsOnDisks("deleteSnapshot", 18)];
  return [...jobsThroughDelete, job("attachVolume", 0, 17), job("attachVolume", 1, 16, "Failed to attach volume")];
}

function failedCleanup(name: string): Scene["failedCleanups"][number] {
  if (name === "half-attached")
    return {
      machine: "web",
      step: "reattach-all-volumes",
      error: `volume attachment completion failed: operation failed: ${undefinedError("Failed to attach volume")}`,
      minutesAgo: 20,
    };
  const verb = name === "half-reverted" ? "revert volume to snapshot" : "delete snapshot";
  const text = name === "half-reverted" ? "Failed to revert the snapshot" : "Failed to delete the snapshot";
  const error = `multi-volume snapshot cleanup failed: failed to ${verb}: ${undefinedError(text)}`;
  return { machine: "web", step: "cleanup-snapshots", error, minutesAgo: 20 };
}

/** Everything done: the failover's rows say failed, the machine is ready again. */
function resetScene(): Scene {
  const reset = (machine: Machine): Machine => {
    if (machine.key !== "web") return machine;
    const stuck = withDisks(stuckInVirtio(machine, 45), disks["already-reset"] ?? (() => ({})));
    const failover = stuck.failover ? { ...stuck.failover, job: "failed" as const } : null;
    return { ...stuck, status: "ready_for_failover", failover };
  };
  const scene = healthyScene();
  return { ...scene, machines: scene.machines.map(reset) };
}
