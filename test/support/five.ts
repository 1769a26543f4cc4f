/**
 * The unkind worlds with five VMs in one: what hit one VM hits each of the five, in its first volume. Each world is played
 * by all three ways in, and judged by the lab's own state: rows, volumes, snapshots, and what the OMA API says.
 */
import { expect } from "vitest";
import { receiptFrom } from "../../src/engine/receipt.ts";
import { cloudstackState, fault, setCloudstackState, type Lab } from "../../src/packs/appliance/lab/index.ts";
import {
  before,
  done,
  effects,
  expectRecovered,
  expectRestUntouched,
  keyOf,
  query,
  volumesOf,
  type Before,
} from "./effects.ts";
import { nameOnlyOnce, type Incident, type Said } from "./incident.ts";

export const FIVE = ["pgtest1", "pgtest2", "PhilB Test machine", "web-frontend-02", "QUAD-DC-01"] as const;

/** One of the five, and the volume and snapshot of it that something happens to. */
interface One {
  readonly key: string;
  readonly volume: string;
  readonly snapshot: string;
}

export interface FiveWorld {
  readonly world: string;
  /** Makes it of five stuck VMs. */
  readonly make: (lab: Lab, five: readonly One[]) => Promise<void>;
  /** How the first run ends, and what it says of each of the five. */
  readonly exit: readonly number[];
  readonly says: RegExp;
  /** Makes an end to what the first run says is to be waited for. */
  readonly waitedFor?: (lab: Lab) => Promise<void>;
  /** Whether the console's failure page says that a new run is needed. */
  readonly anew?: boolean;
  /** Whether their failover jobs stay as they are: the appliance's own rollback has ended them. */
  readonly jobsStay?: boolean;
}

const each =
  (name: string, params: (one: One) => Parameters<typeof fault>[2]) =>
  async (lab: Lab, five: readonly One[]): Promise<void> => {
    for (const one of five) await fault(lab, name, { times: 1, ...params(one) });
  };

const ofSnapshot =
  (command: string, how: Parameters<typeof fault>[2]) =>
  ({ snapshot }: One) => ({ command, id: snapshot, ...how });

const MENDED = /it was done. But the daemon's record says attached to/u;
const NO_LOOK = /Whether the volume was reverted no look can tell/u;
const DONE = { code: 530, text: "job cancelled because of management server restart", effect: "done" };

/** Changes a snapshot of each, or takes it away (null). */
const snapshots =
  (state: string | null) =>
  async (lab: Lab, five: readonly One[]): Promise<void> => {
    const cloud = cloudstackState(lab);
    const all = Object.entries(cloud.snapshots).flatMap(([id, one]) => {
      const hit = five.some(({ snapshot }) => snapshot === id);
      return hit && state === null ? [] : [[id, hit && state !== null ? { ...one, state } : one] as const];
    });
    await setCloudstackState(lab, { ...cloud, snapshots: Object.fromEntries(all) });
  };

/** The appliance's own rollback failed at its last steps: its VM is gone, one volume is off, the rows say completed. */
async function rolledBack(lab: Lab, five: readonly One[]): Promise<void> {
  const cloud = cloudstackState(lab);
  const keys = five.map(({ key }) => key);
  const volumes = await query(lab, "select volume_id from ossea_volumes where vm_context_id in (?)", [keys]);
  const ids = new Set(volumes.map((row) => String(row["volume_id"])));
  const off = new Set(five.map(({ volume }) => volume));
  const content = "as replicated";
  await setCloudstackState(lab, {
    ...cloud,
    snapshots: Object.fromEntries(Object.entries(cloud.snapshots).filter(([, { volumeid }]) => !ids.has(volumeid))),
    volumes: Object.fromEntries(
      Object.entries(cloud.volumes).map(([id, one]) => [
        id,
        ids.has(id) ? { ...one, content, ...(off.has(id) ? { vm: null, deviceid: null } : {}) } : one,
      ]),
    ),
  });
  const tracked = "snapshot_id = '', snapshot_created_at = null, snapshot_status = 'none'";
  await query(lab, `update ossea_volumes set ${tracked} where vm_context_id in (?)`, [keys]);
  await query(lab, "update ossea_volumes set status = 'detached', device_path = null where volume_id in (?)", [
    [...off],
  ]);
  await query(lab, "delete from device_mappings where volume_uuid in (?)", [[...off]]);
  await query(lab, "update device_mappings set operation_mode = 'oma' where volume_uuid in (?)", [[...ids]]);
  const job = "vm_context_id in (?) and status = 'pending'";
  const made = "status = 'completed', completed_at = now(), destination_vm_id = uuid()";
  await query(
    lab,
    `update job_tracking set status = 'completed', error_message = null where id in (select job_id from failover_jobs where ${job})`,
    [keys],
  );
  await query(lab, `update failover_jobs set ${made} where ${job}`, [keys]);
}

