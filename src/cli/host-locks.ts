/** The run's locks on this host: one file per target, held by an open transaction, so that they die with the process. */
import type { HostLocks } from "../connections/mysql/locks.ts";
import type { Actor } from "../engine/journal-port.ts";
import { acquireTargetLock, type TargetLock } from "../journal/target-lock.ts";
import { failure } from "../phases/outcome.ts";
import { err, ok } from "../phases/result.ts";

export function hostLocks(dir: string, site: string, actor: Actor): HostLocks {
  let held: TargetLock[] = [];
  const release = (): void => {
    for (const lock of held) lock.release();
    held = [];
  };
  return {
    acquire(targets, runId) {
      const holder = {
        login: actor.login,
        host: actor.host,
        pid: actor.pid,
        run_id: runId,
        since: new Date().toISOString(),
      };
      for (const target of targets) {
        const lock = acquireTargetLock({ dir, key: `${site}\n${target.key}`, holder });
        if (lock.ok) held.push(lock.value);
        else {
          release();
          if (lock.error.kind === "unusable") return err(failure("refused", lock.error.message));
          return err({ kind: "held", target: target.label, where: "host", holder: lock.error.holder });
        }
      }
      return ok(undefined);
    },
    release,
  };
}
