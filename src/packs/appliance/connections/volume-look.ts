/** Puts the daemon's word and CloudStack's word about one volume side by side. */
import { failure, type Failure } from "../../../ports/outcome.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { VolumeLook } from "../ports/volume.ts";
import { err, ok, type Result } from "../../../ports/result.ts";
import { textOf } from "../../../connections/json.ts";

export interface DaemonSide {
  readonly mapped: boolean;
  readonly vm: string;
  readonly mode: string;
  readonly path: string;
}

interface CloudSide {
  readonly state: VolumeLook["cloudstack"];
  readonly vm: string;
}

/** Joins both answers; CloudStack's failure is the look's failure, except for "no such volume". */
export function judge(
  volume: string,
  daemon: DaemonSide,
  listing: Result<JsonObject[], Failure>,
  appliance: string,
): Result<VolumeLook, Failure> {
  const cloud = cloudSide(volume, listing);
  if (!cloud.ok) return cloud;
  return ok({
    volume_id: volume,
    daemon: daemon.mapped ? "mapped" : "not mapped",
    daemon_vm: daemon.vm,
    mode: daemon.mode,
    device_path: daemon.path,
    cloudstack: cloud.value.state,
    cloudstack_vm: cloud.value.vm,
    where: placeOf(daemon, cloud.value, appliance),
  });
}

/** Whether CloudStack says that there is no such volume. */
function isMissing(listing: Result<JsonObject[], Failure>): boolean {
  if (listing.ok) return listing.value.length === 0;
  // 431 is CloudStack's code for any bad parameter: only these words say that the id names nothing.
  return listing.error.code === "431" && /does not exist|invalid value/i.test(listing.error.message);
}

function cloudSide(volume: string, listing: Result<JsonObject[], Failure>): Result<CloudSide, Failure> {
  if (isMissing(listing)) return ok({ state: "missing", vm: "" });
  if (!listing.ok) return listing;
  const row = listing.value.find((candidate) => textOf(candidate, "id") === volume);
  if (row === undefined) {
    return err(failure("garbled", `Asked for volume ${volume}, CloudStack listed others.`));
  }
  const vm = textOf(row, "virtualmachineid");
  return ok({ state: vm === "" ? "detached" : "attached", vm });
}

function placeOf(daemon: DaemonSide, cloud: CloudSide, appliance: string): VolumeLook["where"] {
  if (cloud.state === "missing") return "missing";
  const isAttached = cloud.state === "attached";
  if (daemon.mapped !== isAttached) return "disagree";
  return isAttached ? placeOfAttached(daemon.vm, cloud.vm, appliance) : "detached";
}

function placeOfAttached(daemonVm: string, cloudVm: string, appliance: string): VolumeLook["where"] {
  if (daemonVm !== cloudVm) return "disagree";
  return cloudVm === appliance ? "appliance" : "elsewhere";
}
