/** What the board knows of its targets, and where somebody is on it. */
import type { Sort } from "../order.ts";
import type { BoardTarget, LastLook } from "../sources.ts";

export interface BoardModel {
  /** What a recovery needs and does not answer, as sentences. */
  readonly silent: readonly string[];
  readonly targets: readonly BoardTarget[];
  /** null until the first answer; '' when it was good; else why not. */
  readonly trouble: string | null;
  /** Milliseconds since 1970 when it first failed; null while it answers. */
  readonly troubled: number | null;
  /** What it said last time; null unless the database lets somebody wait. */
  readonly lastLook: LastLook | null;
  readonly selected: string | null;
  /** Whether a person pressed a key on the board: until then its cursor goes to what is in doubt or was left, once that is known. */
  readonly isTouched: boolean;
  readonly marked: readonly string[];
  readonly filter: string;
  readonly filtering: boolean;
  readonly sort: Sort;
}
