/** The run's locks on this host: one file per target, held by an open transaction, so that they die with the process. */
import type { HostLocks } from "../../connections/mysql/locks.ts";
import type { Holder } from "../../engine/lock-port.ts";
import type { Actor } from "../../engine/journal-port.ts";
import { acquireTargetLock, type TargetLock } from "../../journal/target-lock.ts";
import { err, ok } from "../../ports/result.ts";

/** The holder of a run's locks as others are told; the time is that of the asking. */
export const holderOf =
  ({ login, host, pid }: Actor) =>
  (run_id: string): Holder => ({ login, host, pid, run_id, since: new Date().toISOString() });

export function hostLocks(dir: string, site: string, actor: Actor): HostLocks {
  let locks: TargetLock[] = [];
  const release = (): void => {
    for (const lock of locks) lock.release();
    locks = [];
  };
  return {
    acquire(targets, runId) {
      const holder = holderOf(actor)(runId);
      for (const target of targets) {
        const lock = acquireTargetLock({ dir, key: `${site}\n${target.key}`, holder });
        if (lock.ok) locks.push(lock.value);
        else {
          release();
          if (lock.error.kind === "unusable") return err({ kind: "unusable", message: lock.error.message });
          return err({ kind: "held", target: target.label, where: "host", holder: lock.error.holder });
        }
      }
      return ok(undefined);
    },
    release,
  };
}
