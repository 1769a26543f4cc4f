/** Several locks of this host as one: all of them or none. The single lock is kept by somebody else. */
import type { Holder, LockHeld } from "../engine/lock-port.ts";
import { failure, type Failure } from "../phases/outcome.ts";
import { err, ok, type Result } from "../phases/result.ts";
import type { HostLocks, LockTarget } from "./mysql/locks.ts";

/** One lock that is held: an open file that dies with the process. */
export interface HostLock {
  held(): boolean;
  release(): void;
}

/** `held` by somebody, or `unusable`: the lock file itself cannot be used. */
export interface HostLockRefusal {
  readonly kind: "held" | "unusable";
  readonly holder: Holder | null;
  readonly message: string;
}

/** Takes the lock of one target, or says who has it. */
export type TakeHostLock = (target: LockTarget, runId: string) => Result<HostLock, HostLockRefusal>;

/** Makes the host's part of a run's locks out of single ones. */
export function hostLocks(take: TakeHostLock): HostLocks {
  let held: HostLock[] = [];
  const release = (): void => {
    for (const lock of held) lock.release();
    held = [];
  };
  const acquire = (targets: readonly LockTarget[], runId: string): Result<void, LockHeld | Failure> => {
    release();
    for (const target of targets) {
      const taken = take(target, runId);
      if (!taken.ok) {
        release();
        const { kind, holder, message } = taken.error;
        if (kind === "unusable") return err(failure("refused", message, "lock-file"));
        return err({ kind: "held", target: target.label, where: "host", holder });
      }
      held.push(taken.value);
    }
    return ok(undefined);
  };
  return { acquire, release, held: () => held.every((lock) => lock.held()) };
}
