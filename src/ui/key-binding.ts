/** What a row of the key table is: keys, the modes in which they hold, and what they do. */
import type { Mode, Model } from "./model.ts";

export type ActionId =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "first"
  | "last"
  | "previous"
  | "next"
  | "mark"
  | "mark-all"
  | "filter"
  | "filter-done"
  | "rows"
  | "unchanged"
  | "copy-keys"
  | "sort"
  | "open"
  | "cleanup"
  | "recover"
  | "pick"
  | "take-up"
  | "watch"
  | "plan"
  | "printed"
  | "leave-out"
  | "journal"
  | "replay"
  | "page"
  | "approve"
  | "no"
  | "choose"
  | "note"
  | "one-vm"
  | "retry"
  | "words-kept"
  | "words-back"
  | "pause"
  | "abandon"
  | "look-again"
  | "step-back"
  | "step-on"
  | "jump-back"
  | "jump-on"
  | "back"
  | "help"
  | "quit"
  | "interrupt"
  | "suspend";

export interface Binding {
  readonly id: ActionId;
  readonly keys: readonly string[];
  readonly modes: readonly Mode[];
  /** The footer's word; '' keeps the row out of the footer. */
  readonly label: string;
  readonly help: string;
  /** Why it cannot be used now, or true. */
  readonly enabled?: (model: Model) => true | string;
}
