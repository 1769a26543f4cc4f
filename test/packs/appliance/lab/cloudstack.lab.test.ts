import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signedQuery } from "../../../../src/packs/appliance/lab/appliance/sign.ts";
import {
  cloudstackState,
  downLab,
  fault,
  loadWorld,
  readLedger,
  upLab,
  type Lab,
} from "../../../../src/packs/appliance/lab/index.ts";
import { labScale } from "../../../support/pace.ts";

type Json = Record<string, unknown>;
let lab: Lab;

beforeAll(async () => {
  lab = await upLab({ dir: mkdtempSync(join(tmpdir(), "lab-cs-")), world: "stuck-virtio", scale: labScale(100) });
});
beforeEach(() => loadWorld(lab, "failed-vm-creation:destination"));
afterAll(() => downLab(lab, { keep: false }));

async function call(
  command: string,
  params: Record<string, string> = {},
  secret = lab.config.secretKey,
): Promise<{ status: number; inside: Json }> {
  const query = signedQuery({ apiKey: lab.config.apiKey, command, response: "json", ...params }, secret);
  const response = await fetch(`http://127.0.0.1:${lab.config.ports.cloudstack}/client/api?${query}`);
  const body = (await response.json()) as Record<string, Json>;
  return { status: response.status, inside: body[`${command.toLowerCase()}response`] ?? {} };
}

/** Starts a job and waits for its end. */
async function job(command: string, params: Record<string, string>): Promise<Json> {
  const { inside } = await call(command, params);
  const look = async () => (await call("queryAsyncJobResult", { jobid: String(inside["jobid"]) })).inside;
  await expect.poll(async () => (await look())["jobstatus"]).not.toBe(0);
  return look();
}

function pgtest1() {
  const state = cloudstackState(lab);
  const vm = Object.values(state.vms).find((each) => each.name.startsWith("pgtest1-"))?.id ?? "";
  const snapshot = Object.values(state.snapshots)[0];
  const volume = state.volumes[snapshot?.volumeid ?? ""];
  if (!snapshot || !volume) throw new Error("the world has a snapshot");
  return { vm, snapshot, volume };
}

describe("the lab's CloudStack", () => {
  it("takes only rightly signed requests", async () => {
    expect((await call("listZones")).status).toBe(200);
    expect(await call("listZones", {}, "wrong")).toMatchObject({ status: 401, inside: { errorcode: 401 } });
    const expires = (minutes: number) =>
      new Date(Date.now() + minutes * 60_000).toISOString().replace(/\.\d+Z$/, "+0000");
    expect((await call("listZones", { signatureversion: "3", expires: expires(5) })).status).toBe(200);
    expect((await call("listZones", { signatureversion: "3", expires: expires(-5) })).status).toBe(401);
    await fault(lab, "cloudstack-401", { times: 1 });
    expect((await call("listZones")).status).toBe(401);
  });

  it("lists attachment by its presence, and answers an unknown id with an error", async () => {
    const { volume } = pgtest1();
    const listed = (await call("listVolumes", { id: volume.id })).inside["volume"] as Json[];
    expect(listed[0]).toMatchObject({ id: volume.id, virtualmachineid: volume.vm, type: "DATADISK", state: "Ready" });
    await job("detachVolume", { id: volume.id });
    const after = (await call("listVolumes", { id: volume.id })).inside["volume"] as Json[];
    expect(Object.keys(after[0] ?? {})).not.toContain("virtualmachineid");
    expect(await call("listVolumes", { id: "no-such" })).toMatchObject({ status: 431, inside: { cserrorcode: 9999 } });
  });

  it("reverts only what no running machine holds, and deletes only what is attached to none", async () => {
    const { snapshot, volume } = pgtest1();
    expect(await job("revertSnapshot", { id: snapshot.id })).toMatchObject({
      jobstatus: 2,
      jobresult: { errorcode: 431 },
    });
    expect(await call("deleteVolume", { id: volume.id })).toMatchObject({ status: 431, inside: { cserrorcode: 4350 } });
    expect(volume.content).toBe("changed by the failover");
    await job("detachVolume", { id: volume.id });
    expect(await job("revertSnapshot", { id: snapshot.id })).toMatchObject({ jobstatus: 1 });
    expect(cloudstackState(lab).volumes[volume.id]?.content).toBe("as replicated");
    // Since 4.12 a job is listed while it is pending: these have ended.
    expect((await call("listAsyncJobs")).inside).toEqual({});
    await fault(lab, "cloudstack-lists-ended");
    const jobs = (await call("listAsyncJobs")).inside["asyncjobs"] as Json[];
    expect(
      jobs.map((each) => [
        String(each["cmd"]).split(".").at(-1),
        each["jobinstancetype"],
        each["jobinstanceid"],
        each["jobstatus"],
      ]),
    ).toEqual([
      ["RevertSnapshotCmdByAdmin", "Snapshot", snapshot.id, 2],
      ["DetachVolumeCmdByAdmin", "Volume", volume.id, 1],
      ["RevertSnapshotCmdByAdmin", "Snapshot", snapshot.id, 1],
    ]);
  });

  it("takes a destroyed machine's root volume with it, and lets other volumes go", async () => {
    const { vm, volume } = pgtest1();
    await job("detachVolume", { id: volume.id });
    await job("attachVolume", { id: volume.id, virtualmachineid: vm });
    const roots = () => Object.values(cloudstackState(lab).volumes).filter((each) => each.name.startsWith("ROOT-"));
    expect(roots()).toHaveLength(1);
    await job("destroyVirtualMachine", { id: vm, expunge: "true" });
    expect([roots(), cloudstackState(lab).vms[vm], cloudstackState(lab).volumes[volume.id]?.vm]).toEqual([
      [],
      undefined,
      null,
    ]);
  });

  it("fails the job of the k-th command only, and writes failures into the ledger, too", async () => {
    await loadWorld(lab, "delete-fails:3");
    const state = cloudstackState(lab);
    const outcomes: unknown[] = [];
    for (const id of Object.keys(state.snapshots)) outcomes.push((await job("deleteSnapshot", { id }))["jobstatus"]);
    expect(outcomes).toEqual([1, 1, 2]);
    expect((await readLedger(lab)).map((entry) => entry["outcome"])).toEqual(["done", "done", "failed"]);
  });
});
