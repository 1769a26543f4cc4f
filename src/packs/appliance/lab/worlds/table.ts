/** The worlds that a lab can be set to, by name. */
import { afterCleanup } from "./cleanups.ts";
import { asLive, failedAt, rolledBack } from "./failed.ts";
import {
  destination,
  desync,
  detachRefusal,
  down,
  failing,
  oddName,
  polling,
  withFault,
  type LabWorld,
} from "./families.ts";
import { stuckInVirtio, type Machine } from "./model.ts";
import { fiveStuck, healthyScene, loose, manyStuck, oneStuck, withDisks } from "./scene.ts";

/** All worlds by name. A name with a number (`daemon-slow:90`) is looked up by its part before the colon. */
export const worlds: Record<string, LabWorld> = {
  "stuck-virtio": {
    title: "Five test failovers ended by VirtIO injection",
    subject: "pgtest1, pgtest2, PhilB Test machine, web-frontend-02, QUAD-DC-01",
    wrong: "The five engines have ended in failure and left attached volumes, snapshots and failed_over_test behind.",
    scene: () => fiveStuck(() => null),
  },
  "stuck-virtio:alive": {
    title: "Five test failovers hung in VirtIO injection",
    subject: "pgtest1, pgtest2, PhilB Test machine, web-frontend-02, QUAD-DC-01",
    wrong: "Five engines are still blocked in virt-v2v-in-place while their jobs have been marked completed by hand.",
    scene: () => fiveStuck(() => "blocked"),
  },
  "stuck-virtio:nudge": polling(
    "nudge",
    "The five engines poll the database, as the plan assumes, and move on when nudged.",
  ),
  "stuck-virtio:advance": polling(
    "advance",
    "The five engines poll the database and move on when their job says creating_vm.",
  ),
  "stuck-virtio:three": {
    title: "Five test failovers, three of which react to a nudge",
    subject: "pgtest1, pgtest2, PhilB Test machine, web-frontend-02, QUAD-DC-01",
    wrong: "Three engines poll the database and react to a nudge; two are blocked in virt-v2v-in-place.",
    scene: () => fiveStuck((place) => (place < 3 ? "nudge" : "blocked")),
  },
  "mixed-volumes": {
    title: "Some volumes attached, some not",
    subject: "web-frontend-02",
    wrong: "The second of three volumes is detached everywhere; the others are on the appliance.",
    scene: () => oneStuck("web", (machine) => withDisks(machine, (_disk, index) => (index === 1 ? loose : {}))),
  },
  "mixed-volumes:test-vm": {
    title: "One volume on the appliance, one on the test VM, one on neither",
    subject: "web-frontend-02",
    wrong: "The failover stopped in the middle of volume-attachment: the second volume is on the stopped test VM.",
    scene: () =>
      oneStuck("web", (machine) =>
        withDisks(failedAt(machine, "volume-attachment", { recorded: true }), (_disk, index) =>
          index === 0 ? {} : index === 1 ? { place: "test-vm" } : loose,
        ),
      ),
  },
  "already-detached-431": detachRefusal("already-detached", "somebody else detaches it just before; it ends detached"),
  "already-detached-431:wrong-volume": detachRefusal("unknown", "CloudStack does not know the volume at all"),
  "already-detached-431:attached": detachRefusal("attached", "CloudStack refuses and keeps the volume attached"),
  "daemon-down": down("daemon-down", "The Volume Daemon refuses connections."),
  "daemon-down:refused": down("daemon-down", "The Volume Daemon refuses connections."),
  "daemon-down:unhealthy": down(
    "daemon-unhealthy",
    "The Volume Daemon has lost its database: it says so under database_health, and every volume looks detached.",
  ),
  "daemon-down:broken-db": down(
    "daemon-broken-reads",
    "The Volume Daemon says it is healthy, but every device read fails as a 404 with another text.",
  ),
  "failed-vm-creation": destination(true),
  "failed-vm-creation:destination": destination(true),
  "failed-vm-creation:half-made": destination(false),
  "failed-vm-creation:nothing-made": {
    title: "A failover that failed making its machine",
    subject: "pgtest1",
    wrong: "The snapshots were made; CloudStack refused the test VM, and none stands there.",
    scene: () => oneStuck("pgtest1", (machine) => failedAt(machine, "vm-creation", null)),
  },
  "half-deleted-snapshots": {
    title: "A cleanup that failed while deleting snapshots",
    subject: "web-frontend-02",
    wrong: "All volumes are detached and reverted, the first snapshot is deleted, and tracking still names all three.",
    scene: () => afterCleanup("half-deleted-snapshots"),
  },
  "half-reverted": {
    title: "A cleanup that failed while reverting",
    subject: "web-frontend-02",
    wrong: "All volumes are detached, the first is reverted, no snapshot is deleted.",
    scene: () => afterCleanup("half-reverted"),
  },
  "half-attached": {
    title: "A cleanup that failed while attaching",
    subject: "web-frontend-02",
    wrong:
      "The snapshots are gone and their tracking is cleared; one volume is attached, two are not; no row is reset.",
    scene: () => afterCleanup("half-attached"),
  },
  "already-reset": {
    title: "Nothing left to do",
    subject: "web-frontend-02",
    wrong: "Nothing: a cleanup has done everything; a second one must find nothing to do.",
    scene: () => afterCleanup("already-reset"),
  },
  "mapping-desync": desync("stale"),
  "mapping-desync:stale-mapping": desync("stale"),
  "mapping-desync:no-mapping": desync("none"),
  "already-detached-431:in-cloudstack": detachRefusal(
    "in-cloudstack",
    "somebody else detaches it in CloudStack itself just before; the daemon's mapping stays",
  ),
  "daemon-killed": {
    title: "A daemon that is killed in the middle of a detach",
    subject: "pgtest1",
    wrong:
      "CloudStack carries the first detach out; the daemon is killed and started again, the operation stays executing.",
    scene: () => withFault("daemon-restart", { type: "detach", when: "taken", times: 1 }),
  },
  "daemon-killed:before-cloudstack": {
    title: "A daemon that is killed before it asked CloudStack",
    subject: "pgtest1",
    wrong:
      "The daemon is killed and started again before CloudStack hears of the first detach; the operation stays executing.",
    scene: () => withFault("daemon-restart", { type: "detach", when: "asked", times: 1 }),
  },
  "daemon-database-lost": {
    title: "A daemon that loses its database in the middle of a detach",
    subject: "pgtest1",
    wrong: "CloudStack carries the first detach out; the daemon can write neither that nor its end, and lives on.",
    scene: () => withFault("daemon-database-lost", { type: "detach", times: 1 }),
  },
  "lost-poll": {
    title: "A daemon that loses CloudStack while a job goes on",
    subject: "pgtest1",
    wrong: "The first detach is reported as failed and carried out by CloudStack all the same.",
    scene: () => withFault("daemon-lost-poll", { type: "detach", times: 1 }),
  },
  "all-slow": {
    title: "A daemon that is slow at everything",
    subject: "pgtest1",
    wrong: "Every answer of the Volume Daemon takes four seconds.",
    scene: () => withFault("daemon-slow", { seconds: 4 }),
  },
  "revert-unknown": {
    title: "A revert whose job failed after it was done",
    subject: "pgtest1",
    wrong: "The first revert is carried out, and its job says 530, as after a restart of the management server.",
    scene: () =>
      withFault("cloudstack-fail-job", {
        command: "revertSnapshot",
        code: 530,
        text: "job cancelled because of management server restart",
        effect: "done",
        times: 1,
      }),
  },
  "revert-unknown:forgotten": {
    title: "A revert whose job CloudStack has forgotten",
    subject: "pgtest1",
    wrong: "The first revert is carried out, and CloudStack does not know its job any more.",
    scene: () => withFault("cloudstack-forget", { command: "revertSnapshot", times: 1 }),
  },
  "delete-unknown": {
    title: "A deletion whose job failed after it was done",
    subject: "pgtest1",
    wrong: "The first snapshot is deleted, and the job of that says 530.",
    scene: () => withFault("cloudstack-fail-job", { command: "deleteSnapshot", code: 530, effect: "done", times: 1 }),
  },
  "attach-unknown": {
    title: "A refusal of an attach inside its job",
    subject: "pgtest1",
    wrong: "CloudStack checks the first attach inside its job and refuses it there with 431.",
    scene: () => withFault("cloudstack-fail-job", { command: "attachVolume", code: 431, times: 1 }),
  },
  "snapshot-gone": {
    title: "A snapshot that somebody deleted",
    subject: "web-frontend-02",
    wrong:
      "The first volume's snapshot is gone from CloudStack, its volume was never reverted, tracking names it still.",
    scene: () =>
      oneStuck("web", (machine) =>
        withDisks(machine, (_disk, index) => (index === 0 ? { snapshot: { exists: false, tracked: true } } : {})),
      ),
  },
  "snapshot-backing-up": {
    title: "A snapshot that is not ready",
    subject: "web-frontend-02",
    wrong: "CloudStack still copies the second volume's snapshot to secondary storage: it says BackingUp.",
    scene: () =>
      oneStuck("web", (machine) =>
        withDisks(machine, (_disk, index) =>
          index === 1 ? { snapshot: { exists: true, tracked: true, state: "BackingUp" } } : {},
        ),
      ),
  },
  "rollback-failed": {
    title: "A rollback that failed at its last step",
    subject: "pgtest1",
    wrong:
      "The test VM is destroyed and its job says completed; one volume is detached, and the context says failed over.",
    scene: () =>
      oneStuck("pgtest1", (machine) =>
        withDisks(rolledBack(machine), (_disk, index) => ({
          ...(index === 0 ? loose : { mode: "oma" as const }),
          snapshot: { exists: false, tracked: false },
          reverted: true,
        })),
      ),
  },
  "odd-name": oddName("192.168.1.20"),
  "odd-name:cjk": oddName("日本語サーバ"),
  "daemon-slow": {
    title: "A detach that takes long",
    subject: "pgtest1",
    wrong: "The first volume's detach takes so many seconds (or `never` ends); cleanup waits 60.",
    value: "60.1",
    scene: (seconds) => withFault("daemon-operation-time", { type: "detach", seconds, k: 1 }),
  },
  "revert-fails": failing("revertSnapshot", "Failed to revert the snapshot"),
  "delete-fails": failing("deleteSnapshot", "Failed to delete the snapshot"),
  "same-name": {
    title: "Two machines of one name, both stuck",
    subject: "pgtest1",
    wrong: "pgtest1 exists under two vCenters and both have an unfinished failover.",
    scene: () => {
      const scene = oneStuck("pgtest1");
      const stuckTwin = (machine: Machine) => (machine.key === "pgtest1-b" ? stuckInVirtio(machine, 30) : machine);
      return { ...scene, machines: scene.machines.map(stuckTwin) };
    },
  },
  "live-failover": {
    title: "A live failover that failed",
    subject: "pgtest1",
    wrong: "The source machine is powered off and the failover is unfinished: a revert would lose data.",
    scene: () => oneStuck("pgtest1", asLive),
  },
  "many-stuck": {
    title: "Very many test failovers ended by VirtIO injection",
    subject: "batch-vm-001",
    wrong: "As many machines as the number says are stuck in the same way, besides the ones that are well.",
    value: "200",
    scene: (count) => manyStuck(Math.min(1000, Math.trunc(Number(count)))),
  },
  healthy: {
    title: "An appliance at rest",
    subject: "pgtest1",
    wrong: "Nothing.",
    scene: () => healthyScene(),
  },
  bare: {
    title: "An empty appliance",
    subject: "",
    wrong: "Nothing: only the configuration is there.",
    scene: () => null,
  },
};

/** Finds a world by name, with the number after the colon where it takes one; null when there is none. */
export function findWorld(name: string): { world: LabWorld; value: string } | null {
  const exact = worlds[name];
  if (exact) return { world: exact, value: exact.value ?? "" };
  const [base = "", value = ""] = name.split(":");
  const world = worlds[base];
  return world?.value !== undefined && mayHave(base, value) ? { world, value } : null;
}

/** Whether a world takes this for its value: a number, or for a daemon that is slow the word for no end. */
function mayHave(name: string, value: string): boolean {
  return /^\d+(\.\d+)?$/.test(value) || (name === "daemon-slow" && value === "never");
}
