/** Looks for itself, past Handrail, whether the database, the daemon and CloudStack are as a run of the demo left them. */
import type { LabLook } from "../lab.ts";
import { cloudstackState, dumpDatabase, type Lab } from "./lab/index.ts";

interface Row {
  readonly [column: string]: unknown;
}

type Rows = (table: string) => readonly Row[];

type Cloud = ReturnType<typeof cloudstackState>;

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

/** What is seen of one VM, and whether that is as it should be. */
interface Verdict {
  readonly context: Row;
  readonly fine: boolean;
  readonly sight: string;
}

const lookOf = (verdicts: readonly Verdict[]): LabLook => ({
  lines: verdicts.map(
    ({ context, fine, sight }) => `  ${fine ? "ok   " : "WRONG"} ${String(context["vm_name"])}: ${sight}`,
  ),
  good: verdicts.length > 0 && verdicts.every(({ fine }) => fine),
});

/** After the cleanup: everything is home, nothing of the failover is left. */
export async function lookAtCleaned(lab: Lab): Promise<LabLook> {
  const rows = await rowsOf(lab);
  const cloud = cloudstackState(lab);
  const verdicts: Verdict[] = [];
  for (const context of touchedIn(rows)) verdicts.push(await cleanedVerdict(lab, rows, cloud, context));
  const look = lookOf(verdicts);
  const isStuck = rows("vm_replication_contexts").some((row) => row["current_status"] === "failed_over_test");
  return { ...look, good: look.good && !isStuck };
}

async function cleanedVerdict(lab: Lab, rows: Rows, cloud: Cloud, context: Row): Promise<Verdict> {
  const volumes = volumesIn(rows, context);
  let home = 0;
  for (const id of volumes) if (await isHome(lab, rows, cloud, id)) home += 1;
  const snapshots = Object.values(cloud.snapshots).filter(({ volumeid }) => volumes.includes(volumeid)).length;
  const open = rows("failover_jobs").filter(
    (row) =>
      row["vm_context_id"] === context["context_id"] && row["job_type"] === "test" && row["status"] === "pending",
  );
  const isTidy = home === volumes.length && snapshots + open.length === 0;
  return {
    context,
    fine: context["current_status"] === "ready_for_failover" && isTidy,
    sight: `context ${String(context["current_status"])}; ${home} of ${volumes.length} volumes on the appliance in database, daemon and CloudStack; ${snapshots} snapshots; ${open.length} open jobs`,
  };
}

/** Whether a volume is on the appliance for all three: database, daemon and CloudStack. */
async function isHome(lab: Lab, rows: Rows, cloud: Cloud, id: string): Promise<boolean> {
  const appliance = rows("ossea_configs").find((row) => Number(row["is_active"]) === 1)?.["oma_vm_id"];
  const isMapped = rows("device_mappings").some((row) => row["volume_uuid"] === id && row["vm_id"] === appliance);
  const answer = await fetch(`${lab.site.volume_daemon.url}/api/v1/volumes/${encodeURIComponent(id)}/device`);
  const device = (await answer.json()) as { vm_id?: string };
  const isAttached = Object.values(cloud.volumes).some((volume) => volume.id === id && volume.vm === appliance);
  return isMapped && device.vm_id === appliance && isAttached;
}

/** After a completion by hand: each test VM runs on its own volumes, and the snapshots are there to go back to. */
export async function lookAtCompleted(lab: Lab): Promise<LabLook> {
  const rows = await rowsOf(lab);
  const cloud = cloudstackState(lab);
  return lookOf(touchedIn(rows).map((context) => completedVerdict(rows, cloud, context)));
}

function completedVerdict(rows: Rows, cloud: Cloud, context: Row): Verdict {
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
  return {
    context,
    fine: vm?.state === "Running" && vm.id !== cloud.appliance && isComplete,
    sight: `test VM ${vm?.state ?? "missing"}; ${movedVolumes.length} of ${volumes.length} volumes on it; ${snapshotVolumes.length} snapshots kept to go back`,
  };
}
