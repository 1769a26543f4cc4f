import { emptyCloud, type CloudState, type Snapshot, type Vm, type Volume } from "../cloudstack/state.ts";
import type { LabConfig } from "../appliance/config.ts";
import type { Loadable, Rows } from "./model.ts";

/** What was read of another appliance, so that a lab can stand in for it. It holds no secrets; what is text stays text. */
export type ApplianceSnapshot = {
  /** Rows by table: only tables and columns that the lab has are taken. */
  rows: Record<string, Record<string, string | null>[]>;
  /** The server's distance from UTC, as MariaDB takes it: `+01:00`. */
  utcOffset: string;
  /** The appliance's own VM, and the zone it is in. */
  appliance: string;
  zone: string;
  vms: Vm[];
  volumes: Volume[];
  snapshots: Snapshot[];
};

const byId = <T extends { id: string }>(resources: readonly T[]): Record<string, T> =>
  Object.fromEntries(resources.map((resource) => [resource.id, resource]));

/** Makes a world of it: the lab's own address and keys stand where the appliance's CloudStack is configured. */
export function fromSnapshot(lab: LabConfig, snapshot: ApplianceSnapshot): Loadable {
  const { appliance, zone, vms, volumes, snapshots } = snapshot;
  const empty = emptyCloud(appliance, zone);
  const cloud: CloudState = {
    ...empty,
    vms: { ...empty.vms, ...byId(vms) },
    volumes: byId(volumes),
    snapshots: byId(snapshots),
  };
  const api_url = `http://127.0.0.1:${lab.ports.cloudstack}/client/api`;
  const keys = { api_url, api_key: lab.apiKey, secret_key: lab.secretKey };
  const rows: Rows = { ...snapshot.rows };
  rows["ossea_configs"] = (snapshot.rows["ossea_configs"] ?? []).map((row) => ({ ...row, ...keys }));
  return { rows, cloud, faults: [], engines: [] };
}
