import { randomUUID } from "node:crypto";
import { showDevice, type CloudState, type Snapshot, type Vm, type Volume } from "./state.ts";
import { missing, Refusal, unknownId } from "./problems.ts";
import { showSnapshot, showVm, showVolume } from "./views.ts";

/** What a command may look at and change. */
export type Desk = {
  state: CloudState;
  dir: string;
  params: Record<string, string>;
  hideDevices: (id: string) => boolean;
};

/** A command that changes something: what it checks when it is asked for, and what it does when its job ends. */
export type CloudChange = {
  instance: "Volume" | "Snapshot" | "VirtualMachine";
  check(desk: Desk): void;
  apply(desk: Desk): Record<string, unknown>;
};

const attachedText = "Please specify a volume that is not attached to any VM.";
const busyText = "Volume state must be in Allocated, Ready or in Uploaded state";

function volumeOf({ state, params }: Desk, name = "id"): Volume {
  return state.volumes[params[name] ?? ""] ?? fail(unknownId(name, params[name] ?? ""));
}

function vmOf({ state, params }: Desk, name = "id"): Vm {
  return state.vms[params[name] ?? ""] ?? fail(unknownId(name, params[name] ?? ""));
}

function snapshotOf({ state, params }: Desk): Snapshot {
  return state.snapshots[params["id"] ?? ""] ?? fail(unknownId("id", params["id"] ?? ""));
}

function fail(problem: Refusal): never {
  throw problem;
}

/** Joins or parts a volume and a machine, and lets the appliance see the device come or go. */
export function place(desk: Desk, volume: Volume, vm: string | null, deviceid: number | null): void {
  volume.vm = vm;
  volume.deviceid = deviceid;
  showDevice(desk.dir, volume.id, vm === desk.state.appliance && vm !== "" && !desk.hideDevices(volume.id));
}

const attachVolume: CloudChange = {
  instance: "Volume",
  check(desk) {
    const volume = volumeOf(desk);
    if (desk.params["virtualmachineid"] !== "") vmOf(desk, "virtualmachineid");
    if (volume.vm !== null) throw new Refusal(431, attachedText);
    if ((volume.state ?? "Ready") !== "Ready") throw new Refusal(431, busyText);
  },
  apply(desk) {
    this.check(desk);
    const volume = volumeOf(desk);
    const vm = desk.params["virtualmachineid"] ?? "";
    const volumeCount = Object.values(desk.state.volumes).filter((candidate) => candidate.vm === vm).length;
    // an empty machine id is taken and comes to nothing, as recorded
    if (vm !== "") place(desk, volume, vm, Number(desk.params["deviceid"] ?? Math.max(1, volumeCount)));
    return { volume: showVolume(desk.state, volume) };
  },
};

const detachVolume: CloudChange = {
  instance: "Volume",
  check(desk) {
    const volume = volumeOf(desk);
    if (volume.vm === null) throw new Refusal(431, "The specified volume is not attached to any VM.");
    if (volume.type === "ROOT" && desk.state.vms[volume.vm]?.state === "Running")
      throw new Refusal(431, "Please specify a VM that is in the stopped state to detach a ROOT volume.");
  },
  apply(desk) {
    this.check(desk);
    const volume = volumeOf(desk);
    place(desk, volume, null, null);
    return { volume: showVolume(desk.state, volume) };
  },
};

const createVolume: CloudChange = {
  instance: "Volume",
  check: () => undefined,
  apply({ state, params }) {
    const id = params["newid"] ?? randomUUID();
    state.volumes[id] = newVolume(id, params["name"] ?? id, "DATADISK", Number(params["size"] ?? 1));
    return { volume: showVolume(state, state.volumes[id]) };
  },
};

const createSnapshot: CloudChange = {
  instance: "Snapshot",
  check(desk) {
    volumeOf(desk, "volumeid");
  },
  apply(desk) {
    const volume = volumeOf(desk, "volumeid");
    const id = desk.params["newid"] ?? randomUUID();
    const name = desk.params["name"] ?? `${volume.name}_${Date.now()}`;
    const { content } = volume;
    desk.state.snapshots[id] = { id, name, volumeid: volume.id, created: cloudTime(), content };
    return { snapshot: showSnapshot(desk.state, desk.state.snapshots[id]) };
  },
};

