/** What comes of handing a change over. */
import type { Outcome } from "./outcome.ts";
import type { Undo } from "./sql.ts";

/** What came of handing a change over: it was accepted under an id, or it ended at once. */
export type Dispatched =
  | { readonly kind: "accepted"; readonly id: string }
  | { readonly kind: "ended"; readonly outcome: Outcome };

/** A change that was carried out in a transaction which is still open. Whoever holds it commits it or gives it up. */
export interface Held {
  readonly kind: "held";
  readonly undo: Undo;
  /** Decides, once: true commits. Gives what came of it. */
  decide(commit: boolean): Promise<Outcome>;
}
