import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { pause } from "../appliance/clock.ts";
import type { LabConfig } from "../appliance/config.ts";
import { faultDelay, openFaults, type Fault, type Faults } from "../appliance/faults.ts";
import { json, type LabAnswer, type Call } from "../appliance/http.ts";
import { recordEffect } from "../appliance/ledger.ts";
import { signature } from "../appliance/sign.ts";
import { serveWithAdmin } from "../appliance/admin.ts";
import { changes, cloudTime, deleteVolume, place, type CloudChange, type Desk } from "./effects.ts";
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
  const faults = openFaults(lab.dir, "cloudstack");
  const cloud: Cloud = { lab, faults, state: readCloud(lab.dir) };
  await serveWithAdmin(
    { lab, role: "cloudstack", faults },
    (call) => answer(cloud, call),
    (call) => adminOf(cloud, call),
  );
  for (const job of Object.values(cloud.state.jobs)) if (job.status === 0) void finishLater(cloud, job);
}

async function answer(cloud: Cloud, call: Call): Promise<LabAnswer> {
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
  const rest = [...call.query].filter(([name]) => name !== "signature");
  const good =
    call.query.get("apiKey") === lab.apiKey &&
    call.query.get("signature") === signature(rest, lab.secretKey) &&
    isTimely(call.query) &&
    faults.take("cloudstack-401") === null;
  if (!good) throw new Refusal(401, "unable to verify user credentials and/or request signature", 9999);
}

/** Whether the signature is not past the time that its newest version has in it. */
function isTimely(query: URLSearchParams): boolean {
  const expires = query.get("expires");
  return query.get("signatureversion") !== "3" || (expires !== null && Date.parse(expires) > Date.now());
}

type Params = Record<string, string>;

async function run(cloud: Cloud, command: string, params: Params): Promise<Record<string, unknown>> {
  const list = lists[command];
  if (list) return list(seenBy(cloud, command), params);
  return command === "queryAsyncJobResult" ? jobAnswer(cloud, params) : runChange(cloud, command, params);
}

function jobAnswer({ state }: Cloud, { jobid = "" }: Params): Record<string, unknown> {
  const job = state.jobs[jobid];
  if (!job || isForgotten(job, state.jobs)) throw unknownId("jobid", jobid);
  return showJob(job);
}

/** The id of what a command is to change. */
function targetOf(params: Params): string {
  return params["id"] ?? params["volumeid"] ?? "";
}

async function runChange(cloud: Cloud, command: string, params: Params): Promise<Record<string, unknown>> {
  const target = targetOf(params);
  const refusal = cloud.faults.take("cloudstack-refuse", (fault) => fitsCommand(fault, command, target));
  if (refusal) throw refusalOf(cloud, refusal, { command, ...params });
  if (command === "deleteVolume") return deleteNow(cloud, params);
  const change = changes[command];
  if (!change)
    throw new Refusal(432, `The given command '${command}' either does not exist, is not available for user.`, 9999);
  return startJob(cloud, command, change, params);
}

/** What a list is made of. */
function seenBy(cloud: Cloud, command: string): CloudState {
  if (command === "listVirtualMachines") return withoutHidden(cloud);
  return command === "listAsyncJobs" ? withListedJobs(cloud) : cloud.state;
}

/** Without one VM where a fault says that these keys do not see it this time. */
function withoutHidden({ state, faults }: Cloud): CloudState {
  const hidden = faults.take("cloudstack-hides-vm");
  if (hidden === null) return state;
  return { ...state, vms: Object.fromEntries(Object.entries(state.vms).filter(([id]) => id !== hidden["id"])) };
}

/** A job leaves the list when it ends, and only its id leads to it then; before 4.12 it stayed until it was thrown away. */
function withListedJobs({ state, faults }: Cloud): CloudState {
  const isOld = faults.take("cloudstack-lists-ended") !== null;
  const isListed = (job: Job): boolean => job.status === 0 || (isOld && !isForgotten(job, state.jobs));
  return { ...state, jobs: Object.fromEntries(Object.entries(state.jobs).filter(([, job]) => isListed(job))) };
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

/** Checks the request, unless a fault has that done when its job ends. */
function check(cloud: Cloud, command: string, change: CloudChange, params: Params): void {
  const target = targetOf(params);
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
}

/** Checks the request, writes the job down, and answers; the effect comes when the job ends. */
async function startJob(cloud: Cloud, command: string, change: CloudChange, params: Params) {
  check(cloud, command, change, params);
  const newid = /^(?:create|deploy)/.test(command) ? { newid: randomUUID() } : null;
  const job = newJob(cloud, command, change, { ...params, ...newid });
  cloud.state.jobs[job.jobid] = job;
  writeCloud(cloud.lab.dir, cloud.state);
  if (job.due !== null && job.due <= Date.now()) finish(cloud, job);
  else void finishLater(cloud, job);
  return { jobid: job.jobid, ...(newid === null ? {} : { id: newid.newid }) };
}

function newJob({ lab, faults }: Cloud, command: string, change: CloudChange, params: Params): Job {
  const target = targetOf(params);
  const fits = (fault: Fault) => fitsCommand(fault, command, target);
  const slow = faults.take("cloudstack-job-time", fits);
  const broken = faults.take("cloudstack-fail-job", fits);
  const forgotten = faults.take("cloudstack-forget", fits) !== null;
  const durationMs = durationOf(command, slow, lab.scale);
  return {
    jobid: randomUUID(),
    command,
    params,
    created: cloudTime(),
    status: 0,
    result: null,
    instance: { type: change.instance, id: params["newid"] ?? target },
    due: Number.isFinite(durationMs) ? Date.now() + durationMs : null,
    fails: broken && failureOf(broken, command),
    ...(forgotten && { forgotten }),
  };
}

function durationOf(command: string, slow: Fault | null, scale: number): number {
  return slow ? faultDelay(slow["seconds"], scale) : (jobTime[command] ?? ordinaryJob) / scale;
}

/** The end that a fault has chosen for a job. */
function failureOf(fault: Fault, command: string): Job["fails"] {
  const { code = 530, text = `Failed to ${command.replace(/([A-Z])/, " $1").toLowerCase()}` } = fault;
  return { code: Number(code), text: String(text), done: fault["effect"] === "done" };
}

async function finishLater(cloud: Cloud, job: Job): Promise<void> {
  await pause(job.due === null ? Number.POSITIVE_INFINITY : Math.max(0, job.due - Date.now()), 1);
  if (cloud.state.jobs[job.jobid] === job) finish(cloud, job);
}

/** Does the work of a job; a failure that a fault has chosen comes before it or after it. */
function work(cloud: Cloud, { command, params, fails }: Job): Record<string, unknown> {
  if (fails && fails.done !== true) throw new Refusal(fails.code, fails.text);
  const result = changes[command]?.apply(deskOf(cloud, params)) ?? {};
  if (fails) throw new Refusal(fails.code, fails.text);
  return result;
}

function errorResult(problem: unknown): Record<string, unknown> {
  const code = problem instanceof Refusal ? problem.code : 530;
  return { errorcode: code, errortext: problem instanceof Error ? problem.message : String(problem) };
}

function finish(cloud: Cloud, job: Job): void {
  try {
    job.result = work(cloud, job);
    job.status = 1;
  } catch (problem) {
    job.result = errorResult(problem);
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
async function adminOf(cloud: Cloud, call: Call): Promise<LabAnswer> {
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