const revertSnapshot: CloudChange = {
  instance: "Snapshot",
  check(desk) {
    snapshotOf(desk);
  },
  apply(desk) {
    const snapshot = snapshotOf(desk);
    const volume = desk.state.volumes[snapshot.volumeid];
    if (!volume) throw new Refusal(431, `The volume of snapshot ${snapshot.id} does not exist any more.`);
    const holder = desk.state.vms[volume.vm ?? ""];
    if (holder && holder.state !== "Stopped")
      throw new Refusal(431, "The VM the specified disk is attached to is not in the shutdown state.");
    volume.content = snapshot.content;
    return { success: true };
  },
};

const deleteSnapshot: CloudChange = {
  instance: "Snapshot",
  check(desk) {
    snapshotOf(desk);
  },
  apply(desk) {
    Reflect.deleteProperty(desk.state.snapshots, snapshotOf(desk).id);
    return { success: true };
  },
};

const deployVirtualMachine: CloudChange = {
  instance: "VirtualMachine",
  check({ params }) {
    for (const name of ["serviceofferingid", "templateid", "zoneid"])
      if (!params[name]) throw missing("deployVirtualMachine", name);
  },
  apply({ state, params }) {
    const { newid: id = randomUUID(), name = id, rootdisksize = 20 } = params;
    const { "details[0].cpuNumber": cpunumber = 2, "details[0].memory": memory = 4096 } = params;
    const vm: Vm = {
      id,
      name,
      state: params["startvm"] === "false" ? "Stopped" : "Running",
      created: cloudTime(),
      cpunumber: Number(cpunumber),
      memory: Number(memory),
    };
    state.vms[id] = vm;
    const root = newVolume(randomUUID(), `ROOT-${vm.name}`, "ROOT", Number(rootdisksize));
    state.volumes[root.id] = { ...root, vm: id, deviceid: 0 };
    return { virtualmachine: showVm(vm) };
  },
};

/** A change of a machine's power state. */
function power(to: "Running" | "Stopped"): CloudChange {
  return {
    instance: "VirtualMachine",
    check(desk) {
      vmOf(desk);
    },
    apply(desk) {
      const vm = vmOf(desk);
      vm.state = to;
      return { virtualmachine: showVm(vm) };
    },
  };
}

const destroyVirtualMachine: CloudChange = {
  instance: "VirtualMachine",
  check(desk) {
    vmOf(desk);
  },
  apply(desk) {
    const vm = vmOf(desk);
    for (const volume of Object.values(desk.state.volumes).filter((candidate) => candidate.vm === vm.id)) {
      // the machine takes its root volume with it; data volumes are only let go
      if (volume.type === "ROOT") Reflect.deleteProperty(desk.state.volumes, volume.id);
      else place(desk, volume, null, null);
    }
    if (desk.params["expunge"] === "true") Reflect.deleteProperty(desk.state.vms, vm.id);
    else vm.state = "Destroyed";
    return { virtualmachine: showVm({ ...vm, state: "Destroyed" }) };
  },
};

/** The commands whose effect comes with an asynchronous job. */
export const changes: Record<string, CloudChange> = {
  attachVolume,
  detachVolume,
  createVolume,
  createSnapshot,
  revertSnapshot,
  deleteSnapshot,
  deployVirtualMachine,
  startVirtualMachine: power("Running"),
  stopVirtualMachine: power("Stopped"),
  destroyVirtualMachine,
};

/** Deletes a volume at once: this one command has no job. */
export function deleteVolume(desk: Desk): Record<string, unknown> {
  const volume = volumeOf(desk);
  if (volume.vm !== null) throw new Refusal(431, attachedText);
  Reflect.deleteProperty(desk.state.volumes, volume.id);
  return { success: true };
}

/** A volume as it is when new; `size` in gibibytes. */
export function newVolume(id: string, name: string, type: Volume["type"], size: number): Volume {
  const bytes = size * 2 ** 30;
  return { id, name, type, size: bytes, vm: null, deviceid: null, created: cloudTime(), content: "as replicated" };
}

/** Now as CloudStack prints it. */
export function cloudTime(): string {
  return `${new Date().toISOString().slice(0, 19)}+0000`;
}
