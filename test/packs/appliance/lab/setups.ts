import { randomUUID } from "node:crypto";
import {
  cloudstackState,
  fault,
  loadWorld,
  setCloudstackState,
  sqlQuietly,
  type Lab,
} from "../../../../src/packs/appliance/lab/index.ts";
import type { Scenario } from "./recorded.ts";

export const appliance = "3f1c0e7a-0000-4000-8000-0000000000aa";
const created = "2025-08-01T08:00:00+0000";

type VolumeSetup = { on?: string; mapped?: boolean; snapshot?: string; missing?: boolean };

/** The id of the recorder's n-th volume. */
export function volumeId(n: number): string {
  return `7b2d4f${n.toString(16).padStart(2, "0")}-9c31-4e02-8a17-5d6f00c2e9ab`;
}

/** An empty appliance with the recorder's machine id, and a CloudStack whose jobs take no time. */
export async function recorderBare(lab: Lab): Promise<void> {
  await loadWorld(lab, "bare");
  await sqlQuietly(lab, "update ossea_configs set oma_vm_id = ?", [appliance]);
  const state = cloudstackState(lab);
  const vm = { id: appliance, name: "oma", state: "Running", created, cpunumber: 8, memory: 16384 };
  await setCloudstackState(lab, { ...state, appliance, vms: { [appliance]: vm } });
}

/** Adds a machine of the recorder with these volumes. */
export async function addMachine(lab: Lab, name: string, volumes: Record<string, VolumeSetup> = {}): Promise<void> {
  const vmware = `${name}-4205784a-0000-4000-8000-000000000001`;
  const fixed = "'vc.lab', 'DC', 'failed', 2, 4096, 'otherLinux64Guest', 'poweredOff'";
  await sqlQuietly(
    lab,
    "insert into vm_replication_contexts (context_id, vm_name, vmware_vm_id, vm_path, vcenter_host, datacenter, current_status, " +
      `cpu_count, memory_mb, os_type, power_state) values (?, ?, ?, ?, ${fixed})`,
    [`ctx-${name}`, name, vmware, `/DC/vm/${name}`],
  );
  const state = cloudstackState(lab);
  for (const [id, setup] of Object.entries(volumes)) {
    const { on, mapped = on !== undefined, snapshot } = setup;
    const path = on === undefined || on === appliance ? devicePath(id) : `remote-vm-${on}`;
    await sqlQuietly(
      lab,
      "insert into ossea_volumes (vm_context_id, volume_id, volume_name, size_gb, status, device_path, snapshot_id, " +
        "snapshot_status, snapshot_created_at) values (?, ?, ?, 1, ?, ?, ?, ?, ?)",
      [
        `ctx-${name}`,
        id,
        id,
        mapped ? "attached" : "detached",
        mapped ? path : null,
        snapshot ?? null,
        snapshot ? "ready" : "none",
        snapshot ? "2026-11-21 20:00:00" : null,
      ],
    );
    if (mapped)
      await sqlQuietly(
        lab,
        "insert into device_mappings (vm_context_id, volume_uuid, vm_id, operation_mode, device_path, cloudstack_state, linux_state, size) " +
          "values (?, ?, ?, ?, ?, 'attached', 'detected', 1073741824)",
        [`ctx-${name}`, id, on ?? appliance, on === undefined || on === appliance ? "oma" : "failover", path],
      );
    state.volumes[id] = {
      id,
      name: id,
      type: "DATADISK",
      size: 2 ** 30,
      vm: on ?? null,
      deviceid: on === undefined ? null : 1,
      created,
      content: "",
    };
    if (snapshot && !setup.missing)
      state.snapshots[snapshot] = { id: snapshot, name: snapshot, volumeid: id, created, content: "" };
  }
  await setCloudstackState(lab, state);
}

function devicePath(id: string): string {
  return `/dev/disk/by-id/virtio-${id.replaceAll("-", "").slice(0, 20)}`;
}

/** Adds a machine to CloudStack. */
export async function addVm(lab: Lab, id: string, state: "Running" | "Stopped"): Promise<void> {
  const cloud = cloudstackState(lab);
  cloud.vms[id] = { id, name: id, state, created, cpunumber: 2, memory: 4096 };
  await setCloudstackState(lab, cloud);
}

/** Adds a row of failover_jobs. */
export async function addFailover(
  lab: Lab,
  job: string,
  status: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  const row = {
    vm_context_id: "ctx-web-01",
    job_id: job,
    vm_id: "web-01-4205784a-0000-4000-8000-000000000001",
    job_type: "test",
    status,
    source_vm_name: "web-01",
    ...more,
  };
  await sqlQuietly(lab, `insert into failover_jobs (${Object.keys(row).join(", ")}) values (?)`, [Object.values(row)]);
}

