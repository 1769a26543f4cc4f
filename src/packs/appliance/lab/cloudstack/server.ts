import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { pause } from "../appliance/clock.ts";
import type { LabConfig } from "../appliance/config.ts";
import { faultDelay, openFaults, type Fault, type Faults } from "../appliance/faults.ts";
import { json, serve, type Answer, type Call } from "../appliance/http.ts";
import { recordEffect } from "../appliance/ledger.ts";
import { signature } from "../appliance/sign.ts";
import { adminHandler } from "../appliance/admin.ts";
import { changes, cloudTime, deleteVolume, place, type Change, type Desk } from "./effects.ts";
import { lists } from "./lists.ts";
import { Refusal, unknownId } from "./problems.ts";
import { deviceFolder, isForgotten, readCloud, writeCloud, type CloudState, type Job } from "./state.ts";
import { showJob } from "./views.ts";

/** How long a job takes, in milliseconds of the lab's time, unless a fault says otherwise. */
const jobTime: Record<string, number> = { revertSnapshot: 2000, deployVirtualMachine: 2000, createSnapshot: 2000 };
const ordinaryJob = 1200;

type Cloud = { lab: LabConfig; faults: Faults; state: CloudState };

/** Runs the lab's CloudStack until the process ends. */
export async function runCloudStack(lab: LabConfig): Promise<void> {
  mkdirSync(deviceFolder(lab.dir), { recursive: true });
  const cloud: Cloud = { lab, faults: openFaults(lab.dir, "cloudstack"), state: readCloud(lab.dir) };
  const admin = adminHandler(
    lab,
    "cloudstack",
    cloud.faults,
    () => listener,
    (call) => adminOf(cloud, call),
  );
  const listener = await serve(lab, "cloudstack", cloud.faults, (call) => answer(cloud, call), admin);
  for (const job of Object.values(cloud.state.jobs)) if (job.status === 0) void finishLater(cloud, job);
}

async function answer(cloud: Cloud, call: Call): Promise<Answer> {
  const params = Object.fromEntries(call.query);
  const command = params["command"] ?? "";
  const envelope = `${command.toLowerCase()}response`;
  try {
    if (!call.path.startsWith("/client/api")) throw new Refusal(404, "not found");
    authenticate(cloud, call);
    return json(200, { [envelope]: await run(cloud, command, params) });
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    const body = { uuidList: [], errorcode: problem.code, cserrorcode: problem.cs, errortext: problem.message };
    return json(problem.code, { [envelope]: body });
  }
}

function authenticate({ lab, faults }: Cloud, call: Call): void {
  const clientSignature = call.query.get("signature") ?? "";
  const rest = [...call.query].filter(([name]) => name !== "signature");
  const expires = call.query.get("expires");
  const good =
    call.query.get("apiKey") === lab.apiKey &&
    clientSignature === signature(rest, lab.secretKey) &&
    (call.query.get("signatureversion") !== "3" || (expires !== null && Date.parse(expires) > Date.now())) &&
    faults.take("cloudstack-401") === null;
  if (!good) throw new Refusal(401, "unable to verify user credentials and/or request signature", 9999);
}

async function run(cloud: Cloud, command: string, params: Record<string, string>): Promise<Record<string, unknown>> {
  const list = lists[command];
  if (list) return list(seenBy(cloud, command), params);
  if (command === "queryAsyncJobResult") {
    const job = cloud.state.jobs[params["jobid"] ?? ""];
    if (!job || isForgotten(job)) throw unknownId("jobid", params["jobid"] ?? "");
    return showJob(job);
  }
  const target = params["id"] ?? params["volumeid"] ?? "";
  const refusal = cloud.faults.take("cloudstack-refuse", (fault) => fitsCommand(fault, command, target));
  if (refusal) throw refusalOf(cloud, refusal, { command, ...params });
  if (command === "deleteVolume") return deleteNow(cloud, params);
  const change = changes[command];
  if (!change)
    throw new Refusal(432, `The given command '${command}' either does not exist, is not available for user.`, 9999);
  return startJob(cloud, command, change, params);
}

/** What a list is made of: without one VM where a fault says that these keys do not see it this time. */
function seenBy({ state, faults }: Cloud, command: string): CloudState {
  const hidden = command === "listVirtualMachines" ? faults.take("cloudstack-hides-vm") : null;
  if (hidden === null) return state;
  return { ...state, vms: Object.fromEntries(Object.entries(state.vms).filter(([id]) => id !== hidden["id"])) };
}

function deskOf({ state, lab, faults }: Cloud, params: Record<string, string>): Desk {
  const hideDevices = (id: string) =>
    faults.take("cloudstack-no-device", (fault) => fault["volume"] === undefined || fault["volume"] === id) !== null;
  return { state, dir: lab.dir, params, hideDevices };
}

function fitsCommand(fault: Fault, command: string, id: string): boolean {
  return (
    (fault["command"] === undefined || fault["command"] === command) &&
    (fault["id"] === undefined || fault["id"] === id)
  );
}

function refusalOf({ lab }: Cloud, fault: Fault, params: Record<string, string>): Refusal {
  const text = String(fault["text"] ?? "The request was refused.");
  const code = Number(fault["code"] ?? 431);
  recordEffect(lab.dir, {
    by: "cloudstack",
    action: params["command"] ?? "",
    id: params["id"],
    outcome: "refused",
    code,
  });
  return new Refusal(code, text, Number(fault["cs"] ?? 4350));
}

