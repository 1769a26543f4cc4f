import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Api } from "../api/context.ts";
import { messageOf } from "../api/context.ts";
import { endJob, endStep } from "../api/joblog.ts";
import { deviceOf } from "../api/volumes.ts";
import { countWork } from "../appliance/admin.ts";
import { goNow } from "../appliance/clock.ts";
import type { LabConfig } from "../appliance/config.ts";
import type { LabRow } from "../appliance/database.ts";
import { deviceFolder } from "../cloudstack/state.ts";
import { afterVirtio } from "./after.ts";
import { inject, qemu, virtV2v } from "./scripts.ts";

/** Puts the engine's programs into the lab's folder. */
export function installScripts(lab: LabConfig): void {
  const [bin, run] = [join(lab.dir, "bin"), join(lab.dir, "run")];
  mkdirSync(bin, { recursive: true });
  mkdirSync(run, { recursive: true });
  const programs = { "inject-virtio-drivers.sh": inject, "virt-v2v-in-place": virtV2v, "qemu-system-x86_64": qemu };
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), text, { mode: 0o755 });
  if (!existsSync(join(run, "pipe"))) spawnSync("mkfifo", [join(run, "pipe")]);
}

/** Brings engines to life that hang in VirtIO injection: each waits for a real child, without a deadline. */
export async function adoptEngines(api: Api, jobs: string[]): Promise<void> {
  await Promise.all(jobs.map((job) => adopt(api, job)));
}

async function adopt(api: Api, job: string): Promise<void> {
  const failover = await api.db.row("select * from failover_jobs where job_id = ?", [job]);
  if (!failover) throw new Error(`no failover job ${job}`);
  const device = await osDevice(api, failover);
  const name = `virtio-${String(failover["vm_id"])}-${Math.floor(Date.now() / 1000)}`;
  const run = join(api.lab.dir, "run");
  rmSync(join(run, `${name}.end`), { force: true });
  // the tool's output reaches its log only after its end: during a hang the log shows the start banner and no more
  const log = openSync(join(api.lab.dir, "run", `virtv2v-${name}.log`), "a");
  writeFileSync(log, `=== ${goNow()} VirtIO injection for ${device} ===\n`);
  const child = spawn(join(api.lab.dir, "bin", "inject-virtio-drivers.sh"), [device, name], {
    cwd: api.lab.dir,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LAB_RUN: run, LAB_DEVICES: deviceFolder(api.lab.dir) },
  });
  let output = "";
  child.stdout.on("data", (part: Buffer) => (output += part.toString()));
  child.stderr.on("data", (part: Buffer) => (output += part.toString()));
  let isDropped = false;
  api.engines.set(job, {
    stop() {
      isDropped = true;
    },
  });
  child.once("close", (code) => {
    if (isDropped) return;
    writeFileSync(log, output);
    void countWork(goOn(api, job, failover, code ?? 1)).finally(() => api.engines.delete(job));
  });
  await untilItRuns(join(run, `${name}-qemu.pid`));
}

/** The engine's next breath: whatever has been written by hand meanwhile is written over. */
async function goOn(api: Api, job: string, failover: LabRow, code: number): Promise<void> {
  const error =
    code === 0 ? null : `failed to inject VirtIO drivers: VirtIO injection script failed: exit status ${code}`;
  await endInjection(api, job, error);
  const live = failover["job_type"] === "live";
  if (error !== null && !live) return fail(api, job, failover, { step: "virtio-driver-injection", error });
  try {
    await afterVirtio(api, job, failover);
    await endJob(api.db, job, "completed", null);
  } catch (problem) {
    await fail(api, job, failover, { step: "", error: messageOf(problem) });
  }
}

async function endInjection({ db }: Api, job: string, error: string | null): Promise<void> {
  const steps = await db.rows(
    "select seq from job_steps where job_id = ? and name = 'virtio-driver-injection' order by seq desc",
    [job],
  );
  for (const row of steps) await endStep(db, job, Number(row["seq"]), error);
}

/** Where an engine failed, and why. */
type Trouble = { step: string; error: string };

/** A failed engine ends its job and sums up; failover_jobs stays pending for ever. */
async function fail(api: Api, job: string, failover: LabRow, { step, error }: Trouble): Promise<void> {
  await endJob(api.db, job, "failed", error);
  const summary = {
    job_id: job,
    operation_type: `${String(failover["job_type"])}_failover`,
    status: "failed",
    timestamp: goNow(),
    failed_step_internal: step,
    error_message: error,
    error_category: step === "" ? "platform" : "compatibility",
    error_severity: "error",
  };
  await api.db.change("update vm_replication_contexts set last_operation_summary = ? where context_id = ?", [
    JSON.stringify(summary),
    failover["vm_context_id"],
  ]);
}

async function osDevice(api: Api, failover: LabRow): Promise<string> {
  const disk = await api.db.row(
    "select v.volume_id from vm_disks d join ossea_volumes v on v.id = d.ossea_volume_id " +
      "where d.vm_context_id = ? and d.disk_id = 'disk-2000'",
    [failover["vm_context_id"]],
  );
  const volume = String(disk?.["volume_id"] ?? "");
  const mapping = await deviceOf(api.lab, volume);
  if (!mapping) throw new Error(`volume ${volume} has no device`);
  return String(mapping["device_path"]);
}

async function untilItRuns(file: string): Promise<void> {
  for (let attempt = 0; attempt < 300 && !existsSync(file); attempt += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
}
