/** Looks for itself, past Handrail, whether the database, the daemon and CloudStack are as a run of the demo left them. */
import type { Look } from "../lab.ts";
import { cloudstackState, dumpDatabase, type Lab } from "./lab/index.ts";

interface Row {
  readonly [column: string]: unknown;
}

type Rows = (table: string) => readonly Row[];

async function rowsOf(lab: Lab): Promise<Rows> {
  const tables = await dumpDatabase(lab);
  return (table) => tables[table] ?? [];
}

/** The VMs that Handrail wrote a job of its own about. */
const touchedIn = (rows: Rows): readonly Row[] =>
  rows("vm_replication_contexts").filter((context) =>
    rows("job_tracking").some((row) => row["owner"] === "handrail" && row["context_id"] === context["context_id"]),
  );

const volumesIn = (rows: Rows, context: Row): readonly string[] =>
  rows("ossea_volumes")
    .filter((row) => row["vm_context_id"] === context["context_id"] && row["status"] !== "deleted")
    .map((row) => String(row["volume_id"]));

/** After the cleanup: everything is home, nothing of the failover is left. */
export async function lookAtCleaned(lab: Lab): Promise<Look> {
  const rows = await rowsOf(lab);
  const appliance = rows("ossea_configs").find((row) => Number(row["is_active"]) === 1)?.["oma_vm_id"];
  const cloud = cloudstackState(lab);
  const lines: string[] = [];
  let good = true;
  const stuck = rows("vm_replication_contexts").filter((row) => row["current_status"] === "failed_over_test");
  for (const context of touchedIn(rows)) {
    const volumes = volumesIn(rows, context);
    const open = rows("failover_jobs").filter(
      (row) =>
        row["vm_context_id"] === context["context_id"] && row["job_type"] === "test" && row["status"] === "pending",
    );
    let home = 0;
    for (const id of volumes) {
      const isMapped = rows("device_mappings").some((row) => row["volume_uuid"] === id && row["vm_id"] === appliance);
      const answer = await fetch(`${lab.site.volume_daemon.url}/api/v1/volumes/${encodeURIComponent(id)}/device`);
      const device = (await answer.json()) as { vm_id?: string };
      const isAttached = Object.values(cloud.volumes).some((volume) => volume.id === id && volume.vm === appliance);
      if (isMapped && device.vm_id === appliance && isAttached) home += 1;
    }
    const snapshots = Object.values(cloud.snapshots).filter(({ volumeid }) => volumes.includes(volumeid)).length;
    const fine =
      context["current_status"] === "ready_for_failover" &&
      home === volumes.length &&
      snapshots === 0 &&
      open.length === 0;
    good &&= fine;
    lines.push(
      `  ${fine ? "ok   " : "WRONG"} ${String(context["vm_name"])}: context ${String(context["current_status"])}; ${home} of ${volumes.length} volumes on the appliance in database, daemon and CloudStack; ${snapshots} snapshots; ${open.length} open jobs`,
    );
  }
  return { lines, good: good && stuck.length === 0 && lines.length > 0 };
}

/** After a completion by hand: each test VM runs on its own volumes, and the snapshots are there to go back to. */
export async function lookAtCompleted(lab: Lab): Promise<Look> {
  const rows = await rowsOf(lab);
  const cloud = cloudstackState(lab);
  const lines: string[] = [];
  let good = true;
  for (const context of touchedIn(rows)) {
    const volumes = volumesIn(rows, context);
    const vm = rows("failover_jobs")
      .filter((row) => row["vm_context_id"] === context["context_id"] && row["status"] === "completed")
      .map((row) => cloud.vms[String(row["destination_vm_id"])])
      .find((machine) => machine !== undefined);
    const movedVolumes = volumes.filter((id) =>
      Object.values(cloud.volumes).some((has) => has.id === id && has.vm === vm?.id),
    );
    const snapshotVolumes = volumes.filter((id) =>
      Object.values(cloud.snapshots).some(({ volumeid }) => volumeid === id),
    );
    const isComplete = movedVolumes.length === volumes.length && snapshotVolumes.length === volumes.length;
    const fine = vm?.state === "Running" && vm.id !== cloud.appliance && isComplete;
    good &&= fine;
    lines.push(
      `  ${fine ? "ok   " : "WRONG"} ${String(context["vm_name"])}: test VM ${vm?.state ?? "missing"}; ${movedVolumes.length} of ${volumes.length} volumes on it; ${snapshotVolumes.length} snapshots kept to go back`,
    );
  }
  return { lines, good: good && lines.length > 0 };
}
