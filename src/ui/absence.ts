/** What is known of somebody who looked elsewhere: when the last key came, and what happened in the run since then. */

/** `rest`: what is good to know and asks nothing, such as a note of somebody else. */
export type HappeningKind = "broken" | "failed" | "doubt" | "asks" | "end" | "done" | "rest";

export interface Happening {
  readonly kind: HappeningKind;
  /** The wall time of its event: ISO 8601, UTC. */
  readonly at: string;
  /** What it was, in a word or a few. */
  readonly word: string;
  readonly text: string;
}

/** What happened in a run while somebody looked elsewhere. */
export interface Away {
  readonly run_id: string;
  /** The time of the last key before, or of the person's own last answer in the journal: ISO 8601, UTC. */
  readonly since: string;
  readonly happenings: readonly Happening[];
  /** How many keys came since the line about it was on the screen: with the first it goes. */
  readonly keys: number;
}

/** When the last key was pressed, and how many events of which run were there then. */
export interface Presence {
  readonly ms: number;
  readonly run_id: string | null;
  readonly events: number;
}
