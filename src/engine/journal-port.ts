/**
 * The door through which the engine writes down what it does. `src/journal` implements it over SQLite.
 * The rules behind it: an intent is durable before its effect, an outcome before the next intent; if an append
 * fails, nothing further may run.
 */
import type { JsonObject } from "../ports/json.ts";
import type { Result } from "../ports/result.ts";

/** The way an action came in when nobody sat at Handrail: a caller of the endpoint, and which request it was. */
export interface Via {
  readonly kind: "http";
  readonly client: string;
  readonly request: string;
}

/** Who acted, as the kernel and the login say; `claimed` names are marked as such by readers. */
export interface Actor {
  readonly uid: number;
  readonly login: string;
  readonly sudo_user: string | null;
  readonly ssh_client: string | null;
  readonly tty: string | null;
  readonly host: string;
  readonly pid: number;
  /** Absent where a person or a script called Handrail itself. */
  readonly via?: Via;
}

/** An event before the journal gave it its place. `schema_v` is the version of this type's body. */
export interface EventDraft {
  readonly run_id: string;
  readonly type: string;
  readonly schema_v: number;
  readonly target_key: string | null;
  readonly phase_id: string | null;
  readonly step_id: string | null;
  readonly item: string | null;
  readonly attempt_id: string | null;
  readonly body: JsonObject;
  /**
   * It need not be on the disk before what follows it: a power cut may take it, and whoever takes the run up looks again.
   * Missing: nothing goes on before it is there. Not stored.
   */
  readonly deferred?: true;
}

/** An event in its place. `body` is as stored: redacted, canonical. `mono_ms` is since boot, whole milliseconds. */
export interface JournalEvent extends Omit<EventDraft, "deferred"> {
  readonly seq: number;
  readonly event_id: string;
  readonly wall_time: string;
  readonly mono_ms: number;
  readonly boot_id: string;
  readonly actor: Actor;
  readonly hash: string;
}

/** Why the journal refused. `opened` tells exit code 73 (cannot be opened) from 74 (cannot be written). */
export interface JournalRefusal {
  readonly kind: "missing" | "foreign" | "damaged" | "unwritable" | "full" | "busy" | "newer";
  readonly opened: boolean;
  readonly message: string;
}

/** A line of `journal list`: the head of a run and how it stands. */
export interface RunLine {
  readonly run_id: string;
  readonly first_seq: number;
  readonly last_seq: number;
  readonly created: string;
}

export interface JournalPort {
  /**
   * Appends the drafts in one transaction: reads the head, chains, commits, and syncs that and all before it to the disk,
   * unless every one of them is `deferred`. Returns them as stored.
   * Secrets are redacted before anything is hashed.
   */
  append(drafts: readonly EventDraft[]): Result<JournalEvent[], JournalRefusal>;
  /** Events of one run in order, from `afterSeq` (exclusive; 0 for all). */
  events(runId: string, afterSeq?: number): JournalEvent[];
  /** All runs, newest first, at most `limit`. */
  runs(limit: number): RunLine[];
  /** The newest seq and hash, or null when empty: what is printed as the journal head. */
  head(): { readonly seq: number; readonly hash: string } | null;
  close(): void;
}
