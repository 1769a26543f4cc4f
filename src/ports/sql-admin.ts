/**
 * The door to what changes a database server itself and no row: a closed list. Each act shows the facts that it would meet, is
 * sent once, and only while those facts are still the ones that were approved.
 */
import type { JsonObject } from "./json.ts";
import type { Failure, Outcome } from "./outcome.ts";
import type { Result } from "./result.ts";
import type { SqlTag } from "./sql.ts";

/** What may be flushed: nothing of it loses data. */
export const FLUSHES = ["binary logs", "error logs", "hosts", "privileges", "slow logs", "status"] as const;

export type AdminAct =
  /** `thread`: the id of a connection, whole digits. */
  | { readonly op: "kill" | "kill_query"; readonly thread: string }
  /** `channel`: the name of a replication; '' where there is one without a name. */
  | { readonly op: "start_replica" | "stop_replica"; readonly channel: string }
  | { readonly op: "set_global"; readonly variable: string; readonly value: string }
  /** `to`: the first binary log that stays. */
  | { readonly op: "purge_binary_logs"; readonly to: string }
  | { readonly op: "flush"; readonly what: (typeof FLUSHES)[number] };

/** What an act would meet. */
export interface AdminFacts extends JsonObject {
  /** What has to be the same when it is carried out. */
  readonly same: JsonObject;
  /** What was seen, as sentences for the page. */
  readonly seen: readonly string[];
  /** Whether what the act brings about is so already. null: nothing shows it. */
  readonly done: boolean | null;
  /** The value that can be set again to take the act back. Missing where there is none. */
  readonly kept?: string;
}

export interface AdminPort {
  /** Looks, and changes nothing. Refused where the act has nothing to act on. */
  survey(act: AdminAct): Promise<Result<AdminFacts, Failure>>;
  /** Which server it is sent to, and over which connection: what an intent remembers. */
  beforeIntent(): Promise<Result<JsonObject, Failure>>;
  /** Sends it, once, where the facts are those that were approved; `not-applied` with `drifted` where they are not. */
  carryOut(act: AdminAct, approved: AdminFacts, tag: SqlTag): Promise<Outcome>;
  /** After a lost answer: sees that the old connection is gone, and looks at the same server what became of it. Sends nothing. */
  settle(act: AdminAct, approved: AdminFacts, intent: JsonObject): Promise<Outcome>;
}
