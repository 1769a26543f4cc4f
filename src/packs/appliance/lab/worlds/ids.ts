import { labId } from "../appliance/config.ts";
import type { Disk, Machine } from "./model.ts";

/** The ids of a lab's objects: the same at every load, and never those of another lab. */
export type Ids = ReturnType<typeof idsFor>;

/** Makes the ids for the lab at `dir`. */
export function idsFor(dir: string) {
  const id = (label: string) => labId(dir, label);
  return {
    appliance: id("appliance"),
    zone: id("zone"),
    vmware: (machine: Machine) => id(`vmware ${machine.key}`),
    context: (machine: Machine) => {
      const day = machine.key === "pgtest1-b" ? 20250829 : 20250822;
      return `ctx-${machine.name.replaceAll(" ", "-")}-${day}-${100000 + weight(machine.key)}`;
    },
    volume: (machine: Machine, disk: Disk) => id(`volume ${machine.key} ${disk.id}`),
    snapshot: (machine: Machine, disk: Disk) => id(`snapshot ${machine.key} ${disk.id}`),
    job: (machine: Machine) => id(`job ${machine.key}`),
    destination: (machine: Machine) => id(`destination ${machine.key}`),
    replication: (machine: Machine) => `job-20250926-${100000 + weight(machine.key)}`,
    any: id,
  };
}

/** A number that differs between keys: letters weigh more the later they stand. */
function weight(key: string): number {
  const [, number] = /^many-(\d+)$/.exec(key) ?? [];
  if (number !== undefined) return 200_000 + Number(number);
  return Array.from(key).reduce((sum, letter, index) => sum + letter.charCodeAt(0) * (index + 1) ** 2, 0);
}

/** A time some minutes ago as the database takes it, in UTC. */
export function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
}

/** The same as CloudStack prints it. */
export function cloudAgo(minutes: number): string {
  return `${ago(minutes).replace(" ", "T")}+0000`;
}

/** The same as seconds since the epoch, as it ends the names of snapshots and jobs. */
export function unixAgo(minutes: number): number {
  return Math.floor(Date.now() / 1000 - minutes * 60);
}
