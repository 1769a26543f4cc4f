import type { CloudState, Job, Snapshot, Vm, Volume } from "./state.ts";

/** A machine as CloudStack lists it. */
export function showVm(vm: Vm): Record<string, unknown> {
  const { id, name, state, cpunumber, memory } = vm;
  return {
    id,
    name,
    displayname: name,
    state,
    created: vm.created,
    cpunumber,
    memory,
    hypervisor: "KVM",
    haenable: false,
  };
}

/** A volume as CloudStack lists it: what it is attached to is absent when it is detached. */
export function showVolume(state: CloudState, volume: Volume): Record<string, unknown> {
  const { id, name, type, size } = volume;
  return {
    id,
    name,
    type,
    state: volume.state ?? "Ready",
    size,
    created: volume.created,
    zoneid: state.zone,
    hypervisor: "KVM",
    ...(volume.vm !== null && attachment(state, volume, volume.vm)),
  };
}

function attachment({ vms }: CloudState, volume: Volume, vm: string): Record<string, unknown> {
  const holder = vms[vm] ?? { name: "", state: "" };
  return {
    virtualmachineid: vm,
    vmname: holder.name,
    vmdisplayname: holder.name,
    vmstate: holder.state,
    deviceid: volume.deviceid ?? 0,
    attached: volume.created,
  };
}

/** A snapshot as CloudStack lists it. */
export function showSnapshot(state: CloudState, snapshot: Snapshot): Record<string, unknown> {
  const { id, name, volumeid } = snapshot;
  const volume = state.volumes[volumeid];
  const traits = {
    state: snapshot.state ?? "BackedUp",
    snapshottype: "MANUAL",
    intervaltype: "MANUAL",
    revertable: true,
  };
  return {
    id,
    name,
    volumeid,
    volumename: volume?.name ?? "",
    volumetype: volume?.type ?? "",
    created: snapshot.created,
    ...traits,
  };
}

/** The packages in which CloudStack keeps the commands on a type of thing. */
const rooms: Record<string, string> = { Volume: "volume", Snapshot: "snapshot", VirtualMachine: "vm" };

/** A job as queryAsyncJobResult and listAsyncJobs show it; what is undefined is absent from the answer. */
export function showJob(job: Job): Record<string, unknown> {
  const room = rooms[job.instance?.type ?? ""] ?? "job";
  const command = job.command.charAt(0).toUpperCase() + job.command.slice(1).replace("VirtualMachine", "VM");
  return {
    accountid: "00000000-0000-4000-a000-00000000acc0",
    userid: "00000000-0000-4000-a000-0000000005e4",
    cmd: `org.apache.cloudstack.api.command.admin.${room}.${command}CmdByAdmin`,
    jobid: job.jobid,
    jobstatus: job.status,
    jobprocstatus: 0,
    jobresultcode: job.status === 2 ? 530 : 0,
    ...(job.result === null ? {} : { jobresulttype: "object", jobresult: job.result }),
    created: job.created,
    completed: job.completed,
    jobinstancetype: job.instance?.type,
    jobinstanceid: job.instance?.id,
  };
}
