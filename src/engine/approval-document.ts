/** What an approval document consists of, schema 1: the journal keeps it, and every reader shows the same one. */
import type { TargetNoun } from "../phases/target-noun.ts";
import type { JsonObject } from "../ports/json.ts";
import type { Risk } from "../phases/spec.ts";
import type { EffectPart, WayBack } from "../phases/change-kind.ts";

/** Something that a run does without a page of its own: the product's log, locks, notices, shell texts at the end. */
export interface Act {
  /** Id of the shell text; '' for the others. */
  readonly id: string;
  readonly title: string;
  /** What it does in full; of a shell text its lines. */
  readonly lines: readonly string[];
  readonly as: string;
  readonly shell: boolean;
}

/** One change, as it will be made. */
export interface DocumentStep {
  readonly step: string;
  readonly item_key: string;
  readonly phase: string;
  readonly kind: string;
  readonly title: string;
  /** One plain sentence: what will happen to what. */
  readonly message: string;
  readonly risk: Risk;
  /** Why it needs more than its kind does. */
  readonly raises: readonly string[];
  /** Whom it asks, and the seconds that Handrail waits for it. */
  readonly counterpart: string;
  readonly limit: number;
  readonly request: JsonObject;
  /** The exact request as it will be sent, safe lines. */
  readonly request_lines: readonly string[];
  /** What it would do, observed and rolled back; null: it has none, and is approved by its request. */
  readonly preview: JsonObject | null;
  readonly undo: WayBack;
  /** What nobody has seen of it yet. */
  readonly not_known: readonly string[];
}

/** A step that an approval is about. */
export interface Covered {
  readonly target: string;
  readonly step: string;
  readonly item_key: string;
  /** sha256 of the request, where it was approved before its phase was entered. */
  readonly request?: string;
}

export interface DocumentTarget {
  readonly key: string;
  readonly label: string;
  /** What tells it apart from others of its name: column and value. */
  readonly shown: readonly (readonly [string, string])[];
  readonly steps: readonly DocumentStep[];
}

/** Effects of one kind with the same way back. */
export interface SummaryEffect extends EffectPart {
  readonly undo: WayBack["kind"];
}

export interface DocumentSummary {
  readonly effects: readonly SummaryEffect[];
  /** What cannot be brought back, each once, with the number of steps. */
  readonly lost: readonly { readonly message: string; readonly steps: number }[];
  /** The oldest state that a step is seen to go back to, ISO 8601 UTC; null where none is. */
  readonly oldest: string | null;
  /** How many steps go back to a state of which nobody could see when it was made. */
  readonly ageless: number;
}

export interface ApprovalDocument {
  readonly schema: 1;
  readonly approval: string;
  readonly phase: string;
  readonly title: string;
  readonly identity: {
    readonly run_id: string;
    readonly runbook: {
      readonly id: string;
      readonly title: string;
      readonly digest: string;
      /** What its targets are called, where it says so. */
      readonly target?: TargetNoun;
    };
    readonly site: string;
    readonly lab: string | null;
    readonly server: string;
    readonly mode: "person" | "grant" | "none";
    readonly operator: string;
  };
  /** What the run was told before it began: name, value, how that was given. Missing where its runbook asks nothing. */
  readonly inputs?: readonly (readonly [name: string, value: string, source: string])[];
  readonly led_here: readonly string[];
  readonly warnings: readonly string[];
  readonly targets: readonly DocumentTarget[];
  /** What the run does outside of approvals: on the first page only. */
  readonly acts: readonly Act[];
  readonly summary: DocumentSummary;
  readonly risk: Risk;
  /** What has to be typed to approve a page that destroys: the target's word, or `recover N` for several. null: a key. */
  readonly typed: string | null;
  /** What happens after it, and what if it is refused or nobody answers. */
  readonly next: readonly string[];
  readonly unanswered: readonly string[];
  /** When it was made: ISO 8601 UTC. */
  readonly at: string;
  readonly digest: string;
}
