/** What the endpoint asks of the rest of Handrail. cli implements it over the real site. */
import type { RunEvent } from "../engine/events.ts";
import type { Receipt } from "../engine/receipt.ts";
import type { RunState, RunStatus } from "../engine/state.ts";

/** Who called: the address of the peer and the id of the request. */
export interface Caller {
  readonly client: string;
  readonly request: string;
}

/** How a run that was begun by a call stands once it goes no further here. */
export type Ended =
  | { readonly kind: "recovered" }
  /** It waits for an approval or a decision of a person. */
  | { readonly kind: "waits"; readonly says: string }
  | { readonly kind: "failed"; readonly says: string; readonly open: boolean }
  /** Somebody else recovers the target already; nothing was begun. */
  | { readonly kind: "held"; readonly says: string }
  /** The server ends; nothing was begun. */
  | { readonly kind: "stopping" };

export type Begun =
  | { readonly kind: "unknown" }
  | { readonly kind: "ambiguous"; readonly says: string }
  /** The target has a run that is not closed. */
  | { readonly kind: "busy"; readonly says: string; readonly run_id: string }
  | { readonly kind: "unreachable"; readonly says: string }
  | { readonly kind: "stopping" }
  /** As many wait for their turn as may; nothing was begun. */
  | { readonly kind: "full"; readonly says: string }
  | { readonly kind: "begun"; readonly run_id: string; readonly ended: Promise<Ended> };

/** Which runbook is to be carried out for which target, and what the run is told. */
export interface Order {
  readonly runbook: string;
  /** A name or a key. */
  readonly target: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export type Ordered =
  | Exclude<Begun, { kind: "unknown" | "begun" }>
  | { readonly kind: "unknown"; readonly says: string }
  /** No standing grant would approve it. */
  | { readonly kind: "forbidden"; readonly says: string }
  /** An input does not fit, or is missing. */
  | { readonly kind: "unfit"; readonly says: string }
  | (Extract<Begun, { kind: "begun" }> & { readonly target: { readonly key: string; readonly label: string } });

/** A run on one line. */
export interface RunLineView {
  readonly run_id: string;
  readonly runbook: string;
  readonly created: string;
  readonly status: RunStatus;
  readonly in_doubt: boolean;
  readonly targets: readonly { readonly key: string; readonly label: string }[];
}

/** A run that waits for its turn has no state yet. */
export type FoundRun =
  | { readonly status: "queued"; readonly state: null; readonly receipt: null }
  | { readonly status: Exclude<RunStatus, "queued">; readonly state: RunState; readonly receipt: Receipt };

export interface Part {
  readonly well: boolean;
  readonly says: string;
}

/** What a run needs of the world, by name. */
export interface Health {
  /** What the product names. */
  readonly parts: Readonly<Record<string, Part>>;
  /** The databases and services that the site names. */
  readonly connections: Readonly<Record<string, Part>>;
}

export interface Desk {
  /** Begins a run of the product's own runbook for the target with exactly this name. Never waits for the run itself. */
  begin(name: string, caller: Caller): Promise<Begun>;
  /** The same of any runbook that a standing grant names. */
  order(order: Order, caller: Caller): Promise<Ordered>;
  runs(limit: number): readonly RunLineView[];
  find(runId: string): FoundRun | null;
  /** Events after `afterSeq` (exclusive). Bounded; ask again for more. */
  events(runId: string, afterSeq: number): readonly RunEvent[];
  health(): Promise<Health>;
  /** How to go on with a run, as a command. */
  resumeWith(runId: string): string;
}
