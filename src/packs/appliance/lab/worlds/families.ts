/** Worlds that differ from their siblings in one thing: one maker for each such family. */
import { failedAt } from "./failed.ts";
import type { Scene } from "./model.ts";
import { fiveStuck, oneStuck, withDisks } from "./scene.ts";

/** One world, or one variant of a world. */
export type LabWorld = {
  title: string;
  /** The name of the machine the world is about; several in `stuck-virtio`. */
  subject: string;
  /** What is wrong, in one sentence. */
  wrong: string;
  /** The scene; null is the bare appliance. `value` is what stands after a colon where the world takes a number. */
  scene: (value: string) => Scene | null;
  /** The number a world takes when none is given, for worlds that take one. */
  value?: string;
};

export function withFault(name: string, params: Record<string, string | number>): Scene {
  const role = name.startsWith("cloudstack") ? "cloudstack" : "daemon";
  return { ...oneStuck("pgtest1"), faults: [{ role, fault: { name, ...params } }] };
}

export function detachRefusal(cause: string, sentence: string): LabWorld {
  return {
    title: "A detach answered with 431",
    subject: "pgtest1",
    wrong: `The first detach gets 431: ${sentence}.`,
    scene: () => withFault("daemon-detach-431", { how: cause, times: 1 }),
  };
}

export function down(fault: string, wrong: string): LabWorld {
  return { title: "The Volume Daemon cannot be trusted", subject: "pgtest1", wrong, scene: () => withFault(fault, {}) };
}

export function failing(command: string, text: string): LabWorld {
  return {
    title: command === "revertSnapshot" ? "A revert that fails" : "A snapshot that cannot be deleted",
    subject: "web-frontend-02",
    wrong: `The ${command} of the k-th volume (2 unless said) fails with 530 until the fault is cleared.`,
    value: "2",
    scene: (value) => {
      const disk = Number(value) - 1;
      const fault = { name: "cloudstack-fail-job", command, disk, machine: "web", code: 530, text };
      return { ...oneStuck("web"), faults: [{ role: "cloudstack", fault }] };
    },
  };
}

export function destination(isRecorded: boolean): LabWorld {
  return {
    title: isRecorded ? "A failover that failed after making its machine" : "A failover that failed making its machine",
    subject: "pgtest1",
    wrong: isRecorded
      ? "A stopped test VM with its own root volume stands in CloudStack, and failover_jobs names it."
      : "A half-made test VM stands in CloudStack, and failover_jobs does not name it.",
    scene: () =>
      oneStuck("pgtest1", (machine) =>
        failedAt(machine, isRecorded ? "volume-attachment" : "vm-creation", { recorded: isRecorded }),
      ),
  };
}

export function desync(mapping: "stale" | "none"): LabWorld {
  return {
    title: "The mapping and CloudStack disagree",
    subject: "pgtest1",
    wrong:
      mapping === "stale"
        ? "The first volume's mapping says attached; CloudStack says detached."
        : "CloudStack has the first volume on the appliance; the daemon has no mapping for it.",
    scene: () =>
      oneStuck("pgtest1", (machine) =>
        withDisks(machine, (_disk, index) => {
          if (index !== 0) return {};
          return mapping === "stale" ? { place: "nowhere", mapping: "stale" } : { mapping: "none" };
        }),
      ),
  };
}

export function oddName(name: string): LabWorld {
  return {
    title: "A machine whose name is no host name",
    subject: name,
    wrong: `The machine is called ${name}, of which CloudStack's spelling leaves nothing.`,
    scene: () => oneStuck("pgtest1", (machine) => ({ ...machine, name })),
  };
}

export function polling(kind: "nudge" | "advance", wrong: string): LabWorld {
  return {
    title: `Five test failovers whose engines wait for ${kind === "nudge" ? "a nudge" : "the advance"}`,
    subject: "pgtest1, pgtest2, PhilB Test machine, web-frontend-02, QUAD-DC-01",
    wrong,
    scene: () => fiveStuck(() => kind),
  };
}