export const FIVE_WORLDS: readonly FiveWorld[] = [
  {
    world: "the daemon killed once CloudStack took the job",
    make: each("daemon-restart", ({ volume }) => ({ type: "detach", when: "taken", volume })),
    exit: [1, 3],
    says: /The Volume Daemon|the Volume Daemon/u,
  },
  {
    world: "the daemon killed before CloudStack was asked",
    make: each("daemon-restart", ({ volume }) => ({ type: "detach", when: "asked", volume })),
    exit: [1, 3],
    says: /The Volume Daemon|the Volume Daemon/u,
  },
  {
    world: "the daemon's database lost in mid-operation",
    make: each("daemon-database-lost", ({ volume }) => ({ type: "detach", volume })),
    exit: [1, 3],
    says: /daemon/u,
  },
  {
    world: "a lost poll",
    make: each("daemon-lost-poll", ({ volume }) => ({ type: "detach", volume })),
    exit: [1],
    says: MENDED,
  },
  {
    world: "a 4xx after the work",
    make: each("daemon-error-after", ({ volume }) => ({ method: "POST", status: 404, path: `${volume}/detach` })),
    exit: [0],
    says: /recovered/u,
  },
  {
    world: "a detach from outside that leaves the mapping",
    make: each("daemon-detach-431", ({ volume }) => ({ how: "in-cloudstack", volume })),
    exit: [1],
    says: /the daemon says mapped/u,
    anew: true,
  },
  {
    world: "a revert whose job failed after it was done",
    make: each("cloudstack-fail-job", ofSnapshot("revertSnapshot", DONE)),
    exit: [3],
    says: NO_LOOK,
  },
  {
    world: "a revert whose job is forgotten",
    make: each("cloudstack-forget", ofSnapshot("revertSnapshot", {})),
    exit: [3],
    says: NO_LOOK,
  },
  {
    world: "a deletion whose job failed after it was done",
    make: each("cloudstack-fail-job", ofSnapshot("deleteSnapshot", DONE)),
    exit: [0],
    says: /recovered/u,
  },
  {
    world: "an attach refused inside its job",
    make: each("cloudstack-fail-job", ({ volume }) => ({ command: "attachVolume", id: volume, code: 431 })),
    exit: [1],
    says: /431/u,
  },
  {
    world: "a snapshot gone without a revert",
    make: snapshots(null),
    exit: [5],
    says: /snapshot-gone/u,
  },
  {
    world: "a snapshot BackingUp",
    make: snapshots("BackingUp"),
    exit: [4],
    says: /Wait until CloudStack\s+says BackedUp/u,
    waitedFor: async (lab) => {
      const cloud = cloudstackState(lab);
      const all = Object.entries(cloud.snapshots).map(([id, one]) => [id, { ...one, state: "BackedUp" }] as const);
      await setCloudstackState(lab, { ...cloud, snapshots: Object.fromEntries(all) });
    },
  },
  {
    world: "a rollback that failed at its last step",
    make: rolledBack,
    exit: [0],
    says: /recovered/u,
    jobsStay: true,
  },
  {
    world: "a daemon slow at everything",
    make: (lab) => fault(lab, "daemon-slow", { seconds: 4 }),
    exit: [0],
    says: /recovered/u,
  },
];

export interface Entered {
  readonly keys: readonly string[];
  readonly was: Before;
  /** Fails where a run says of a VM what the lab's own state does not bear out. */
  readonly expectHonest: (said: Said) => Promise<void>;
  /** All five are home, each effect once, nothing runs any more, and the OMA API says so. */
  readonly expectWell: () => Promise<void>;
}

const ONCE = ["detachVolume", "attachVolume", "revertSnapshot", "deleteSnapshot"];

async function apiStatus(lab: Lab, job: string): Promise<unknown> {
  const answer = await fetch(`${lab.site.oma_api.url}/api/v1/failover/${job}/status`);
  return [answer.status, ((await answer.json()) as { status: unknown }).status];
}

/** Loads five stuck VMs and makes the world of them. */
export async function enterFive(incident: Incident, { make, jobsStay }: FiveWorld): Promise<Entered> {
  const { lab } = incident;
  await incident.world("stuck-virtio");
  await nameOnlyOnce(lab);
  const keys = await Promise.all(FIVE.map((name) => keyOf(lab, name)));
  const five = await Promise.all(
    keys.map(async (key): Promise<One> => {
      const [row] = await query(
        lab,
        "select volume_id, snapshot_id from ossea_volumes where vm_context_id = ? order by id limit 1",
        [key],
      );
      return { key, volume: String(row?.["volume_id"]), snapshot: String(row?.["snapshot_id"]) };
    }),
  );
  await make(lab, five);
  const was = await before(lab, keys);
  const owned = new Map(
    await Promise.all(
      keys.map(async (key) => {
        const its = await volumesOf(lab, key);
        return [key, { ids: its.flatMap(({ id, snapshot }) => [id, snapshot]).filter((id) => id !== "") }] as const;
      }),
    ),
  );
  const jobs = async (key: string): Promise<string[]> =>
    jobsStay === true
      ? []
      : (
          await query(lab, "select job_id from failover_jobs where vm_context_id = ? and job_id in (?)", [
            key,
            was.jobs,
          ])
        ).map((row) => String(row["job_id"]));
  let counted = 0;
  const expectHonest = async ({ run }: Said): Promise<void> => {
    const all = await effects(lab);
    const now = all.slice(counted);
    counted = all.length;
    if (run === "") return;
    for (const { key, end } of receiptFrom(incident.events(run)).targets) {
      if (end.kind === "recovered") await expectRecovered(lab, key, await jobs(key));
      const { ids } = owned.get(key) ?? { ids: [] };
      if (/nothing was sent for it/u.test(end.message)) expect(now.filter(({ id }) => ids.includes(id))).toEqual([]);
    }
  };
  const expectWell = async (): Promise<void> => {
    for (const key of keys) await expectRecovered(lab, key, await jobs(key));
    await expectRestUntouched(lab, was);
    const all = await effects(lab);
    for (const what of ONCE) {
      const hit = done(all, what);
      expect(new Set(hit).size, `${what} twice: ${hit.join(", ")}`).toBe(hit.length);
    }
    expect(await query(lab, "select id from volume_operations where status in ('pending', 'executing')")).toEqual([]);
    for (const job of jobsStay === true ? [] : was.jobs) expect(await apiStatus(lab, job)).toEqual([200, "failed"]);
  };
  return { keys, was, expectHonest, expectWell };
}
