import type { Api } from "../api/context.ts";
import { step } from "../api/joblog.ts";
import { operate } from "../api/volumes.ts";
import { pause } from "../appliance/clock.ts";
import type { LabRow } from "../appliance/database.ts";
import { activeConfig } from "../daemon/context.ts";

/** What a failover does once the drivers are in: make the machine, move the volumes to it, start it. */
export async function afterVirtio(api: Api, job: string, failover: LabRow): Promise<void> {
  const { db, lab } = api;
  const cloud = await api.sdk();
  const context = failover["vm_context_id"];
  const machine = await step(db, job, "vm-creation", () => createMachine(api, failover));
  await db.change("update failover_jobs set destination_vm_id = ? where job_id = ?", [machine, job]);
  await step(db, job, "volume-attachment", async () => {
    const roots = await cloud.call("listVolumes", { virtualmachineid: machine, type: "ROOT" });
    for (const root of (roots["volume"] ?? []) as { id: string }[]) {
      await cloud.run("detachVolume", { id: root.id });
      await cloud.call("deleteVolume", { id: root.id });
    }
    const disks = await db.rows(
      "select v.volume_id, d.disk_id from ossea_volumes v left join vm_disks d on d.ossea_volume_id = v.id " +
        "where v.vm_context_id = ? order by v.id",
      [context],
    );
    for (const disk of disks) {
      const path = `/api/v1/volumes/${String(disk["volume_id"])}`;
      await operate(lab, `${path}/detach`, null, { seconds: 180 });
      const verb = disk["disk_id"] === "disk-2000" ? "attach-root" : "attach";
      await operate(lab, `${path}/${verb}`, { vm_id: machine }, { seconds: 300 });
    }
  });
  await step(db, job, "vm-startup-and-validation", () => cloud.run("startVirtualMachine", { id: machine }));
  await step(db, job, "status-update", () =>
    db.change("update vm_replication_contexts set current_status = ? where context_id = ?", [
      `failed_over_${String(failover["job_type"])}`,
      context,
    ]),
  );
  await db.change("update failover_jobs set status = 'completed', completed_at = now() where job_id = ?", [job]);
}

async function createMachine(api: Api, failover: LabRow): Promise<string> {
  const config = await activeConfig(api.db);
  const cloud = await api.sdk();
  const name = String(failover["source_vm_name"])
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-");
  const reply = await cloud.run("deployVirtualMachine", {
    serviceofferingid: String(config?.["service_offering_id"]),
    templateid: String(config?.["template_id"]),
    zoneid: String(config?.["zone"]),
    networkids: String(config?.["network_id"]),
    name: `${name}-test-${Math.floor(Date.now() / 1000)}`,
    startvm: "false",
  });
  await pause(1000, api.lab.scale);
  return String(reply["id"]);
}
