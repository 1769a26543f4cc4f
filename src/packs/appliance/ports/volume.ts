/** The port to the Volume Daemon: where volumes are, what it is at, and what it is asked to do. */
import type { Dispatched } from "../../../ports/dispatch.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { Failure } from "../../../ports/outcome.ts";
import type { Result } from "../../../ports/result.ts";

/** Where one volume is, as the daemon and CloudStack each say, and whether they agree. */
export interface VolumeLook {
  readonly volume_id: string;
  /** `mapped`, or `not mapped` only when the daemon says so in those words and its database is healthy. */
  readonly daemon: "mapped" | "not mapped";
  readonly daemon_vm: string;
  readonly mode: string;
  readonly device_path: string;
  /** `attached`, `detached`, or `missing` when CloudStack does not know the volume. */
  readonly cloudstack: "attached" | "detached" | "missing";
  readonly cloudstack_vm: string;
  /** `appliance`, `detached`, `elsewhere` (both agree on another VM), `disagree`, `missing`. */
  readonly where: "appliance" | "detached" | "elsewhere" | "disagree" | "missing";
}

export interface VolumeOperation {
  readonly id: string;
  readonly type: string;
  readonly status: "pending" | "executing" | "completed" | "failed" | "cancelled";
  readonly volume_id: string;
  readonly vm_id: string;
  /** The daemon's error text without secrets; '' when none. */
  readonly error: string;
  /** The CloudStack error code inside that text ('431', '530'), or ''. */
  readonly code: string;
  /**
   * Why nothing will come of it any more although its row says `pending` or `executing`; '' while that is not proved.
   * Only the list of a volume's operations finds it out.
   */
  readonly abandoned: string;
  /** When it was asked for and when it ended, whole seconds since 1970, rounded down; null where the daemon does not say. */
  readonly created: number | null;
  readonly completed: number | null;
}

export interface VolumeRequest {
  readonly op: "attach" | "attach_root" | "detach";
  readonly volume: string;
  readonly vm: string;
}

export interface VolumePort {
  /** Proves that the daemon answers and its `database_health` is healthy. Anything else is `unreachable`. */
  health(): Promise<Result<JsonObject, Failure>>;
  look(volumes: readonly string[], appliance: string): Promise<Result<VolumeLook[], Failure>>;
  /** The daemon's operations on one volume, newest first. */
  operations(volume: string): Promise<Result<VolumeOperation[], Failure>>;
  /** One POST, never repeated. A lost answer is `unknown`. */
  submit(request: VolumeRequest): Promise<Dispatched>;
  operation(id: string): Promise<Result<VolumeOperation, Failure>>;
}
