import { adminCall } from "../appliance/admin-client.ts";
import { pause } from "../appliance/clock.ts";
import type { Sdk } from "../appliance/sdk.ts";
import { freshSdk, withPrefix, type Daemon } from "./context.ts";
import { createMapping, mappingOf, noteAttached, noteDetached } from "./mappings.ts";

type Json = Record<string, unknown>;

/** Attaches a volume, as a data disk or as the root disk. */
export async function attach(daemon: Daemon, volume: string, vm: string, root: boolean): Promise<Json> {
  const sdk = await freshSdk(daemon);
  const kind = root ? "root attachment" : "attachment";
  const call = root ? "as root to VM" : "to VM";
  await withPrefix(`CloudStack volume ${kind} failed: failed to attach volume ${volume} ${call} ${vm}: `, () =>
    sdk.run("attachVolume", { id: volume, virtualmachineid: vm, ...(root ? { deviceid: "0" } : {}) }),
  );
  // from here on CloudStack has attached it, whatever becomes of the operation
  const path = await createMapping(daemon, volume, vm, root);
  await noteAttached(daemon, volume, path);
  const message = root ? "Volume attached as root disk successfully" : "Volume attached successfully";
  return { device_path: path, message, vm_id: vm, volume_id: volume, ...(root ? { device_id: 0 } : {}) };
}

/** Detaches a volume; CloudStack is asked even when there is no mapping. */
export async function detach(daemon: Daemon, volume: string): Promise<Json> {
  await meddle(daemon, volume);
  const mapping = await mappingOf(daemon, volume).catch(() => null);
  await cloudDetach(await freshSdk(daemon), volume);
  await noteDetached(daemon, volume);
  return { device_path: mapping?.["device_path"] ?? "", message: "Volume detached successfully", volume_id: volume };
}

/** Deletes a volume; one that is mapped is detached first. */
export async function remove(daemon: Daemon, volume: string): Promise<Json> {
  const sdk = await freshSdk(daemon);
  const mapping = await mappingOf(daemon, volume).catch(() => null);
  if (mapping) {
    await cloudDetach(sdk, volume);
    await noteDetached(daemon, volume);
  }
  await withPrefix(`CloudStack volume deletion failed: failed to delete volume ${volume}: `, () =>
    sdk.call("deleteVolume", { id: volume }),
  );
  const detail = mapping ? " (detached and cleaned up NBD exports)" : "";
  return { message: `Volume deleted successfully${detail}`, volume_id: volume };
}

/** Creates a volume. Its id is known to nobody but the response. */
export async function create(daemon: Daemon, request: Json): Promise<Json> {
  const sdk = await freshSdk(daemon);
  const gigabytes = Math.max(1, Math.floor(Number(request["size"]) / 2 ** 30));
  const params = { name: String(request["name"]), size: String(gigabytes), zoneid: String(request["zone_id"]) };
  const reply = await withPrefix("CloudStack volume creation failed: failed to create volume: ", () =>
    sdk.run("createVolume", { ...params, diskofferingid: String(request["disk_offering_id"]) }),
  );
  return { message: "Volume created successfully", volume_id: reply["id"] };
}

/** Takes a volume back from a test machine, and the machine away if asked. */
export async function cleanup(daemon: Daemon, wish: Record<string, string>, deleteVm: boolean): Promise<Json> {
  const { test_vm_id: vm = "", volume_id: volume = "", oma_vm_id: appliance = "" } = wish;
  const sdk = await freshSdk(daemon);
  const state = await withPrefix("failed to power off test VM: failed to check VM state before power off: ", () =>
    vmState(sdk, vm),
  );
  if (state === "Running")
    await withPrefix("failed to power off test VM: ", () => sdk.run("stopVirtualMachine", { id: vm }));
  await cloudDetach(sdk, volume);
  await noteDetached(daemon, volume);
  await pause(5000, daemon.lab.scale);
  await sdk.run("attachVolume", { id: volume, virtualmachineid: appliance });
  const path = await createMapping(daemon, volume, appliance, false);
  if (deleteVm) {
    await vmState(sdk, vm);
    await sdk.run("destroyVirtualMachine", { id: vm, expunge: "true" });
  }
  const ids = { oma_vm_id: appliance, test_vm_id: vm, volume_id: volume };
  const message = "Test failover cleanup completed successfully";
  return { device_path: path, message, vm_deleted: deleteVm, ...ids };
}

async function vmState(sdk: Sdk, vm: string): Promise<string> {
  const reply = await sdk.call("listVirtualMachines", { id: vm }).catch((): Json => ({}));
  const machine = (reply["virtualmachine"] as Json[] | undefined)?.[0];
  if (!machine) throw new Error(`VM ${vm} not found`);
  return String(machine["state"]);
}

async function cloudDetach(sdk: Sdk, volume: string): Promise<void> {
  await withPrefix(`CloudStack volume detachment failed: failed to detach volume ${volume}: `, () =>
    sdk.run("detachVolume", { id: volume }),
  );
}

/** The fault `daemon-detach-431`: what somebody else does to the volume just before it is detached. */
async function meddle(daemon: Daemon, volume: string): Promise<void> {
  const fault = daemon.faults.take("daemon-detach-431", (candidate) => (candidate["volume"] ?? volume) === volume);
  if (!fault) return;
  if (fault["how"] === "attached") {
    const text = "Unable to detach volume, please specify a VM that does not have VM snapshots";
    const refuse = {
      name: "cloudstack-refuse",
      command: "detachVolume",
      id: volume,
      code: 431,
      cs: 4350,
      text,
      times: 1,
    };
    await adminCall(daemon.lab, "cloudstack", "POST /lab/faults", refuse);
    return;
  }
  const action = fault["how"] === "unknown" ? "remove" : "detach";
  await adminCall(daemon.lab, "cloudstack", "POST /lab/volume", { id: volume, action });
  // Whoever detaches it in CloudStack itself does not tell the daemon: the mapping stays.
  if (fault["how"] === "already-detached") await noteDetached(daemon, volume);
}
