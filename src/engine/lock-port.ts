import type { Failure } from "../ports/outcome.ts";
import type { Result } from "../ports/result.ts";

/** Who holds a target, for the sentence that refuses a second run. */
export interface Holder {
  readonly login: string;
  readonly host: string;
  readonly pid: number;
  readonly run_id: string;
  readonly since: string;
}

/** The connection that holds a lock on the server; `client` is the address it came from, where that can be seen. */
export interface LockConnection {
  readonly id: string;
  readonly client: string | null;
}

/** A lock that another run has. `holder` is null where it has not said its name, or cannot be read. */
export interface LockHeld {
  readonly kind: "held";
  readonly target: string;
  readonly where: "host" | "server";
  readonly holder: Holder | null;
  readonly connection?: LockConnection | null;
}

/** A lock of this host that nobody can take, since its file cannot be written. */
export interface LockUnusable {
  readonly kind: "unusable";
  readonly message: string;
}

/**
 * The run's locks: one for each target on this host and on the database server. They protect against other
 * Handrails, not against the product itself.
 */
export interface LockPort {
  /**
   * Takes all or none. `label` is for messages only; the key names the target. `databases`: the connections, besides the
   * site's first database, on whose servers they are taken, too.
   */
  acquire(
    targets: readonly { readonly key: string; readonly label: string }[],
    runId: string,
    databases?: readonly string[],
  ): Promise<Result<void, LockHeld | LockUnusable | Failure>>;
  /** Asks before each dispatch whether the server still sees the locks with us. */
  check(): Promise<Result<void, Failure>>;
  release(): Promise<void>;
}
