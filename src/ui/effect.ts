/** What a key or an answer asks of the world, as plain values: only `effects/` carries them out. */
import type { StopCause } from "../engine/operator-port.ts";
import type { Order } from "./order.ts";
import type { RunSummary, StartRequest } from "./sources.ts";
import type { RowsPart } from "./rows/parts.ts";

export type Effect =
  /** Begins or takes up the run that the screen shows. */
  | { readonly type: "start"; readonly request: StartRequest }
  /** Says yes to the page with that digest. */
  | { readonly type: "approve"; readonly method: "key" | "typed"; readonly digest: string }
  /** Says no to a page, decides nothing where a question is open. */
  | { readonly type: "refuse"; readonly says: string }
  | { readonly type: "choose"; readonly choice: string; readonly note: string }
  /** Ends the run before its next step; a question that is open stays unanswered. */
  | { readonly type: "pause"; readonly cause: StopCause }
  | { readonly type: "note"; readonly run_id: string; readonly text: string }
  /** Writes the report of a run into a file. */
  | { readonly type: "report"; readonly run_id: string }
  | { readonly type: "copy"; readonly text: string }
  /** Shows a text in the person's own program; the console has no terminal meanwhile. */
  | { readonly type: "open text"; readonly name: string; readonly text: string }
  /** The same with the report of a run, which is written into its file first. */
  | { readonly type: "open report"; readonly run_id: string }
  /** The order of a list, for the next console. */
  | { readonly type: "remember"; readonly order: Partial<Order> }
  | { readonly type: "suspend" }
  /** Draws every cell, whatever the terminal is thought to show. */
  | { readonly type: "redraw" }
  | { readonly type: "quit"; readonly exit: number }
  | { readonly type: "read board" }
  | { readonly type: "read runs" }
  /** One target as each source has it, again and again while it is on the screen. */
  | { readonly type: "read detail"; readonly key: string }
  /** The events of a run that was left, to show what is known of it. */
  | { readonly type: "read left"; readonly summary: RunSummary }
  /** A run of the journal, to be seen from one of its ends. */
  | { readonly type: "read replay"; readonly run_id: string; readonly from: "beginning" | "end" }
  /** The run that another Handrail drives, as its journal grows. */
  | { readonly type: "follow"; readonly run_id: string }
  /** Whole rows as they are now, of those that the filter picks. */
  | { readonly type: "read rows"; readonly parts: readonly RowsPart[]; readonly filter: string }
  /** Tries what the operators' own documents print, and rolls it back. */
  | { readonly type: "try printed"; readonly keys: readonly string[] };

/** The effects of one type. */
export type EffectOf<T extends Effect["type"]> = Extract<Effect, { readonly type: T }>;
