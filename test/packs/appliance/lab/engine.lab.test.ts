import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  cloudstackState,
  downLab,
  fault,
  loadWorld,
  sqlQuietly,
  upLab,
  type Lab,
} from "../../../../src/packs/appliance/lab/index.ts";
import { labScale } from "../../../support/pace.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await upLab({
    dir: mkdtempSync(join(tmpdir(), "lab-engine-")),
    world: "stuck-virtio:alive",
    scale: labScale(100),
  });
});
beforeEach(() => loadWorld(lab, "stuck-virtio:alive"));
afterAll(() => downLab(lab, { keep: false }));

async function job(name: string): Promise<Record<string, unknown>> {
  const found = await sqlQuietly(
    lab,
    "select f.job_id, f.vm_id, f.status, f.destination_vm_id, t.status as tracking, t.error_message from failover_jobs f " +
      "join job_tracking t on t.id = f.job_id where f.source_vm_name = ? order by f.created_at desc limit 1",
    [name],
  );
  return (found as Record<string, unknown>[])[0] ?? {};
}

async function steps(name: string): Promise<string[]> {
  const { job_id } = await job(name);
  const found = (await sqlQuietly(lab, "select seq, name, status from job_steps where job_id = ? order by seq", [
    job_id,
  ])) as Record<string, unknown>[];
  return found.map((row) => `${String(row["seq"])} ${String(row["name"])} ${String(row["status"])}`);
}

/** The pid of a machine's virt-v2v-in-place, found as a stranger would: by its command line. */
async function child(name: string): Promise<number> {
  const found = (await sqlQuietly(
    lab,
    "select m.device_path from device_mappings m join ossea_volumes v on v.volume_id = m.volume_uuid join vm_disks d on d.ossea_volume_id = v.id " +
      "join failover_jobs f on f.vm_context_id = v.vm_context_id where f.source_vm_name = ? and d.disk_id = 'disk-2000' and f.status = 'pending' order by f.created_at desc limit 1",
    [name],
  )) as { device_path: string }[];
  const wanted = `virt-v2v-in-place -v -x -i disk ${found[0]?.device_path}`;
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return Number(pids.find((pid) => cmdline(pid).endsWith(wanted)));
}

function cmdline(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

describe("an engine blocked in VirtIO injection", () => {
  it("does not look at the database", async () => {
    const pid = await child("pgtest1");
    await sqlQuietly(
      lab,
      "update job_tracking set updated_at = now(); update failover_jobs set status = 'creating_vm' where status = 'pending'",
    );
    await new Promise((done) => setTimeout(done, 300));
    expect(cmdline(String(pid))).toContain("virt-v2v-in-place");
    expect(Object.keys(cloudstackState(lab).vms)).toHaveLength(2);
  });

  it("fails when its child is ended, writes over the marks made by hand, and leaves the failover row pending", async () => {
    expect(await job("pgtest2")).toMatchObject({ tracking: "completed", status: "pending" });
    process.kill(await child("pgtest2"), "SIGTERM");
    await expect.poll(async () => (await job("pgtest2"))["tracking"]).toBe("failed");
    expect(await job("pgtest2")).toMatchObject({ status: "pending", destination_vm_id: "" });
    expect((await steps("pgtest2")).slice(3)).toEqual([
      "4 virtio-driver-injection failed",
      "5 virtio-driver-injection failed",
    ]);
    expect(await job("pgtest1")).toMatchObject({ tracking: "completed" });
  });

  it("carries on when its child ends well, whatever the rows say by then", async () => {
    await fault(lab, "virtio-end", { vm: "QUAD-DC-01", code: 0 });
    await expect.poll(async () => (await job("QUAD-DC-01"))["status"]).toBe("completed");
    expect(await steps("QUAD-DC-01")).toEqual([
      "1 validation completed",
      "2 volume-mode-switch-failover completed",
      "3 multi-volume-snapshot-creation completed",
      "4 virtio-driver-injection completed",
      "5 virtio-driver-injection completed",
      "6 vm-creation completed",
      "7 volume-attachment completed",
      "8 vm-startup-and-validation completed",
      "9 status-update completed",
    ]);
    const { destination_vm_id } = await job("QUAD-DC-01");
    expect(cloudstackState(lab).vms[String(destination_vm_id)]).toMatchObject({ state: "Running" });
  });
});
