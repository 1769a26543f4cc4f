import { goDatabaseError, type LabRow } from "../appliance/database.ts";
import { activeConfig } from "../daemon/context.ts";
import { messageOf, type Api } from "./context.ts";
import { endJob, startJob, step } from "./joblog.ts";
import { deviceOf, operate } from "./volumes.ts";

/** One phase of the cleanup: its step row, and what its failure is prefixed with for the caller. */
type Phase = { step: string; prefix: string; work: () => Promise<void> };

/** The cleanup service, faults and all. `signal` is the request's: a client that goes away cancels it midway. */
export async function cleanupFailed(api: Api, vmName: string, signal: AbortSignal): Promise<void> {
  const { db } = api;
  const job = await startJob(db, { type: "cleanup", operation: "failed-execution-cleanup" }).catch(
    (problem: unknown) => {
      throw new Error(`failed to start cleanup job: ${messageOf(problem)}`, { cause: problem });
    },
  );
  // the first by primary key: a name that two vCenters share is not told apart
  const context = await db.row("select * from vm_replication_contexts where vm_name = ? order by context_id limit 1", [
    vmName,
  ]);
  if (!context) {
    await endJob(db, job, "failed", "record not found");
    throw new Error("VM context not found: record not found");
  }
  for (const phase of await phases(api, job, context, signal)) await runPhase(api, job, phase, signal);
  if (!signal.aborted) await endJob(db, job, "completed", null);
}

async function runPhase({ db }: Api, job: string, phase: Phase, signal: AbortSignal): Promise<void> {
  try {
    await step(db, job, phase.step, phase.work);
  } catch (problem) {
    // once the client is gone, not even this can be written
    if (!signal.aborted) await endJob(db, job, "failed", messageOf(problem));
    throw new Error(`${phase.prefix}: ${messageOf(problem)}`, { cause: problem });
  }
}

async function phases(api: Api, job: string, context: LabRow, signal: AbortSignal): Promise<Phase[]> {
  const { db } = api;
  const id = context["context_id"];
  const volumes = await db.rows("select * from ossea_volumes where vm_context_id = ? order by id", [id]);
  const ids = volumes.map((row) => String(row["volume_id"]));
  const attachedIds: string[] = [];
  // run at once, not as a phase: whether there is a detach phase at all depends on what it finds
  await step(db, job, "analyze-volume-state", async () => {
    for (const volume of ids) if (await deviceOf(api.lab, volume)) attachedIds.push(volume);
  });
  const detach = () =>
    forEachVolume(attachedIds, "detachment", (volume) =>
      operate(api.lab, path(volume, "detach"), null, { seconds: 60, signal }),
    );
  const first = { step: "detach-attached-volumes", prefix: "volume detachment failed", work: detach };
  return [
    ...(attachedIds.length > 0 ? [first] : []),
    { step: "cleanup-snapshots", prefix: "snapshot cleanup failed", work: () => snapshots(api, String(id), volumes) },
    { step: "reattach-all-volumes", prefix: "volume reattachment failed", work: () => reattach(api, ids, signal) },
    { step: "reset-vm-state", prefix: "VM state reset failed", work: () => reset(api, String(id), signal) },
  ];
}

function path(volume: string, verb: string): string {
  return `/api/v1/volumes/${volume}/${verb}`;
}

async function forEachVolume(volumes: string[], noun: string, work: (volume: string) => Promise<void>): Promise<void> {
  for (const volume of volumes)
    await work(volume).catch((problem: unknown) => {
      throw new Error(`volume ${noun} completion failed for ${volume}: ${messageOf(problem)}`, { cause: problem });
    });
}

/** Reverts all, then deletes all, then forgets all; the first failure leaves the rest as it is. */
async function snapshots({ db, sdk }: Api, context: string, volumes: LabRow[]): Promise<void> {
  const rows = volumes.filter((row) => row["snapshot_id"] !== null && row["snapshot_id"] !== "");
  if (rows.length === 0) return;
  const cloud = await sdk();
  const change = async (row: LabRow, command: string, act: string, submit: string) => {
    try {
      await cloud.look(await cloud.run(command, { id: String(row["snapshot_id"]) }));
    } catch (problem) {
      const text = `failed to ${act}: failed to submit volume snapshot ${submit}: ${messageOf(problem)}`;
      throw new Error(`multi-volume snapshot cleanup failed: ${text}`, { cause: problem });
    }
  };
  for (const row of rows)
    await change(row, "revertSnapshot", `revert volume ${String(row["volume_id"])} to snapshot`, "revert");
  for (const row of rows)
    await change(row, "deleteSnapshot", `delete snapshot of volume ${String(row["volume_id"])}`, "deletion");
  await db.change(
    "update ossea_volumes set snapshot_id = '', snapshot_created_at = null, snapshot_status = 'none' where vm_context_id = ?",
    [context],
  );
}

async function reattach(api: Api, volumes: string[], signal: AbortSignal): Promise<void> {
  const appliance = String((await activeConfig(api.db))?.["oma_vm_id"] ?? "");
  if (appliance === "" && volumes.length > 0)
    throw new Error("failed to get SHA VM ID from database: SHA VM ID is empty in ossea_configs table");
  await forEachVolume(volumes, "attachment", (volume) =>
    operate(api.lab, path(volume, "attach"), { vm_id: appliance }, { seconds: 60, signal }),
  );
}

/** Only `pending` rows are reset; `running`, which it also names, is not a status of that table. */
async function reset({ db }: Api, context: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new Error("context canceled");
  try {
    await db.change(
      "update failover_jobs set status = 'failed' where vm_context_id = ? and status in ('pending', 'running')",
      [context],
    );
    await db.change(
      "update vm_replication_contexts set current_status = 'ready_for_failover', current_job_id = null where context_id = ?",
      [context],
    );
  } catch (problem) {
    throw new Error(goDatabaseError(problem), { cause: problem });
  }
}
