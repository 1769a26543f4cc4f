/**
 * What an attempt to change the world came to. There are three outcomes, not two: after a lost answer nobody knows,
 * and `unknown` says so; it is settled by a probe or by a person, never by assumption and never by trying again.
 */
import type { JsonObject } from "./json.ts";

export type Outcome =
  | {
      readonly kind: "applied";
      readonly evidence: JsonObject;
      /** What of it is not as it should be, though it was done: a record of the other side that says otherwise. */
      readonly flaw?: string;
    }
  | {
      readonly kind: "not-applied";
      /** `refused`: the other side said no. `drifted`: the world is not what was approved. `rolled-back`: undone before the end. */
      readonly why: "refused" | "drifted" | "rolled-back" | "not-sent";
      /** The other side's own code (HTTP 500, MariaDB 1062) as text, or null. */
      readonly code: string | null;
      readonly message: string;
      readonly evidence: JsonObject;
      /** Concluded from what is missing: it counts only where a look shows that the effect is not there. */
      readonly isPresumed?: true;
    }
  | {
      readonly kind: "unknown";
      readonly message: string;
      readonly evidence: JsonObject;
      /**
       * The other side's last word, where it says that nothing more will come: an operation or a job that failed, a request
       * that it refused after it had read it, an id that it does not know. What the word is worth a look has to tell.
       */
      readonly word?: { readonly code: string | null };
    };

/** Why a read or a preview gave no answer. `unreachable`: nobody answered, or not whom we asked. `refused`: a clear no. */
export interface Failure {
  readonly kind: "unreachable" | "refused" | "garbled";
  /** A sentence for the person: what was asked of whom, and what came back. Already free of secrets. */
  readonly message: string;
  /** The other side's own code as text (MariaDB 1142, HTTP 500), or null. */
  readonly code: string | null;
  /** What was seen before it was refused: the rows that a change would hit beyond its contract. */
  readonly evidence?: JsonObject;
  /** It is about the request itself, the tables or the account: no other step of a run mends it. */
  readonly isLasting?: true;
}

export const failure = (kind: Failure["kind"], message: string, code: string | null = null): Failure => ({
  kind,
  message,
  code,
});
