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
  const holder = volume.vm === null ? undefined : state.vms[volume.vm];
  return {
    id,
    name,
    type,
    state: volume.state ?? "Ready",
    size,
    created: volume.created,
    zoneid: state.zone,
    hypervisor: "KVM",
    ...(volume.vm === null
      ? {}
      : {
          virtualmachineid: volume.vm,
          vmname: holder?.name ?? "",
          vmdisplayname: holder?.name ?? "",
          vmstate: holder?.state ?? "",
          deviceid: volume.deviceid ?? 0,
          attached: volume.created,
        }),
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

/** A job as queryAsyncJobResult and listAsyncJobs show it. */
export function showJob(job: Job): Record<string, unknown> {
  const room = { Volume: "volume", Snapshot: "snapshot", VirtualMachine: "vm" }[job.instance?.type ?? ""] ?? "job";
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
    ...(job.completed === undefined ? {} : { completed: job.completed }),
    ...(job.instance === null ? {} : { jobinstancetype: job.instance.type, jobinstanceid: job.instance.id }),
  };
}