function deleteNow(cloud: Cloud, params: Record<string, string>): Record<string, unknown> {
  const result = deleteVolume(deskOf(cloud, params));
  writeCloud(cloud.lab.dir, cloud.state);
  recordEffect(cloud.lab.dir, { by: "cloudstack", action: "deleteVolume", id: params["id"], outcome: "done" });
  return result;
}

/** Checks the request, writes the job down, and answers; the effect comes when the job ends. */
async function startJob(cloud: Cloud, command: string, change: Change, params: Record<string, string>) {
  const target = params["id"] ?? params["volumeid"] ?? "";
  const late = cloud.faults.take("cloudstack-check-late", (fault) => fitsCommand(fault, command, target));
  try {
    if (!late) change.check(deskOf(cloud, params));
  } catch (problem) {
    if (problem instanceof Refusal)
      recordEffect(cloud.lab.dir, {
        by: "cloudstack",
        action: command,
        id: target,
        outcome: "refused",
        code: problem.code,
      });
    throw problem;
  }
  const creates = command.startsWith("create") || command.startsWith("deploy");
  const newid = creates ? { newid: randomUUID() } : {};
  const job = newJob(cloud, command, change, { ...params, ...newid });
  cloud.state.jobs[job.jobid] = job;
  writeCloud(cloud.lab.dir, cloud.state);
  if (job.due !== null && job.due <= Date.now()) finish(cloud, job);
  else void finishLater(cloud, job);
  return { jobid: job.jobid, ...(creates ? { id: job.params["newid"] } : {}) };
}

function newJob({ lab, faults }: Cloud, command: string, change: Change, params: Record<string, string>): Job {
  const target = params["id"] ?? params["volumeid"] ?? "";
  const slow = faults.take("cloudstack-job-time", (fault) => fitsCommand(fault, command, target));
  const broken = faults.take("cloudstack-fail-job", (fault) => fitsCommand(fault, command, target));
  const forgotten = faults.take("cloudstack-forget", (fault) => fitsCommand(fault, command, target)) !== null;
  const time = slow ? faultDelay(slow["seconds"], lab.scale) : (jobTime[command] ?? ordinaryJob) / lab.scale;
  const text = String(broken?.["text"] ?? `Failed to ${command.replace(/([A-Z])/, " $1").toLowerCase()}`);
  return {
    jobid: randomUUID(),
    command,
    params,
    created: cloudTime(),
    status: 0,
    result: null,
    instance: { type: change.instance, id: params["newid"] ?? target },
    due: Number.isFinite(time) ? Date.now() + time : null,
    fails: broken ? { code: Number(broken["code"] ?? 530), text, done: broken["effect"] === "done" } : null,
    ...(forgotten ? { forgotten } : {}),
  };
}

async function finishLater(cloud: Cloud, job: Job): Promise<void> {
  await pause(job.due === null ? Number.POSITIVE_INFINITY : Math.max(0, job.due - Date.now()), 1);
  if (cloud.state.jobs[job.jobid] === job) finish(cloud, job);
}

function finish(cloud: Cloud, job: Job): void {
  try {
    if (job.fails && job.fails.done !== true) throw new Refusal(job.fails.code, job.fails.text);
    job.result = changes[job.command]?.apply(deskOf(cloud, job.params)) ?? {};
    if (job.fails) throw new Refusal(job.fails.code, job.fails.text);
    job.status = 1;
  } catch (problem) {
    const code = problem instanceof Refusal ? problem.code : 530;
    job.result = { errorcode: code, errortext: problem instanceof Error ? problem.message : String(problem) };
    job.status = 2;
  }
  job.completed = cloudTime();
  writeCloud(cloud.lab.dir, cloud.state);
  recordEffect(cloud.lab.dir, {
    by: "cloudstack",
    action: job.command,
    id: job.instance?.id ?? "",
    vm: job.params["virtualmachineid"],
    job: job.jobid,
    outcome: job.status === 1 || job.fails?.done === true ? "done" : "failed",
    code: job.result["errorcode"],
  });
}

/** State as a whole, in and out, and what a stranger might do behind everyone's back. */
async function adminOf(cloud: Cloud, call: Call): Promise<Answer> {
  if (call.path === "/lab/state" && call.method === "PUT") cloud.state = JSON.parse(call.body) as CloudState;
  if (call.path === "/lab/volume") strange(cloud, JSON.parse(call.body) as { id: string; action: string; vm?: string });
  if (call.method !== "GET") writeCloud(cloud.lab.dir, cloud.state);
  return json(200, cloud.state);
}

function strange(cloud: Cloud, wish: { id: string; action: string; vm?: string }): void {
  const volume = cloud.state.volumes[wish.id];
  if (!volume) return;
  place(deskOf(cloud, {}), volume, wish.action === "attach" ? (wish.vm ?? cloud.state.appliance) : null, 1);
  if (wish.action === "remove") Reflect.deleteProperty(cloud.state.volumes, wish.id);
  recordEffect(cloud.lab.dir, { by: "stranger", action: wish.action, id: wish.id, outcome: "done" });
}
