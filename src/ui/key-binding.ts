/** What a row of the key table is: keys, the modes in which they hold, and what they do. */
import type { Mode, Model } from "./model.ts";
import type { Look } from "./theme.ts";
import type { Handler } from "./update.ts";

export interface Binding {
  /** By what name somebody asks for this row. */
  readonly id?:
    | "approve"
    | "no"
    | "choose"
    | "begin"
    | "words-back"
    | "abandon"
    | "back"
    | "move"
    | "palette"
    | "quit"
    | "interrupt"
    | "suspend"
    | "redraw";
  readonly keys: readonly string[];
  readonly modes: readonly Mode[];
  /** How the footer names the keys, where the first of them does not stand for all. */
  readonly shown?: string | ((model: Model) => string);
  /** The footer's word; '' keeps the row out of the footer. In it and in the help `{target}` stands for the site's word. */
  readonly label: string | ((model: Model) => string);
  /** The footer's word where it is what is advised, for a row that has none else. */
  readonly advice?: string;
  /** Whether the footer has it whatever else finds no room. */
  readonly stays?: true;
  readonly help: string;
  /** Whether the footer has it now: a key that would do nothing, or something else, is not shown. */
  readonly offered?: (model: Model, look: Look) => boolean;
  /** Why it cannot be used now, or true. */
  readonly enabled?: (model: Model) => true | string;
  readonly act: Handler;
}