/** Adds a job of the JobLog with two steps. */
export async function addJob(lab: Lab, row: Record<string, unknown>, second: "running" | "failed"): Promise<void> {
  const whole = { id: randomUUID(), job_type: "failover", owner: "system", ...row };
  await sqlQuietly(lab, `insert into job_tracking (${Object.keys(whole).join(", ")}) values (?)`, [
    Object.values(whole),
  ]);
  for (const [index, status] of ["completed", second].entries())
    await sqlQuietly(lab, "insert into job_steps (job_id, name, seq, status) values (?, ?, ?, ?)", [
      whole.id,
      `step-${index}`,
      index + 1,
      status,
    ]);
}

const on = { on: appliance };
const seconds = (lab: Lab, value: number) => fault(lab, "cloudstack-job-time", { seconds: value });

/** What the recorder had set up before each scenario of the OMA API. */
export const omaSetups: Record<string, (lab: Lab) => Promise<void>> = {
  "oma-03": (lab) => addMachine(lab, "empty-01"),
  async "oma-04"(lab) {
    await addMachine(lab, "web-01", { [volumeId(0x65)]: on });
    for (const status of ["pending", "validating", "creating_vm", "switching_volume", "completed"])
      await addFailover(lab, `job-${status}`, status);
    await addFailover(lab, "job-failed", "failed", { error_message: "boom" });
  },
  "oma-05": (lab) => addMachine(lab, "web-02", { [volumeId(0x66)]: { snapshot: "snap-0002" } }),
  async "oma-06"(lab) {
    await addMachine(lab, "db-01", {
      [volumeId(0x67)]: { ...on, snapshot: "snap-0003" },
      [volumeId(0x68)]: { ...on, snapshot: "snap-0004" },
    });
    await seconds(lab, 3);
  },
  async "oma-07"(lab) {
    await addMachine(lab, "app-01", { [volumeId(0x69)]: on, [volumeId(0x6a)]: on });
    // The client gives up in the midst of it: that has to be noticed before it ends, however busy the machine is.
    await fault(lab, "daemon-operation-time", { seconds: 60, type: "detach", volume: volumeId(0x6a) });
  },
  async "oma-08"(lab) {
    const vm = "c9a1e200-0000-4000-8000-000000000003";
    await addVm(lab, vm, "Running");
    await addMachine(lab, "web-03", { [volumeId(0x6b)]: { on: vm, snapshot: "snap-0007" } });
  },
  "oma-09": (lab) => addMachine(lab, "web-04", { [volumeId(0x6c)]: { mapped: true } }),
  "oma-11": (lab) =>
    addMachine(lab, "web-06", {
      [volumeId(0x6e)]: { ...on, snapshot: "snap-gone", missing: true },
      [volumeId(0x6f)]: on,
    }),
  async "oma-12"(lab) {
    await addMachine(lab, "web-07", { [volumeId(0x70)]: on });
    await sqlQuietly(lab, "update ossea_configs set oma_vm_id = ''");
  },
  async "oma-13"(lab) {
    await addMachine(lab, "web-08", { [volumeId(0x71)]: {}, [volumeId(0x72)]: {} });
    await fault(lab, "cloudstack-fail-job", {
      command: "attachVolume",
      id: volumeId(0x72),
      code: 530,
      text: "Failed to attach volume",
      times: 1,
    });
  },
  "oma-14": (lab) => addMachine(lab, "web-09", { [volumeId(0x73)]: on }),
  async "oma-15"(lab) {
    await addMachine(lab, "web-01");
    const test = {
      operation: "unified-test-failover",
      external_job_id: "unified-test-failover-web-01-1700000000",
      context_id: "ctx-web-01",
    };
    await addJob(
      lab,
      { id: "11111111-2222-4333-8444-555555555555", ...test, status: "running", metadata: '{"vm_name":"web-01"}' },
      "running",
    );
    const live = {
      operation: "unified-live-failover",
      external_job_id: "unified-live-failover-web-01-1700000001",
      metadata: "{}",
    };
    await addJob(
      lab,
      { id: "11111111-2222-4333-8444-666666666666", ...live, status: "failed", error_message: "volume attach failed" },
      "failed",
    );
    await addFailover(lab, "legacy-job-1", "creating_vm");
    await addFailover(lab, "legacy-job-2", "failed", { job_type: "live", error_message: "boom" });
  },
  async "oma-16"(lab) {
    const vm = "c9a1e200-0000-4000-8000-000000000005";
    await addVm(lab, vm, "Running");
    await addMachine(lab, "web-01", { [volumeId(0x74)]: { on: vm } });
    await addFailover(lab, "unified-test-1", "completed", { destination_vm_id: vm });
  },
  "oma-18": (lab) => addMachine(lab, "web-01"),
  "oma-19": (lab) => fault(lab, "api-auth"),
  "oma-23": (lab) => addMachine(lab, "web-01"),
};

/** The short name of a scenario: its kind and number. */
export function shortName({ scenario }: Scenario): string {
  return scenario.split("-").slice(0, 2).join("-");
}
