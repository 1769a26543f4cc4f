/** What the five stuck failovers of the plan have to come to, whichever way the operator goes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { RunEvent } from "../../src/engine/events.ts";
import { cloudstackState, type Lab } from "../../src/packs/appliance/lab/index.ts";
import { before, keyOf, query, volumesOf, type Before } from "./effects.ts";
import type { Incident } from "./incident.ts";

export const FIVE = ["pgtest1", "pgtest2", "PhilB Test machine", "web-frontend-02", "QUAD-DC-01"];

/** Command lines of this lab's virt-v2v and qemu processes. */
export function injections(lab: Lab): string[] {
  const bin = join(lab.dir, "bin");
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/u.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return line.includes(join(bin, "virt-v2v")) || line.includes(join(bin, "qemu")) ? [line] : [];
    } catch {
      return [];
    }
  });
}

/** One stuck failover: whose it is, and its job. */
export interface Stuck {
  readonly name: string;
  readonly key: string;
  readonly job: string;
}

export async function stuckOnes(lab: Lab, names: readonly string[] = FIVE): Promise<Stuck[]> {
  return Promise.all(
    names.map(async (name) => {
      const key = await keyOf(lab, name);
      const [row] = await query(
        lab,
        "select job_id from failover_jobs where vm_context_id = ? and status = 'pending' order by id desc limit 1",
        [key],
      );
      return { name, key, job: String(row?.["job_id"]) };
    }),
  );
}

/** Everything about stuck machines whose engines are alive, and how many rows of history lie beside them. */
export async function beforeWith(lab: Lab, keys: readonly string[]): Promise<Before & { readonly history: unknown }> {
  const was = { ...(await before(lab, keys)), engine: true };
  return { ...was, history: await history(lab, was.jobs) };
}

/** The old history, counted: every row that the plan's own statements would have hit as well, and all others. */
export async function history(lab: Lab, jobs: readonly string[]): Promise<unknown> {
  const counts =
    "select (select count(*) from failover_jobs where job_id not in (?)) jobs," +
    " (select count(*) from failover_jobs where job_id not in (?) and status = 'pending' and job_type = 'test') pending," +
    " (select count(*) from job_tracking where id not in (?) and coalesce(owner, '') <> 'handrail') tracking," +
    " (select count(*) from job_tracking where id not in (?) and operation = 'unified-test-failover' and status = 'completed') completed," +
    " (select max(updated_at) from job_tracking where id not in (?) and operation = 'unified-test-failover') touched";
  const [row] = await query(
    lab,
    counts,
    Array.from({ length: 5 }, () => [...jobs, ""]),
  );
  return row;
}

/** A failover that was completed: a running test VM with the volumes and no disk of the template, snapshots as before. */
export async function expectCompleted(lab: Lab, { key, job }: Stuck, was: Before): Promise<void> {
  const cloud = cloudstackState(lab);
  const volumes = await volumesOf(lab, key);
  expect(volumes.length).toBeGreaterThan(0);
  const [row] = await query(lab, "select status, destination_vm_id from failover_jobs where job_id = ?", [job]);
  const vm = cloud.vms[String(row?.["destination_vm_id"])];
  expect([row?.["status"], vm?.state]).toEqual(["completed", "Running"]);
  expect(vm?.id).not.toBe(cloud.appliance);
  const held = Object.values(cloud.volumes).filter((volume) => volume.vm === vm?.id);
  expect(held.map(({ id }) => id).sort()).toEqual(volumes.map(({ id }) => id).sort());
  const [os = "", ...data] = volumes.map(({ id }) => cloud.volumes[id]?.deviceid ?? "none");
  expect(os).toBe(0);
  expect(data).not.toContain(0);
  expect(new Set(data).size).toBe(data.length);
  expect(Object.values(cloud.volumes).filter(({ name }) => name.startsWith("ROOT-"))).toEqual([]);
  for (const { id, snapshot } of volumes) {
    expect(was.all).toContainEqual({ id, snapshot });
    expect(cloud.snapshots[snapshot]?.volumeid).toBe(id);
  }
}

/** Where the daemon has a volume that it tracks: the test VM that the job names. */
export async function expectDaemonAgrees(lab: Lab, { key, job }: Stuck): Promise<void> {
  const [row] = await query(lab, "select destination_vm_id vm from failover_jobs where job_id = ?", [job]);
  const volumes = await volumesOf(lab, key);
  const says = await Promise.all(
    volumes.map(async ({ id }) => {
      const answer = await fetch(`${lab.site.volume_daemon.url}/api/v1/volumes/${id}/device`);
      return answer.status === 200 ? ((await answer.json()) as Record<string, unknown>)["vm_id"] : "not mapped";
    }),
  );
  // The daemon can keep only one data disk of a test VM: a second one was attached in CloudStack itself.
  const expected = volumes.map((_, at) => (at < 2 ? row?.["vm"] : "not mapped"));
  expect(says).toEqual(expected);
}

/** What each target came to, by its name. */
export function ends(incident: Incident, run: string): Record<string, string> {
  const closed = incident.events(run).find((event) => event.type === "run.closed");
  return Object.fromEntries((closed?.body.ends ?? []).map(({ label, end }) => [label, end]));
}

/** How the watch over a rung ended for each target that came to it. */
export function rungEnds(events: readonly RunEvent[], rung: string): string[] {
  return events.flatMap((event) => (event.type === "rung.ended" && event.phase_id === rung ? [event.body.result] : []));
}

/** Every criterion that was looked at, and whether it held. */
export function observed(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === "criterion.observed" ? [`${event.body.criterion} ${event.body.holds}`] : [],
  );
}

/** The processes that were told to end, by pid and start time. */
export function endedProcesses(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === "step.intent" && event.step_id === "end-process"
      ? [`${String(event.body.request["pid"])}:${String(event.body.request["start_ticks"])}`]
      : [],
  );
}
