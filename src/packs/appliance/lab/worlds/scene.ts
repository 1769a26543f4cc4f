import { resting, stuckInVirtio, type Disk, type EngineKind, type Machine, type Scene } from "./model.ts";

/** The machines every world has: the five of the plan, a namesake elsewhere, and some that are well. */
export function healthyScene(): Scene {
  return {
    machines: [
      resting("pgtest1", "pgtest1", [40, 10]),
      resting("pgtest2", "pgtest2", [32]),
      resting("philb", "PhilB Test machine", [60]),
      resting("web", "web-frontend-02", [50, 100, 20]),
      resting("quad", "QUAD-DC-01", [80]),
      resting("pgtest1-b", "pgtest1", [40], { vcenter: "vcsa-b.lab.local" }),
      resting("app", "app-server-01", [30], { os: "linux" }),
      resting("mail", "mail-01", [40, 200]),
      resting("legacy", "sql-legacy-01", [120], { vcenter: "vcsa-b.lab.local" }),
    ],
    faults: [],
    pastJobs: [],
    failedCleanups: [],
  };
}

/** The five test failovers of the plan, hung in VirtIO injection or ended by it. */
export function fiveStuck(engineOf: (place: number) => EngineKind | null): Scene {
  const five = ["pgtest1", "pgtest2", "philb", "web", "quad"];
  const scene = healthyScene();
  const machines = scene.machines.map((machine) => {
    const place = five.indexOf(machine.key);
    return place < 0 ? machine : stuckInVirtio(machine, 47 - 2 * place, engineOf(place));
  });
  return { ...scene, machines };
}

/** Many more machines of one kind, all of them stuck; every fifth has a second disk. */
export function manyStuck(count: number): Scene {
  const scene = healthyScene();
  const stuckMachines = Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(3, "0");
    const machine = resting(`many-${number}`, `batch-vm-${number}`, index % 5 === 4 ? [20, 10] : [20], { os: "linux" });
    return stuckInVirtio(machine, 60);
  });
  return { ...scene, machines: [...scene.machines, ...stuckMachines] };
}

/** One machine stuck, the others well, and `change` made to the stuck one. */
export function oneStuck(key: string, change: (machine: Machine) => Machine = (machine) => machine): Scene {
  const scene = healthyScene();
  const machines = scene.machines.map((machine) =>
    machine.key === key ? change(stuckInVirtio(machine, 45)) : machine,
  );
  return { ...scene, machines };
}

/** The machine with other disks: `change` is given each disk and its place. */
export function withDisks(machine: Machine, change: (disk: Disk, index: number) => Partial<Disk>): Machine {
  return { ...machine, disks: machine.disks.map((disk, index) => ({ ...disk, ...change(disk, index) })) };
}

/** A disk that is attached to nothing, as a detach through the daemon leaves it. */
export const loose: Partial<Disk> = { place: "nowhere", mapping: "none", mode: "oma" };
